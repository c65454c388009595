"""Valid request bodies, derived from the request structs.

A body follows the documentation, so strict mode accepts it too. The tables describe fields with
special values; all others follow from their types.
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
from mock_memos.testing.strategies.filters import filters, profile_trees
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
"""The fields that hold ids, and the kind of their object."""

EXCLUSIVE_FIELDS: Final[dict[type[Request], tuple[tuple[str, ...], ...]]] = {
    SearchMemory: (("user_id",), ("agent_id",)),
    GetMemory: (("user_id",), ("agent_id",)),
    ProfileRef: (("user_id",), ("agent_id",)),
    DeleteMemory: (("user_id",), ("memory_ids",), ("agent_id",), ("filter", "memory_type")),
    GetKnowledgebaseFile: (("knowledgebase_id", "type", "page", "page_size"), ("file_ids",)),
}
"""Groups of fields that exclude each other. The first field of one group is required."""

_LEAVES: Final = {
    "user_id": texts.user_ids(),
    "agent_id": texts.agent_ids(),
    "conversation_id": texts.conversation_ids(),
    "tags": texts.tags(),
    "chat_time": texts.times(),
    "feedback_time": texts.times(),
    "url": texts.urls(),
    "file_data": texts.contents(),
    "remove_fields": st.sampled_from(["Basics.City", "Likes"]),
    "memory_type": st.sampled_from(["preference", "WorkingMemory"]),
}
"""The texts of some fields, directly or in lists."""

_UNTYPED: Final[dict[str, SearchStrategy[Any]]] = {"filter": filters(), "metadata": profile_trees()}
"""Untyped fields."""

_OLDER_FIELDS: Final = {"user_ids"}
"""Fields of older clients."""


def valid_request(operation: str, *, ids: Ids | None = None, **fields: Any) -> SearchStrategy[Body]:
    """Returns bodies that an operation accepts.

    `ids` lists existing ids by kind; without it, an operation may answer that an id is unknown.
    Each of `fields` sets one field to a value or a strategy.
    Raises `ValueError` for an unknown operation or field.
    """
    model = model_of(operation)
    for name in fields:
        if name not in model.__struct_fields__:
            raise ValueError(f"{operation} has no field {name!r}")
    fixed = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    return bodies(model, ids or {}, fixed)


def model_of(operation: str) -> type[Request]:
    """Returns the request struct of an operation. Raises `ValueError` for an unknown one."""
    for route in API:
        if route.path == operation:
            return route.request
    raise ValueError(f"unknown operation {operation!r}")


def bodies(
    model: type[Request], ids: Ids = EMPTY, fixed: Mapping[str, SearchStrategy[Any]] = EMPTY
) -> SearchStrategy[Body]:
    """Returns bodies that a request struct accepts; the simplest has only required fields."""
    infos = fields_info(model)
    fields = {name: fixed.get(name, field(model, name, ids)) for name in infos}
    all_groups = exclusive_fields(model)
    groups = tuple(group for group in all_groups if group[0] in fixed) or all_groups or ((),)
    exclusive = {name for group in all_groups for name in group}
    required = {*fixed, *(name for name, info in infos.items() if info.required)}
    optional = {
        name
        for name, info in infos.items()
        if not (info.alias_of or name in required or name in _OLDER_FIELDS)
        and (name not in REFERENCE_FIELDS or ids.get(REFERENCE_FIELDS[name]))
    }
    config = model.__struct_config__
    tag = {config.tag_field: config.tag} if config.tag_field else {}

    @st.composite
    def draw_body(draw: st.DrawFn) -> Body:
        group = draw(st.sampled_from(groups))
        candidates = [name for name in infos if name in optional - exclusive.difference(group[1:])]
        chosen = draw(st.sets(st.sampled_from(candidates))) if candidates else set()
        names = required | chosen | {*group[:1]}
        body: Body = {**tag, **{name: draw(fields[name]) for name in infos if name in names}}
        while missing := msgspec.convert(body, model).missing_field():
            body[missing] = draw(fields[missing])
        ignored = _ignored_fields(body) - required
        return {name: value for name, value in body.items() if name not in ignored}

    return draw_body()


def _ignored_fields(body: Body) -> set[str]:
    """Returns the fields that have no effect together with others."""
    ignored = set(IGNORED_WITH_VIEWS) if "include_memory_view" in body else set[str]()
    parts = [
        part["type"]
        for message in body.get("messages", ())
        if isinstance(message.get("content"), list)
        for part in message["content"]
    ]
    return ignored | {"async_mode"} if {"image_url", "file"} & {*parts} else ignored


def struct_bodies(model: type[Request], ids: Ids = EMPTY) -> SearchStrategy[Body]:
    """Returns bodies of a request struct whose values are consistent with each other."""
    if model is MessageIn:
        return messages()
    return files() if model is FileIn else bodies(model, ids)


def exclusive_fields(model: type[Request]) -> tuple[tuple[str, ...], ...]:
    """Returns the groups of fields of a struct that exclude each other."""
    return next(
        (groups for base, groups in EXCLUSIVE_FIELDS.items() if issubclass(model, base)), ()
    )


def field(model: type[Request], name: str, ids: Ids = EMPTY) -> SearchStrategy[Any]:
    """Returns the values of one field of a request struct."""
    if name in _UNTYPED:
        # An empty filter selects nothing to delete.
        return _UNTYPED[name].filter(bool) if model is DeleteMemory else _UNTYPED[name]
    leaf = _LEAVES.get(name, texts.texts())
    if kind := REFERENCE_FIELDS.get(name):
        leaf = st.sampled_from(ids.get(kind) or [f"some-{kind}"])
    maximum = fields_info(model)[name].maximum
    types = struct_fields(model)[name].types
    if maximum is not None:
        types = tuple(type_._replace(limits={"le": maximum, **type_.limits}) for type_ in types)
    return values(types, leaf, ids)


def values(
    types: Iterable[FieldType], leaf: SearchStrategy[Any], ids: Ids = EMPTY
) -> SearchStrategy[Any]:
    """Returns values of a type, never empty or null; `leaf` draws its texts."""
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
    """Returns files of an upload: documents with and without a name, and skills."""
    names = st.sampled_from(["rules.md", "notes.txt", "规则.json"])
    document = st.fixed_dictionaries(
        {"content": texts.texts().map(to_base64), "name": names},
        optional={"type": st.just("document"), "mime_type": st.just("text/plain")},
    )
    linked = st.fixed_dictionaries({"content": st.just("https://papers.test/a/rules.pdf")})
    prose = texts.texts().map(lambda text: text.replace("\0", " "))  # text files do not contain it
    skill = prose.map(lambda text: {
        "content": to_base64(f"---\nname: trip\ndescription: Plan one\n---\n# Procedure\n{text}\n"),
        "name": "trip.md",
        "type": "skill",
    })  # fmt: skip
    return document | linked | skill


def to_base64(text: str) -> str:
    """Returns the Base64 of a text."""
    return b64encode(text.encode()).decode()
