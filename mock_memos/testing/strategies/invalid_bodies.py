"""Bodies that an operation rejects, each with its error code.

A body has exactly one mistake. The mistakes are derived from the structs: required fields, types,
lengths, ranges, exclusive fields, unknown ids.
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
from mock_memos.core import service_errors as codes
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
"""Replacements of some fields, and the resulting error code."""

_ABSENT: Final = object()
_SAMPLES: Final[dict[str, Any]] = {
    "string": "x", "integer": 7, "number": 0.25, "boolean": True, "array": ["x"],
    "object": {"x": "x"},
}  # fmt: skip
"""One value of each type. "x" is not an allowed value of any field."""

_TOO_LONG: Final = {
    "user_id": codes.USER_ID_TOO_LONG,
    "conversation_id": codes.CONVERSATION_ID_TOO_LONG,
}
_UNKNOWN: Final = {
    "task": codes.TASK_MISSING,
    "memory": codes.MEMORY_MISSING,
    "knowledgebase": codes.KNOWLEDGEBASE_MISSING,
    "file": codes.NOT_FOUND,
    "template": codes.NOT_FOUND,
}
_TOLERANT: Final = (SearchMemory, GetMemory)
"""Structs that tolerate exclusive fields."""

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
_BASE64: Final = (("%%%%", codes.BASE64_CONTENT), ("QUJ", codes.BASE64_FORMAT))


def invalid_request(
    operation: str, *, code: int | None = None, ids: Ids | None = None
) -> SearchStrategy[tuple[Any, int]]:
    """Returns bodies that an operation rejects, each with the expected error code.

    `code` selects one error code. `ids` lists existing ids by kind: some mistakes are only drawn
    if the ids that the operation needs exist.
    Raises `ValueError` for an unknown operation, or a code that no body of it can cause.
    """
    model = model_of(operation)
    by_code: dict[int, list[SearchStrategy[Any]]] = {}
    for body_code, bodies in invalid_bodies(model, ids or {}):
        by_code.setdefault(body_code, []).append(bodies)
    if model is not GetMemoryById:
        not_objects = st.sampled_from([[], ["x"], "x", 7, True])
        by_code.setdefault(codes.INVALID_PARAMETERS, []).append(not_objects)
    if code is not None and code not in by_code:
        known = ", ".join(map(str, sorted(by_code)))
        raise ValueError(f"{operation} has no invalid body with code {code}; known codes: {known}")
    return st.one_of([
        st.tuples(st.one_of(bodies), st.just(body_code))
        for body_code, bodies in by_code.items() if code in (None, body_code)
    ])  # fmt: skip


def not_found_codes(operation: str) -> frozenset[int]:
    """Returns the error codes of an operation for unknown ids."""
    model = model_of(operation)
    fields = struct_fields(model).values()
    models = [model, *(inner for info in fields for inner in nested_requests(info.types))]
    return frozenset(code for struct in models for _, code in _reference_mistakes(struct))


def invalid_bodies(
    model: type[Request], ids: Ids = EMPTY, *, reached: bool = True
) -> Iterator[tuple[int, SearchStrategy[Body]]]:
    """Yields error codes, each with bodies that have one mistake at any depth.

    `reached` is false if another error occurs before the contents of fields are checked.
    """
    required_ids = [
        name
        for name, info in fields_info(model).items()
        if info.required and name in REFERENCE_FIELDS
    ]
    reached = (
        reached
        and model is not EditProfile
        and all(ids.get(REFERENCE_FIELDS[name]) for name in required_ids)
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
                value = st.lists(bodies, min_size=1, max_size=1) if many else bodies
                yield code, _with_changes(model, {name: value}, valid)


# --- the kinds of mistakes ---


def _decoding_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """Yields mistakes that decoding finds: required fields, types, limits, exclusive fields."""
    if tag := model.__struct_config__.tag_field:
        yield {tag: _ABSENT}, codes.FIELD_REQUIRED
        yield {tag: "video"}, codes.UNSUPPORTED_TYPE
    for name, (types, *_) in struct_fields(model).items():
        info = fields_info(model)[name]
        allowed = _json_types(types)
        if info.required is True:
            empty_values = {"string": "", "object": {}}
            empty = [value for json_type, value in empty_values.items() if json_type in allowed]
            if "array" in allowed:
                yield {name: []}, info.code_if_empty
            for value in (_ABSENT, None, *empty):
                yield {name: value}, codes.FIELD_REQUIRED
        elif info.code_if_empty != codes.FIELD_REQUIRED:
            yield {name: []}, info.code_if_empty
        for value in _wrong_values(types):
            bad_type = model is FileIn and name == "type" and isinstance(value, str)
            code = codes.UNSUPPORTED_TYPE if bad_type else codes.INVALID_PARAMETERS
            yield {name: value}, code
        yield from (
            ({name: value}, code)
            for value, code in _values_beyond_limits(name, types, field(model, name))
        )
    groups = exclusive_fields(model)
    if groups and not issubclass(model, _TOLERANT):
        both = [group[0] for group in groups[:2]]
        yield {name: field(model, name) for name in both}, codes.INVALID_PARAMETERS


def _reference_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """Yields unknown ids."""
    if model is GetMemoryById:
        yield {"memory_id": "no-such-memory"}, codes.NOT_FOUND
        return
    for name, kind in REFERENCE_FIELDS.items():
        if name not in model.__struct_fields__ or (
            model is DeleteKnowledgebaseFile and kind != "file"
        ):
            continue
        many = name.endswith("s")
        linked = kind == "knowledgebase" and many
        code = codes.KNOWLEDGEBASE_UNLINKED if linked else _UNKNOWN[kind]
        yield {name: [f"no-such-{kind}"] if many else f"no-such-{kind}"}, code
    if model is DeleteMemory:
        yield {"user_id": "no-such-user"}, codes.USER_MISSING
        yield {"agent_id": "no-such-agent"}, codes.USER_MISSING


def _content_mistakes(model: type[Request]) -> Iterator[Mistake]:
    """Yields mistakes in the contents of fields, which the operation itself finds."""
    fields = model.__struct_fields__
    invalid = codes.INVALID_PARAMETERS
    yield from (({"filter": filter_}, invalid) for filter_ in _FILTERS if "filter" in fields)
    yield from (({"metadata": tree}, invalid) for tree in _TREES if "metadata" in fields)
    if model is ImageUrl:
        yield {"url": "inn.png"}, invalid
        for content, code in _BASE64:
            yield {"url": f"data:image/png;base64,{content}"}, code
    if model in (FileData, FileIn):
        name = "file_data" if model is FileData else "content"
        yield from (({name: content}, code) for content, code in _BASE64)
    if model is FileIn:
        yield {"name": "rules.exe"}, codes.UNSUPPORTED_FILE_TYPE
        skill = {"type": "skill", "name": "trip.md", "content": to_base64("no front matter")}
        yield skill, codes.FILE_FORMAT
    if model is AddKnowledgebaseFile:
        yield ({"file": field(model, "file").map(partial(_repeat, times=21))}, codes.FILE_COUNT)


# --- bodies with a mistake ---


def _with_changes(
    model: type[Request], changes: Mapping[str, Any], valid: SearchStrategy[Body]
) -> SearchStrategy[Body]:
    """Returns valid bodies with these changes. Removes fields that exclude a changed one."""
    groups = exclusive_fields(model)
    changed = [group for group in groups if set(group) & set(changes)]
    removed = {name for group in groups if changed and group not in changed for name in group}

    def apply(body: Body, values: Body) -> Body:
        kept = {name: value for name, value in body.items() if name not in removed}
        return {name: value for name, value in (kept | values).items() if value is not _ABSENT}

    strategies = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in changes.items()
    }
    return st.builds(apply, valid, st.fixed_dictionaries(strategies))


def _only_required(model: type[Request]) -> tuple[int, SearchStrategy[Body]]:
    """Returns bodies with the required fields alone, and the code if one of several is missing."""
    required = [name for name, info in fields_info(model).items() if info.required is True]
    code = codes.FIELD_REQUIRED if model().missing_field() else codes.INVALID_PARAMETERS
    return code, st.fixed_dictionaries({name: field(model, name) for name in required})


def _needs_more_than_required(model: type[Request]) -> bool:
    """Returns whether the required fields alone violate a rule across fields."""
    required = {name for name, info in fields_info(model).items() if info.required is True}
    return bool({model().missing_field()} - {"", *required} or model().conflict(strict=False))


# --- types ---


def _json_types(types: Iterable[FieldType]) -> set[str]:
    """Returns the JSON types of a field that allow any value."""
    return {type_.json_type for type_ in types if not type_.literals}


def _wrong_values(types: Sequence[FieldType]) -> Iterator[Any]:
    """Yields values of a wrong type, and texts that are not allowed values."""
    allowed = _json_types(types)
    if "any" in allowed:
        return
    if "number" in allowed:
        allowed.add("integer")
    yield from (value for json_type, value in _SAMPLES.items() if json_type not in allowed)
    for type_ in types:
        if type_.json_type == "array":
            yield from ([value] for value in _wrong_values(type_.items))
        elif type_.json_type == "object" and type_.struct is None:
            yield from ({"x": value} for value in _wrong_values(type_.items))


def _values_beyond_limits(
    name: str, types: Iterable[FieldType], valid: SearchStrategy[Any]
) -> Iterator[tuple[Any, int]]:
    """Yields values that are too long, too many, too small or too large."""
    invalid = codes.INVALID_PARAMETERS
    for type_ in types:
        if type_.json_type == "null":
            continue
        for limit, step in (("ge", -1), ("le", 1)):
            if limit in type_.limits:
                code = codes.INVALID_RELATIVITY if name == "relativity" else invalid
                yield type_.limits[limit] + step, code
        maximum = type_.limits.get("max_length", 0)
        if type_.json_type == "array":
            yield from (
                ([value], code) for value, code in _values_beyond_limits(name, type_.items, valid)
            )
            if maximum:
                yield valid.map(partial(_repeat, times=maximum + 1)), invalid
        elif maximum:
            yield "x" * (maximum + 1), _TOO_LONG.get(name, invalid)


def _repeat(value: Any, times: int) -> list[Any]:
    values: list[Any] = value if isinstance(value, list) else [value]
    return (values * times)[:times]
