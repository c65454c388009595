"""Valid request bodies, drawn from the very structs by which the double reads them.

A body keeps to the documentation: nothing in it is merely tolerated, so that strict mode takes it
as well. What is special about a field stands in the tables; everything else follows from its type.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import fields_info
from mock_memos.api.models.knowledgebases import FileIn, GetKnowledgebaseFile
from mock_memos.api.models.memories import IGNORED_WITH_VIEWS, DeleteMemory, GetMemory, SearchMemory
from mock_memos.api.models.messages import MessageIn
from mock_memos.api.models.profiles import ProfileRef
from mock_memos.api.routes import API
from mock_memos.core.type_inspection import FieldType, struct_fields
from mock_memos.testing.strategies import texts
from mock_memos.testing.strategies.filters import filters, trees
from mock_memos.testing.strategies.messages import conversations, messages

Body = dict[str, Any]
Ids = Mapping[str, Sequence[str]]
"""Ids that exist, by kind: task, memory, knowledgebase, file, template."""

EMPTY: Final[Mapping[str, Any]] = {}

REFERENCE_FIELDS: Final = {
    "task_id": "task",
    "memory_id": "memory",
    "memory_ids": "memory",
    "knowledgebase_id": "knowledgebase",
    "knowledgebase_ids": "knowledgebase",
    "allow_knowledgebase_ids": "knowledgebase",
    "file_ids": "file",
    "profile_template_id": "template",
}
"""The fields that refer to something, and to what kind of thing."""

EXCLUSIVE_FIELDS: Final[dict[type[Request], tuple[tuple[str, ...], ...]]] = {
    SearchMemory: (("user_id",), ("agent_id",)),
    GetMemory: (("user_id",), ("agent_id",)),
    ProfileRef: (("user_id",), ("agent_id",)),
    DeleteMemory: (("user_id",), ("memory_ids",), ("agent_id",), ("filter", "memory_type")),
    GetKnowledgebaseFile: (("knowledgebase_id", "type", "page", "page_size"), ("file_ids",)),
}
"""Groups of fields that exclude each other. The first field of one group has to be there."""

_LEAVES: Final = {
    "user_id": texts.user_ids(),
    "agent_id": texts.agent_ids(),
    "conversation_id": texts.conversation_ids(),
    "tags": texts.tags(),
    "chat_time": texts.times(),
    "feedback_time": texts.times(),
    "url": texts.addresses(),
    "file_data": texts.contents(),
    "remove_fields": st.sampled_from(["Basics.City", "Likes"]),
    "memory_type": st.sampled_from(["preference", "WorkingMemory"]),
}
"""The texts of certain fields, alone or in lists."""

_FREE: Final[dict[str, SearchStrategy[Any]]] = {"filter": filters(), "metadata": trees()}
"""Fields whose type does not tell their shape."""

_OLD: Final = {"user_ids"}
"""Fields that only older clients send."""


def request(operation: str, *, ids: Ids | None = None, **fields: Any) -> SearchStrategy[Body]:
    """Bodies that an operation accepts.

    `ids` names things that exist. Without it references lead nowhere, and the answer may be that
    nothing is there. Each of `fields` sets one field to a value, or to what a strategy draws.
    Raises `ValueError` for an unknown operation or field.
    """
    model = model_of(operation)
    for name in fields:
        if name not in model.__struct_fields__:
            raise ValueError(f"{operation} has no field {name!r}")
    pins = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    return bodies(model, ids or {}, pins)


def model_of(operation: str) -> type[Request]:
    """The request struct of an operation. Raises `ValueError` for an unknown one."""
    for route in API:
        if route.operation == operation:
            return route.request
    raise ValueError(f"there is no operation {operation!r}")


def bodies(
    model: type[Request], ids: Ids = EMPTY, pins: Mapping[str, SearchStrategy[Any]] = EMPTY
) -> SearchStrategy[Body]:
    """Bodies that a request struct accepts; the simplest has what is required and no more."""
    said = fields_info(model)
    fields = {name: pins.get(name, field(model, name, ids)) for name in said}
    groups = exclusive_fields(model)
    groups = tuple(one for one in groups if one[0] in pins) or groups or ((),)
    alone = {name for group in exclusive_fields(model) for name in group}
    needed = {*pins, *(name for name in said if said[name].required)}
    free = {
        name
        for name, of in said.items()
        if not (of.alias_of or name in needed or name in _OLD)
        and (name not in REFERENCE_FIELDS or ids.get(REFERENCE_FIELDS[name]))
    }
    config = model.__struct_config__
    tag = {config.tag_field: config.tag} if config.tag_field else {}

    @st.composite
    def drawn(draw: st.DrawFn) -> Body:
        group = draw(st.sampled_from(groups))
        open_ = [name for name in said if name in free - alone.difference(group[1:])]
        chosen = draw(st.sets(st.sampled_from(open_))) if open_ else set()
        there = needed | chosen | {*group[:1]}
        body: Body = {**tag, **{name: draw(fields[name]) for name in said if name in there}}
        while lacking := msgspec.convert(body, model).missing_field():
            body[lacking] = draw(fields[lacking])
        idle = _idle(body) - needed
        return {name: value for name, value in body.items() if name not in idle}

    return drawn()


def _idle(body: Body) -> set[str]:
    """The fields that would have no effect beside the others."""
    idle = set(IGNORED_WITH_VIEWS) if "include_memory_view" in body else set[str]()
    parts = [
        part["type"]
        for message in body.get("messages", ())
        if isinstance(message.get("content"), list)
        for part in message["content"]
    ]
    return idle | {"async_mode"} if {"image_url", "file"} & {*parts} else idle


def struct_bodies(model: type[Request], ids: Ids = EMPTY) -> SearchStrategy[Body]:
    """Bodies of a request struct whose fields fit together also in what they say."""
    if model is MessageIn:
        return messages()
    return files() if model is FileIn else bodies(model, ids)


def exclusive_fields(model: type[Request]) -> tuple[tuple[str, ...], ...]:
    """The groups of fields of a struct that exclude each other."""
    return next(
        (groups for known, groups in EXCLUSIVE_FIELDS.items() if issubclass(model, known)), ()
    )


def field(model: type[Request], name: str, ids: Ids = EMPTY) -> SearchStrategy[Any]:
    """What one field of a request struct may hold."""
    if name in _FREE:
        # An empty filter selects nothing to delete.
        return _FREE[name].filter(bool) if model is DeleteMemory else _FREE[name]
    leaf = _LEAVES.get(name, texts.texts())
    if kind := REFERENCE_FIELDS.get(name):
        leaf = st.sampled_from(ids.get(kind) or [f"some-{kind}"])
    clamp = fields_info(model)[name].maximum
    types = struct_fields(model)[name].types
    if clamp is not None:
        types = tuple(type_._replace(limits={"le": clamp, **type_.limits}) for type_ in types)
    return values(types, leaf, ids)


def values(
    types: Iterable[FieldType], leaf: SearchStrategy[Any], ids: Ids = EMPTY
) -> SearchStrategy[Any]:
    """Values of a type, never empty and never null; `leaf` draws its texts."""
    return st.one_of([_of(type_, leaf, ids) for type_ in types if type_.json_type != "null"])


def _of(type_: FieldType, leaf: SearchStrategy[Any], ids: Ids) -> SearchStrategy[Any]:
    if type_.literals:
        return st.sampled_from([value for value in type_.literals if value])
    if type_.struct is not None and issubclass(type_.struct, Request):
        return struct_bodies(type_.struct, ids)
    low, high = type_.limits.get("ge", 0), type_.limits.get("le", 999)
    match type_.json_type:
        case "array":
            if type_.items[0].struct is MessageIn:
                return conversations()
            return st.lists(values(type_.items, leaf, ids), min_size=1, max_size=3)
        case "object":
            names = st.sampled_from(["scene", "price", "城市"])
            return st.dictionaries(names, values(type_.items, leaf, ids), min_size=1, max_size=2)
        case "string":
            return leaf
        case "integer":
            return st.integers(low, high)
        case "number":
            return st.floats(low, high, allow_subnormal=False)
    return st.booleans()


def files() -> SearchStrategy[Body]:
    """Files of an upload: documents with and without a name, and skills."""
    names = st.sampled_from(["rules.md", "notes.txt", "规则.json"])
    document = st.fixed_dictionaries(
        {"content": texts.texts().map(to_base64), "name": names},
        optional={"type": st.just("document"), "mime_type": st.just("text/plain")},
    )
    linked = st.fixed_dictionaries({"content": st.just("https://papers.test/a/rules.pdf")})
    prose = texts.texts().map(lambda text: text.replace("\0", " "))  # a text has no such character
    skill = prose.map(lambda text: {
        "content": to_base64(f"---\nname: trip\ndescription: Plan one\n---\n# Procedure\n{text}\n"),
        "name": "trip.md",
        "type": "skill",
    })  # fmt: skip
    return document | linked | skill


def to_base64(text: str) -> str:
    """Base64 of a text."""
    return b64encode(text.encode()).decode()
