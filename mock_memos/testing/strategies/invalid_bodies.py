"""Bodies that an operation refuses, each with the code by which it is refused.

A body is valid but for one mistake. Which mistakes there are follows from the structs: what is
required, of which type, how long, how large, what excludes what, what refers to what.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import fields_info, nested_requests
from mock_memos.api.models.knowledgebases import (
    AddKnowledgebaseFile,
    DeleteKnowledgebaseFile,
    FileIn,
)
from mock_memos.api.models.memories import DeleteMemory, GetMemory, GetMemoryById, SearchMemory
from mock_memos.api.models.messages import FileData, ImageUrl
from mock_memos.api.models.profiles import EditProfile
from mock_memos.core import service_errors
from mock_memos.core.type_inspection import FieldType, struct_fields
from mock_memos.testing.strategies.request_bodies import (
    EMPTY,
    REFERENCE_FIELDS,
    Body,
    Ids,
    exclusive_fields,
    field,
    model_of,
    struct_bodies,
    to_base64,
)

Mistake = tuple[Mapping[str, Any], int]
"""What takes the place of some fields, and the code that says that it does not fit."""

_ABSENT: Final = object()
_SAMPLES: Final[dict[str, Any]] = {
    "string": "x", "integer": 7, "number": 0.25, "boolean": True, "array": ["x"],
    "object": {"x": "x"},
}  # fmt: skip
"""One value of each type. "x" is in none of the enumerations."""

_TOO_LONG: Final = {
    "user_id": service_errors.USER_ID_TOO_LONG,
    "conversation_id": service_errors.CONVERSATION_ID_TOO_LONG,
}
_UNKNOWN: Final = {
    "task": service_errors.TASK_MISSING,
    "memory": service_errors.MEMORY_MISSING,
    "knowledgebase": service_errors.KNOWLEDGEBASE_MISSING,
    "file": service_errors.NOT_FOUND,
    "template": service_errors.NOT_FOUND,
}
_TOLERANT: Final = (SearchMemory, GetMemory)
"""Here fields that exclude each other are put up with."""

_FILTERS: Final[tuple[Any, ...]] = (
    {"not": [{"tags": "x"}]},
    {"and": {"tags": "x"}},
    {"or": [{"tags": {"has": "x"}}]},
    {"and": [{"create_time": {"gt": "soon"}}]},
    {"user": {"and": []}, "and": []},
)
_TREES: Final[tuple[Any, ...]] = (
    {"City": "Lyon"},
    {"City": {"value": 7}},
    {"Basics": {}},
    {"A": {"B": {"C": {"D": {"value": ""}}}}},
)
_BASE64: Final = (("%%%%", service_errors.BASE64_CONTENT), ("QUJ", service_errors.BASE64_FORMAT))


def invalid_request(
    operation: str, *, code: int | None = None, ids: Ids | None = None
) -> SearchStrategy[tuple[Any, int]]:
    """Bodies that an operation refuses, each with the code that is to be expected.

    `code` asks for this one alone. `ids` names things that exist: some mistakes show only where a
    reference leads somewhere, and are drawn only if what the operation needs is named.
    Raises `ValueError` for an unknown operation, and for a code that none of its bodies can cause.
    """
    model = model_of(operation)
    by_code: dict[int, list[SearchStrategy[Any]]] = {}
    for found, bodies in invalid_bodies(model, ids or {}):
        by_code.setdefault(found, []).append(bodies)
    if model is not GetMemoryById:
        no_object = st.sampled_from([[], ["x"], "x", 7, True])
        by_code.setdefault(service_errors.INVALID_PARAMETERS, []).append(no_object)
    if code is not None and code not in by_code:
        known = ", ".join(map(str, sorted(by_code)))
        raise ValueError(f"no body of {operation} is refused with {code}; known: {known}")
    return st.one_of([
        st.tuples(st.one_of(bodies), st.just(found))
        for found, bodies in by_code.items() if code in (None, found)
    ])  # fmt: skip


def not_found_codes(operation: str) -> frozenset[int]:
    """The codes by which an operation says that something it was asked for is not there."""
    model = model_of(operation)
    fields = struct_fields(model).values()
    models = [model, *(inner for one in fields for inner in nested_requests(one.types))]
    return frozenset(code for one in models for _, code in _reference_mistakes(one))


def invalid_bodies(
    model: type[Request], ids: Ids = EMPTY, *, reached: bool = True
) -> Iterator[tuple[int, SearchStrategy[Body]]]:
    """Codes, and bodies of a request struct with one mistake at any depth that gives this code.

    `reached` is whether the request gets as far as a look at what its fields say.
    """
    needed = [
        name for name, of in fields_info(model).items() if of.required and name in REFERENCE_FIELDS
    ]
    reached = (
        reached
        and model is not EditProfile
        and all(ids.get(REFERENCE_FIELDS[one]) for one in needed)
    )
    valid = struct_bodies(model, ids)
    mistakes = (
        [*_reference_mistakes(model)]
        if model is GetMemoryById
        else [*_decoding_mistakes(model), *_reference_mistakes(model)]
    )
    for changes, code in (*mistakes, *(_content_mistakes(model) if reached else ())):
        yield code, _with_changes(model, changes, valid)
    if _needs_more_than_required(model):
        yield _only_required(model)
    for name, (types, *_) in struct_fields(model).items():
        for inner in nested_requests(types):
            many = "array" in _json_types(types)
            for code, bodies in invalid_bodies(inner, ids, reached=reached):
                held = st.lists(bodies, min_size=1, max_size=1) if many else bodies
                yield code, _with_changes(model, {name: held}, valid)


# --- the kinds of mistakes ---


def _decoding_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """What is found when the body is read: presence, types, lengths, ranges, exclusions."""
    if tag := model.__struct_config__.tag_field:
        yield {tag: _ABSENT}, service_errors.FIELD_REQUIRED
        yield {tag: "video"}, service_errors.UNSUPPORTED_TYPE
    for name, (types, *_) in struct_fields(model).items():
        said = fields_info(model)[name]
        fitting = _json_types(types)
        if said.required is True:
            empties = {"string": "", "object": {}}
            empty = [value for json_type, value in empties.items() if json_type in fitting]
            if "array" in fitting:
                yield {name: []}, said.code_if_empty
            for value in (_ABSENT, None, *empty):
                yield {name: value}, service_errors.FIELD_REQUIRED
        elif said.code_if_empty != service_errors.FIELD_REQUIRED:
            yield {name: []}, said.code_if_empty
        for value in _wrong_values(types):
            bad_type = model is FileIn and name == "type" and isinstance(value, str)
            code = (
                service_errors.UNSUPPORTED_TYPE if bad_type else service_errors.INVALID_PARAMETERS
            )
            yield {name: value}, code
        yield from (
            ({name: value}, code)
            for value, code in _values_beyond_limits(name, types, field(model, name))
        )
    groups = exclusive_fields(model)
    if groups and not issubclass(model, _TOLERANT):
        firsts = [one[0] for one in groups[:2]]
        yield {name: field(model, name) for name in firsts}, service_errors.INVALID_PARAMETERS


def _reference_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """References that lead nowhere."""
    if model is GetMemoryById:
        yield {"memory_id": "no-such-memory"}, service_errors.NOT_FOUND
        return
    for name, kind in REFERENCE_FIELDS.items():
        if name not in model.__struct_fields__ or (
            model is DeleteKnowledgebaseFile and kind != "file"
        ):
            continue
        many = name.endswith("s")
        linked = kind == "knowledgebase" and many
        code = service_errors.KNOWLEDGEBASE_UNLINKED if linked else _UNKNOWN[kind]
        yield {name: [f"no-such-{kind}"] if many else f"no-such-{kind}"}, code
    if model is DeleteMemory:
        yield {"user_id": "nobody"}, service_errors.USER_MISSING
        yield {"agent_id": "nobody"}, service_errors.USER_MISSING


def _content_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """What is found when the operation looks at what its fields say."""
    fields = model.__struct_fields__
    invalid = service_errors.INVALID_PARAMETERS
    yield from (({"filter": one}, invalid) for one in _FILTERS if "filter" in fields)
    yield from (({"metadata": one}, invalid) for one in _TREES if "metadata" in fields)
    if model is ImageUrl:
        yield {"url": "inn.png"}, invalid
        for content, code in _BASE64:
            yield {"url": f"data:image/png;base64,{content}"}, code
    if model in (FileData, FileIn):
        name = "file_data" if model is FileData else "content"
        yield from (({name: content}, code) for content, code in _BASE64)
    if model is FileIn:
        yield {"name": "rules.exe"}, service_errors.UNSUPPORTED_FILE_TYPE
        skill = {"type": "skill", "name": "trip.md", "content": to_base64("no front matter")}
        yield skill, service_errors.FILE_FORMAT
    if model is AddKnowledgebaseFile:
        yield (
            {"file": field(model, "file").map(lambda one: _repeated(one, 21))},
            service_errors.FILE_COUNT,
        )


# --- bodies that make them ---


def _with_changes(
    model: type[Request], changes: Mapping[str, Any], valid: SearchStrategy[Body]
) -> SearchStrategy[Body]:
    """A body that is valid but for these fields."""
    inside = [group for group in exclusive_fields(model) if set(group) & set(changes)]
    outside = {
        name
        for group in exclusive_fields(model)
        if inside and group not in inside
        for name in group
    }

    def changed(body: Body, made: Body) -> Body:
        kept = {name: value for name, value in body.items() if name not in outside}
        return {name: value for name, value in (kept | made).items() if value is not _ABSENT}

    made = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in changes.items()
    }
    return st.builds(changed, valid, st.fixed_dictionaries(made))


def _only_required(model: type[Request]) -> tuple[int, SearchStrategy[Body]]:
    """What is required and nothing else, where one of several fields is needed, too."""
    required = [name for name, of in fields_info(model).items() if of.required is True]
    code = (
        service_errors.FIELD_REQUIRED
        if model().missing_field()
        else service_errors.INVALID_PARAMETERS
    )
    return code, st.fixed_dictionaries({name: field(model, name) for name in required})


def _needs_more_than_required(model: type[Request]) -> bool:
    """Whether a rule across fields is broken by a body of the required fields alone."""
    required = {name for name, of in fields_info(model).items() if of.required is True}
    return bool({model().missing_field()} - {"", *required} or model().conflict(strict=False))


# --- types ---


def _json_types(types: Iterable[FieldType]) -> set[str]:
    """The JSON types of a field of which any value will do."""
    return {type_.json_type for type_ in types if not type_.literals}


def _wrong_values(types: Sequence[FieldType]) -> Iterator[Any]:
    """Values of a wrong type, and texts that are not among those allowed."""
    fitting = _json_types(types)
    if "any" in fitting:
        return
    if "number" in fitting:
        fitting.add("integer")
    yield from (value for json_type, value in _SAMPLES.items() if json_type not in fitting)
    for type_ in types:
        if type_.json_type == "array":
            yield from ([value] for value in _wrong_values(type_.items))
        elif type_.json_type == "object" and type_.struct is None:
            yield from ({"x": value} for value in _wrong_values(type_.items))


def _values_beyond_limits(
    name: str, types: Iterable[FieldType], held: SearchStrategy[Any]
) -> Iterator[tuple[Any, int]]:
    """Values that are too long, too many, too small or too large."""
    invalid = service_errors.INVALID_PARAMETERS
    for type_ in types:
        if type_.json_type == "null":
            continue
        for limit, step in (("ge", -1), ("le", 1)):
            if limit in type_.limits:
                code = service_errors.INVALID_RELATIVITY if name == "relativity" else invalid
                yield type_.limits[limit] + step, code
        most = type_.limits.get("max_length", 0)
        if type_.json_type == "array":
            yield from (
                ([value], code) for value, code in _values_beyond_limits(name, type_.items, held)
            )
            if most:
                yield held.map(partial(_repeated, times=most + 1)), invalid
        elif most:
            yield "x" * (most + 1), _TOO_LONG.get(name, invalid)


def _repeated(held: Any, times: int) -> list[Any]:
    some: list[Any] = held if isinstance(held, list) else [held]
    return (some * times)[:times]
