"""Whether plain values have the shape of a struct: every mistake at once, each with its place.

The types are those of the structs themselves, so that what is checked here and what is loaded
cannot differ.
"""

from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
from msgspec import inspect

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import choices

_NAMES: Final[dict[type[inspect.Type], str]] = {
    inspect.StrType: "a text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
    inspect.StructType: "keys and values",
    inspect.DictType: "keys and values",
    inspect.VarTupleType: "a list",
    inspect.ListType: "a list",
    inspect.AnyType: "anything",
}


Trail = tuple[str | int, ...]
"""The keys and indices from the root of a file to a value."""

S = TypeVar("S", bound=msgspec.Struct)
P = TypeVar("P")
Place_co = TypeVar("Place_co", covariant=True)


class Places(Protocol[Place_co]):
    """Where values and keys stand, in whatever way it is told."""

    def place(self, trail: Trail) -> Place_co: ...
    def key_place(self, trail: Trail) -> Place_co: ...


class Paths:
    """Places of values that were written in no file: `task.held`."""

    def place(self, trail: Trail) -> str:
        return ".".join(map(str, trail))

    def key_place(self, trail: Trail) -> str:
        return self.place(trail[:-1])


def convert(value: Any, struct: type[S]) -> S:
    """A value as a struct. Raises `UsageError` with every mistake in it, each by its path."""
    try:
        return msgspec.convert(value, struct)
    except msgspec.ValidationError as problem:
        shapes = Shapes(Paths())
        shapes.check(value, struct)
        told = [f"{path}: {message}" if path else message for path, message in shapes.mistakes]
        raise UsageError("; ".join(told) or str(problem)) from None


def struct_type(struct: type[msgspec.Struct]) -> inspect.StructType:
    """A struct as the types of its fields."""
    kind = inspect.type_info(struct)
    assert isinstance(kind, inspect.StructType)
    return kind


class Shapes(Generic[P]):
    """Collects what is wrong with the values of one source."""

    def __init__(self, source: Places[P]) -> None:
        self._source = source
        self.mistakes: list[tuple[P, str]] = []

    def check(self, value: Any, struct: type[msgspec.Struct], trail: Trail = ()) -> bool:
        """Whether a value has the shape of a struct; if not, `mistakes` has grown."""
        return self._fits(value, inspect.type_info(struct), trail)

    def add(self, trail: Trail, message: str, *, at_key: bool = False) -> bool:
        place = self._source.key_place(trail) if at_key else self._source.place(trail)
        self.mistakes.append((place, message))
        return False

    def _fits(self, value: Any, kind: inspect.Type, trail: Trail) -> bool:
        match kind:
            case inspect.Metadata():
                return self._fits_and_passes(value, kind, trail)
            case inspect.AnyType():
                return True
            case inspect.UnionType():
                chosen = next((one for one in kind.types if admits(one, value)), None)
                if chosen is None:
                    wanted = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
                    return self.add(trail, f"{_or(wanted)} is expected, {_came(value)} came")
                return self._fits(value, chosen, trail)
        if not admits(kind, value):
            return self.add(trail, f"{_name(kind)} is expected, {_came(value)} came")
        match kind:
            case inspect.StructType():
                return self._struct(value, kind, trail)
            case inspect.DictType():
                items = [self._fits(one, kind.value_type, (*trail, k)) for k, one in value.items()]
                return all(items)
            case inspect.VarTupleType() | inspect.ListType():
                items = [
                    self._fits(one, kind.item_type, (*trail, n)) for n, one in enumerate(value)
                ]
                return all(items)
        problem = _beyond(value, kind)
        return self.add(trail, problem) if problem else True

    def _fits_and_passes(self, value: Any, kind: inspect.Metadata, trail: Trail) -> bool:
        extra = kind.extra or {}
        inner = inspect.type_info(extra["like"]) if "like" in extra else kind.type
        if not self._fits(value, inner, trail):
            return False
        problem = extra["check"](value) if "check" in extra and value is not None else None
        return self.add(trail, problem) if problem else True

    def _struct(self, value: dict[str, Any], kind: inspect.StructType, trail: Trail) -> bool:
        fields = {field.encode_name: field for field in kind.fields}
        good = True
        for key in value:
            if key not in fields:
                hint = choices(key, fields, "Allowed")
                good = self.add((*trail, key), f"unknown key {key!r}{hint}", at_key=True)
        for name, field in fields.items():
            if name in value:
                good = self._fits(value[name], field.type, (*trail, name)) and good
            elif field.required:
                good = self.add(trail, f"the key {name} is missing")
        return good and self._converts(value, kind.cls, trail)

    def _converts(self, value: Any, struct: type[msgspec.Struct], trail: Trail) -> bool:
        """Rules across the keys of a struct, which its own initialiser knows."""
        try:
            msgspec.convert(value, struct)
        except msgspec.ValidationError as error:
            misfit = error.__cause__
            if isinstance(misfit, MisfitError):
                key = (*trail, misfit.key) if misfit.key else trail
                return self.add(key, str(misfit), at_key=bool(misfit.key))
            return self.add(trail, str(error))
        return True


def admits(kind: inspect.Type, value: Any) -> bool:
    """Whether a value is of this type, whatever is within it."""
    match kind:
        case inspect.Metadata():
            return admits(kind.type, value)
        case inspect.UnionType():
            return any(admits(one, value) for one in kind.types)
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
        case inspect.VarTupleType() | inspect.ListType():
            return isinstance(value, list)
        case inspect.LiteralType():
            return any(type(value) is type(one) for one in kind.values)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.NoneType():
            return value is None
    return True


def _beyond(value: Any, kind: inspect.Type) -> str | None:
    """The limit of a scalar that it breaks, or None."""
    match kind:
        case inspect.LiteralType() if value not in kind.values:
            known = [str(one) for one in kind.values]
            return f"{value!r} is unknown{choices(str(value), known, 'Allowed')}"
        case inspect.StrType() if kind.min_length and len(value) < kind.min_length:
            return "must not be empty"
        case inspect.IntType() | inspect.FloatType():
            if kind.ge is not None and value < kind.ge:
                return f"must be at least {kind.ge}, not {value}"
            if kind.gt is not None and value <= kind.gt:
                return f"must be more than {kind.gt}, not {value}"
            if kind.le is not None and value > kind.le:
                return f"must be at most {kind.le}, not {value}"
    return None


def _name(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata):
        return _name(kind.type)
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(map(str, kind.values))}"
    return _NAMES.get(type(kind), "something else")


def _or(kinds: list[inspect.Type]) -> str:
    return " or ".join(dict.fromkeys(map(_name, kinds)))


def _came(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value} (in quotes it is a text)"
        case str():
            return f"the text {value[:40]!r}"
        case list():
            return "a list"
    return "an object"


class MisfitError(UsageError):
    """A value that has the right type and still cannot be meant. `key` says where it stands."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}" if key else problem)
        self.key = key
        self.problem = problem
