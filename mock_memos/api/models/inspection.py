"""What is read off a struct once: its decoder, and what its fields ask for beyond their types."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from mock_memos.api.models.base import About, Request

Path = tuple[str | int, ...]
"""Where something stands in a request: names of fields and places in lists."""


class Plan(NamedTuple):
    """How to read one struct. Names of fields, but for the first two and the last two."""

    decoder: msgspec.json.Decoder[Any]
    types: dict[str, Any]
    """The type of each field, without what is said about it."""
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
    hints = get_type_hints(model)
    nested = {name: requests_in(hints[name]) for name in said if requests_in(hints[name])}
    return Plan(
        decoder=msgspec.json.Decoder(model),
        types=hints,
        required=tuple(name for name in said if said[name].required is True),
        required_strictly=tuple(name for name in said if said[name].required == "strict"),
        nested=tuple(nested),
        free=tuple(name for name in said if _is_free(hints[name])),
        clamps=tuple((name, of.clamp) for name, of in said.items() if of.clamp is not None),
        lacks=bool(model.needs) or model.lacks is not Request.lacks,
        clashes=model.clashes is not Request.clashes
        or any(plan_of(inner).clashes for found in nested.values() for inner in found),
    )


@cache
def abouts(model: type[msgspec.Struct]) -> dict[str, About]:
    """What is said about each field of a struct, by the name on the wire."""
    hints = get_type_hints(model, include_extras=True)
    return {name: _about(hints[name]) for name in model.__struct_fields__}


def _about(hint: Any) -> About:
    said = About()
    for meta in getattr(hint, "__metadata__", ()):
        said = (meta.extra or {}).get("about", said)
    return said


def requests_in(hint: Any) -> tuple[type[Request], ...]:
    """The request structs that a type may hold, at any depth of lists and unions."""
    if isinstance(hint, type) and issubclass(hint, Request):
        return (hint,)
    return tuple(model for inner in get_args(hint) for model in requests_in(inner))


def choices(model: type[Request], path: Path) -> list[str]:
    """The texts that are allowed at a place, when its type names them."""
    models, found = [model], list[str]()
    for name in path:
        if isinstance(name, str):
            found = [text for inner in models for text in _choices_of(inner, name)]
            models = [into for inner in models for into in requests_in(_type(inner, name))]
    return list(dict.fromkeys(found))


def takes_list(model: type[Request], path: Path) -> bool:
    """Whether a field at the top may also be a list."""
    hint = _type(model, str(path[0])) if len(path) == 1 else None
    return any(get_origin(one) is list for one in get_args(hint))


def _choices_of(model: type[Request], name: str) -> Iterator[str]:
    if name == model.__struct_config__.tag_field:
        yield str(model.__struct_config__.tag)
    yield from _literals(_type(model, name))


def _type(model: type[Request], name: str) -> Any:
    return plan_of(model).types.get(name)


def _literals(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from filter(None, get_args(hint))  # an empty text stands for an absent field
    else:
        for inner in get_args(hint):
            yield from _literals(inner)


def _is_free(hint: Any) -> bool:
    return hint is Any or any(_is_free(inner) for inner in get_args(hint))
