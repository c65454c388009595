"""What is read off a struct once: its decoder, and what its fields ask for beyond their types."""

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
"""Where something stands in a request: names of fields and places in lists."""


class Plan(NamedTuple):
    """How to read one struct. Names of fields, but for the first two and the last two."""

    decoder: msgspec.json.Decoder[Any]
    types: dict[str, tuple[FieldType, ...]]
    required: tuple[str, ...]
    required_strictly: tuple[str, ...]
    nested: tuple[str, ...]
    """Fields that hold other request structs, alone or in lists."""
    free: tuple[str, ...]
    """Fields of any shape, which the decoder takes as they are."""
    clamps: tuple[tuple[str, int], ...]
    lacks: bool
    clashes: bool
    """Whether the struct, or one nested in it, has such a rule."""


@cache
def plan_of(model: type[Request]) -> Plan:
    """The plan of a request struct, from the annotations of its fields."""
    said = abouts(model)
    types = {name: field.types for name, field in struct_fields(model).items()}
    nested = {name: inner for name in said if (inner := requests_in(types[name]))}
    return Plan(
        decoder=msgspec.json.Decoder(model),
        types=types,
        required=tuple(name for name in said if said[name].required is True),
        required_strictly=tuple(name for name in said if said[name].required == "strict"),
        nested=tuple(nested),
        free=tuple(name for name in said if _is_free(types[name])),
        clamps=tuple((name, of.clamp) for name, of in said.items() if of.clamp is not None),
        lacks=bool(model.needs) or model.lacks is not Request.lacks,
        clashes=model.clashes is not Request.clashes
        or any(plan_of(inner).clashes for found in nested.values() for inner in found),
    )


@cache
def abouts(model: type[msgspec.Struct]) -> dict[str, About]:
    """What is said about each field of a struct, by the name on the wire."""
    nothing = About()
    return {name: field.extra.get("about", nothing) for name, field in struct_fields(model).items()}


def requests_in(types: Iterable[FieldType]) -> tuple[type[Request], ...]:
    """The request structs that a field may hold, at any depth of lists and unions."""
    structs = (type_.struct for type_ in walk(types) if type_.struct is not None)
    return tuple(struct for struct in structs if issubclass(struct, Request))


def choices(model: type[Request], path: Path) -> list[str]:
    """The texts that are allowed at a place, when its type names them."""
    models, allowed = [model], list[str]()
    for name in path:
        if isinstance(name, str):
            allowed = [text for inner in models for text in _choices_of(inner, name)]
            models = [into for inner in models for into in requests_in(_types(inner, name))]
    return list(dict.fromkeys(allowed))


def takes_list(model: type[Request], path: Path) -> bool:
    """Whether a field at the top may also be a list."""
    types = _types(model, str(path[0])) if len(path) == 1 else ()
    return any(type_.json_type == "array" for type_ in types)


def _choices_of(model: type[Request], name: str) -> list[str]:
    config = model.__struct_config__
    tags = [str(config.tag)] if name == config.tag_field else []
    return tags + [text for text in literals_of(_types(model, name)) if text]  # "" means absent


def _types(model: type[Request], name: str) -> tuple[FieldType, ...]:
    return plan_of(model).types.get(name, ())


def _is_free(types: Iterable[FieldType]) -> bool:
    return any(type_.json_type == "any" for type_ in walk(types))
