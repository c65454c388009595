"""What the type of a field allows, taken apart."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from mock_memos.api.models.base import Request


class Shape(NamedTuple):
    """One of the types that would do, with the limits written at it: ge, le, max_length."""

    type: Any
    """A plain type, a literal, a list or a mapping; never a union, never null."""
    limits: Mapping[str, Any]

    @property
    def kind(self) -> Any:
        """The type of its values; None for a literal and for anything at all."""
        origin = get_origin(self.type)
        if origin is Literal or self.type is Any:
            return None
        return dict if self.is_request else origin or self.type

    @property
    def is_request(self) -> bool:
        """Whether it is a request struct."""
        return isinstance(self.type, type) and issubclass(self.type, Request)

    @property
    def inner(self) -> Any:
        """The type of the elements of a list, or of the values of a mapping."""
        return get_args(self.type)[-1]


LIMITS: Final = ("ge", "le", "max_length")


def shapes(hint: Any, limits: Mapping[str, Any] = {}) -> Iterator[Shape]:
    """The types that a field may have."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        yield from shapes(inner[0], {**limits, **_written(hint)})
    elif origin in (Union, UnionType):
        for one in inner:
            yield from shapes(one, limits)
    elif hint is not NoneType:
        yield Shape(hint, limits)


def hints(model: type[Request]) -> dict[str, Any]:
    """The types of the fields of a struct, with what is said about them."""
    every = get_type_hints(model, include_extras=True)
    return {name: every[name] for name in model.__struct_fields__}


def kinds(hint: Any) -> set[Any]:
    """The types of the values that a field may have; None where a literal or anything may stand."""
    return {shape.kind for shape in shapes(hint)}


def _written(hint: Any) -> dict[str, Any]:
    return {
        name: bound
        for meta in hint.__metadata__
        for name in LIMITS
        if (bound := getattr(meta, name)) is not None
    }
