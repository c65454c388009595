"""Inspects request structs once: decoder, field annotations, nested structs."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from mock_memos.api.models.base import FieldInfo, Request
from mock_memos.core.conversion import ValuePath
from mock_memos.core.type_inspection import FieldType, literals_of, struct_fields, walk


class ModelInfo(NamedTuple):
    """What decoding needs to know about a struct. The tuples hold names of fields."""

    decoder: msgspec.json.Decoder[Any]
    types: dict[str, tuple[FieldType, ...]]
    required: tuple[str, ...]
    required_if_strict: tuple[str, ...]
    nested: tuple[str, ...]
    """Fields that hold request structs, directly or in lists."""
    untyped: tuple[str, ...]
    """Untyped fields, which the decoder does not validate."""
    maximums: tuple[tuple[str, int], ...]
    checks_missing: bool
    checks_conflict: bool
    """True if the struct or a nested one has a rule of this kind."""


@cache
def inspect_model(model: type[Request]) -> ModelInfo:
    """Inspects a request struct."""
    fields = fields_info(model)
    types = {name: field.types for name, field in struct_fields(model).items()}
    nested = {name: inner for name in fields if (inner := nested_requests(types[name]))}
    return ModelInfo(
        decoder=msgspec.json.Decoder(model),
        types=types,
        required=tuple(name for name in fields if fields[name].required is True),
        required_if_strict=tuple(name for name in fields if fields[name].required == "strict"),
        nested=tuple(nested),
        untyped=tuple(name for name in fields if _is_untyped(types[name])),
        maximums=tuple(
            (name, field.maximum) for name, field in fields.items() if field.maximum is not None
        ),
        checks_missing=bool(model.any_of) or model.missing_field is not Request.missing_field,
        checks_conflict=model.conflict is not Request.conflict
        or any(
            inspect_model(inner).checks_conflict for inners in nested.values() for inner in inners
        ),
    )


@cache
def fields_info(model: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    """Returns the annotation of each field of a struct, by its name on the wire."""
    default = FieldInfo()
    return {name: field.extra.get("field", default) for name, field in struct_fields(model).items()}


def nested_requests(types: Iterable[FieldType]) -> tuple[type[Request], ...]:
    """Returns the request structs of a field, at any depth of lists and unions."""
    structs = (type_.struct for type_ in walk(types) if type_.struct is not None)
    return tuple(struct for struct in structs if issubclass(struct, Request))


def allowed_values(model: type[Request], path: ValuePath) -> list[str]:
    """Returns the texts that the type at a path allows, or an empty list for any text."""
    models, allowed = [model], list[str]()
    for name in path:
        if isinstance(name, str):
            allowed = [text for outer in models for text in _allowed_texts(outer, name)]
            models = [inner for outer in models for inner in nested_requests(_types(outer, name))]
    return list(dict.fromkeys(allowed))


def accepts_list(model: type[Request], path: ValuePath) -> bool:
    """Returns whether a top-level field may also be a list."""
    types = _types(model, str(path[0])) if len(path) == 1 else ()
    return any(type_.json_type == "array" for type_ in types)


def _allowed_texts(model: type[Request], name: str) -> list[str]:
    config = model.__struct_config__
    tags = [str(config.tag)] if name == config.tag_field else []
    return tags + [text for text in literals_of(_types(model, name)) if text]  # "" means absent


def _types(model: type[Request], name: str) -> tuple[FieldType, ...]:
    return inspect_model(model).types.get(name, ())


def _is_untyped(types: Iterable[FieldType]) -> bool:
    return any(type_.json_type == "any" for type_ in walk(types))
