"""Inspects request structs once: decoder, field annotations, nested structs."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from mock_memos.api.models.base import About, Request
from mock_memos.core.type_inspection import (
    FieldType,
    literals_of,
    struct_fields,
    walk,
)

Path = tuple[str | int, ...]
"""The location of a value in a request: names of fields and indexes of lists."""


class Plan(NamedTuple):
    """What decoding needs to know about a struct. The tuples hold names of fields."""

    decoder: msgspec.json.Decoder[Any]
    types: dict[str, tuple[FieldType, ...]]
    required: tuple[str, ...]
    required_strictly: tuple[str, ...]
    nested: tuple[str, ...]
    """Fields that hold request structs, directly or in lists."""
    free: tuple[str, ...]
    """Untyped fields, which the decoder does not validate."""
    clamps: tuple[tuple[str, int], ...]
    lacks: bool
    clashes: bool
    """True if the struct or a nested one has a rule of this kind."""


@cache
def plan_of(model: type[Request]) -> Plan:
    """Inspects a request struct."""
    fields = abouts(model)
    types = {name: field.types for name, field in struct_fields(model).items()}
    nested = {name: inner for name in fields if (inner := requests_in(types[name]))}
    return Plan(
        decoder=msgspec.json.Decoder(model),
        types=types,
        required=tuple(name for name in fields if fields[name].required is True),
        required_strictly=tuple(name for name in fields if fields[name].required == "strict"),
        nested=tuple(nested),
        free=tuple(name for name in fields if _is_untyped(types[name])),
        clamps=tuple(
            (name, field.clamp) for name, field in fields.items() if field.clamp is not None
        ),
        lacks=bool(model.needs) or model.lacks is not Request.lacks,
        clashes=model.clashes is not Request.clashes
        or any(plan_of(inner).clashes for inners in nested.values() for inner in inners),
    )


@cache
def abouts(model: type[msgspec.Struct]) -> dict[str, About]:
    """Returns the annotation of each field of a struct, by its name on the wire."""
    default = About()
    return {name: field.extra.get("about", default) for name, field in struct_fields(model).items()}


def requests_in(types: Iterable[FieldType]) -> tuple[type[Request], ...]:
    """Returns the request structs of a field, at any depth of lists and unions."""
    structs = (type_.struct for type_ in walk(types) if type_.struct is not None)
    return tuple(struct for struct in structs if issubclass(struct, Request))


def choices(model: type[Request], path: Path) -> list[str]:
    """Returns the texts that the type at a path allows, or an empty list for any text."""
    models, allowed = [model], list[str]()
    for name in path:
        if isinstance(name, str):
            allowed = [text for outer in models for text in _allowed_texts(outer, name)]
            models = [inner for outer in models for inner in requests_in(_types(outer, name))]
    return list(dict.fromkeys(allowed))


def takes_list(model: type[Request], path: Path) -> bool:
    """Returns whether a top-level field may also be a list."""
    types = _types(model, str(path[0])) if len(path) == 1 else ()
    return any(type_.json_type == "array" for type_ in types)


def _allowed_texts(model: type[Request], name: str) -> list[str]:
    config = model.__struct_config__
    tags = [str(config.tag)] if name == config.tag_field else []
    return tags + [text for text in literals_of(_types(model, name)) if text]  # "" means absent


def _types(model: type[Request], name: str) -> tuple[FieldType, ...]:
    return plan_of(model).types.get(name, ())


def _is_untyped(types: Iterable[FieldType]) -> bool:
    return any(type_.json_type == "any" for type_ in walk(types))
