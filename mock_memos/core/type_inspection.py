"""Inspects the types of msgspec structs. All code that reads annotations uses this module.

A field accepts one or more types: `str | list[str] | None` accepts a string, an array and null.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
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

import msgspec
from msgspec import Meta, UnsetType

JSONType = Literal["string", "integer", "number", "boolean", "null", "array", "object", "any"]
Annotations = Mapping[str, Any]

_JSON_TYPES: Final[dict[Any, JSONType]] = {
    str: "string", bytes: "string", int: "integer", float: "number", bool: "boolean",
    NoneType: "null", None: "null",
    list: "array", tuple: "array", dict: "object", Any: "any",
}  # fmt: skip
_LIMITS: Final = ("ge", "gt", "le", "lt", "min_length", "max_length")


class FieldType(NamedTuple):
    """One type that a field accepts. A union has several."""

    json_type: JSONType
    struct: type[msgspec.Struct] | None = None
    literals: tuple[Any, ...] = ()
    """The allowed values, in the order of their annotation; empty: no restriction."""
    items: tuple["FieldType", ...] = ()
    """The types of the elements of an array, or of the values of a mapping."""
    limits: Annotations = {}
    """`ge`, `gt`, `le`, `lt`, `min_length`, `max_length`."""
    extra: Annotations = {}
    """What `Meta(extra=...)` holds."""

    def accepts(self, value: Any) -> bool:
        """Returns whether a JSON value has this type. Does not look inside it."""
        match self.json_type:
            case "string":
                return isinstance(value, str)
            case "boolean":
                return isinstance(value, bool)
            case "integer":
                return isinstance(value, int) and not isinstance(value, bool)
            case "number":
                return isinstance(value, int | float) and not isinstance(value, bool)
            case "null":
                return value is None
            case "array":
                return isinstance(value, list)
            case "object":
                return isinstance(value, dict)
        return True


class StructField(NamedTuple):
    """A field of a struct. `required` means that the struct has no default for it."""

    types: tuple[FieldType, ...]
    extra: Annotations
    required: bool


@cache
def struct_fields(struct: type[msgspec.Struct]) -> dict[str, StructField]:
    """Returns the fields of a struct by their names in JSON."""
    hints = get_type_hints(struct, include_extras=True)
    return {
        field.encode_name: StructField(
            field_types(hints[field.name]), _annotations(hints[field.name])[1], field.required
        )
        for field in msgspec.structs.fields(struct)
    }


def field_types(annotation: Any) -> tuple[FieldType, ...]:
    """Returns the types that an annotation accepts. `Meta(extra={"like": X})` means: as for X."""
    return tuple(_alternatives(annotation, {}, {}))


def walk(types: Iterable[FieldType], *, into_structs: bool = False) -> Iterator[FieldType]:
    """Yields types and all types in their items, outer types first.

    With `into_structs` also the types of the fields of their structs, each struct once.
    """
    visited_types = set[type]()
    pending = list(types)[::-1]
    while pending:
        type_ = pending.pop()
        yield type_
        pending += type_.items[::-1]
        if into_structs and type_.struct is not None and type_.struct not in visited_types:
            visited_types.add(type_.struct)
            fields = struct_fields(type_.struct).values()
            pending += [inner for field in fields for inner in field.types][::-1]


def literals_of(types: Iterable[FieldType]) -> list[Any]:
    """Returns all values that the literals of some types allow."""
    return [value for type_ in walk(types) for value in type_.literals]


def structs_in(annotation: Any) -> list[type[msgspec.Struct]]:
    """Returns the structs in an annotation and in their fields, outer structs first."""
    types = walk(field_types(annotation), into_structs=True)
    return list(dict.fromkeys(type_.struct for type_ in types if type_.struct is not None))


def _alternatives(annotation: Any, limits: Annotations, extra: Annotations) -> Iterator[FieldType]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        own_limits, own_extra = _annotations(annotation)
        inner = own_extra.get("like", arguments[0])
        yield from _alternatives(inner, {**limits, **own_limits}, {**extra, **own_extra})
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _alternatives(argument, limits, extra)
    elif origin is Literal:
        for type_ in dict.fromkeys(map(type, arguments)):
            values = tuple(value for value in arguments if type(value) is type_)
            yield FieldType(_JSON_TYPES[type_], None, values, (), limits, extra)
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield FieldType("object", annotation, (), (), limits, extra)
    elif annotation is not UnsetType:
        json_type = _JSON_TYPES[origin or annotation]
        items: tuple[FieldType, ...] = ()
        if json_type in ("array", "object"):
            *_, item = [argument for argument in arguments if argument is not ...] or [Any]
            items = field_types(item)
        yield FieldType(json_type, None, (), items, limits, extra)


def _annotations(annotation: Any) -> tuple[Annotations, Annotations]:
    """Returns the limits and the `extra` of an `Annotated` type."""
    metas = [meta for meta in getattr(annotation, "__metadata__", ()) if isinstance(meta, Meta)]
    limits = {
        name: limit
        for meta in metas
        for name in _LIMITS
        if (limit := getattr(meta, name)) is not None
    }
    extra = {key: value for meta in metas for key, value in (meta.extra or {}).items()}
    return limits, extra
