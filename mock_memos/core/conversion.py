"""Converts plain values to structs. Reports all mistakes at once, each with its location.

The rules are the types of the structs themselves, and `Meta(extra={"check": function})`, where the
function returns what is wrong with a value, or None.
"""

from typing import Any, NamedTuple, TypeVar

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import TYPE_NAMES, known_values
from mock_memos.core.text import shorten
from mock_memos.core.type_inspection import FieldType, field_types, struct_fields

ValuePath = tuple[str | int, ...]
"""The keys and indices from the root of a document to a value."""

S = TypeVar("S", bound=msgspec.Struct)


class InvalidValueError(UsageError):
    """A value of the right type that is not allowed. `key` is its path in the struct."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}" if key else problem)
        self.key = key
        self.problem = problem


def convert(value: Any, struct: type[S]) -> S:
    """Returns a value as a struct. Raises UsageError that lists every mistake with its path."""
    try:
        return msgspec.convert(value, struct)
    except msgspec.ValidationError as error:
        validator = Validator()
        validator.check(value, struct)
        raise UsageError("; ".join(map(str, validator.mistakes)) or str(error)) from None


def find_mistake(value: Any, types: tuple[FieldType, ...]) -> str | None:
    """Returns the first mistake in a value of one of some types, or None."""
    validator = Validator()
    validator.check_types(value, types, ())
    return validator.mistakes[0].text if validator.mistakes else None


class ValueMistake(NamedTuple):
    """A mistake in a value. With `at_key` the key is wrong, else its value."""

    path: ValuePath
    text: str
    at_key: bool = False

    def __str__(self) -> str:
        path = ".".join(map(str, self.path[:-1] if self.at_key else self.path))
        return f"{path}: {self.text}" if path else self.text


class Validator:
    """Collects the mistakes in the values of one document."""

    def __init__(self) -> None:
        self.mistakes: list[ValueMistake] = []

    def check(self, value: Any, struct: type[msgspec.Struct], path: ValuePath = ()) -> bool:
        """Returns whether a value can be converted to a struct; if not, adds to `mistakes`."""
        return self.check_types(value, field_types(struct), path)

    def add(self, path: ValuePath, text: str, *, at_key: bool = False) -> bool:
        """Adds a mistake and returns False."""
        self.mistakes.append(ValueMistake(path, text, at_key))
        return False

    def check_types(self, value: Any, types: tuple[FieldType, ...], path: ValuePath) -> bool:
        """Returns whether a value has one of some types; if not, adds to `mistakes`."""
        type_ = next((type_ for type_ in types if type_.accepts(value)), None)
        if type_ is None:
            return self.add(path, _type_mistake(value, types))
        if type_.struct is not None:
            valid = self._check_struct(value, type_.struct, path)
        elif type_.json_type in ("object", "array"):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            results = [self.check_types(item, type_.items, (*path, key)) for key, item in items]
            valid = all(results)
        else:
            problem = _limit_mistake(value, type_)
            valid = self.add(path, problem) if problem else True
        if valid and value is not None and (check := type_.extra.get("check")):
            problem = check(value)
            return self.add(path, problem) if problem else True
        return valid

    def _check_struct(
        self, value: dict[str, Any], struct: type[msgspec.Struct], path: ValuePath
    ) -> bool:
        fields = struct_fields(struct)
        valid = True
        for key in value:
            if key not in fields:
                hint = known_values(key, fields, "Allowed")
                valid = self.add((*path, key), f"unknown key {key!r}{hint}", at_key=True)
        for name, field in fields.items():
            if name in value:
                valid = self.check_types(value[name], field.types, (*path, name)) and valid
            elif field.required:
                valid = self.add(path, f"the key {name} is missing")
        return valid and self._check_rules(value, struct, path)

    def _check_rules(self, value: Any, struct: type[msgspec.Struct], path: ValuePath) -> bool:
        """Checks the rules in the `__post_init__` of a struct."""
        try:
            msgspec.convert(value, struct)
        except msgspec.ValidationError as error:
            cause = error.__cause__
            if isinstance(cause, InvalidValueError):
                key = (*path, cause.key) if cause.key else path
                return self.add(key, str(cause), at_key=bool(cause.key))
            return self.add(path, str(error))
        return True


def _type_mistake(value: Any, types: tuple[FieldType, ...]) -> str:
    names = {
        f"one of {', '.join(map(str, type_.literals))}"
        if type_.literals
        else TYPE_NAMES[type_.json_type]: None
        for type_ in types
        if type_.json_type != "null"
    }
    hint = ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and "a string" in names and "an integer" not in names:
        hint = "; put it in quotes"
    return f"expected {' or '.join(names)}, got {_describe(value)}{hint}"


def _limit_mistake(value: Any, type_: FieldType) -> str | None:
    """Returns which limit of a scalar type a value breaks, or None."""
    limits = type_.limits
    if type_.literals and value not in type_.literals:
        allowed = [str(literal) for literal in type_.literals]
        return f"{value!r} is unknown{known_values(str(value), allowed, 'Allowed')}"
    if isinstance(value, str):
        return "must not be empty" if len(value) < limits.get("min_length", 0) else None
    if "ge" in limits and not value >= limits["ge"]:
        return f"must be at least {limits['ge']}, not {value}"
    if "gt" in limits and not value > limits["gt"]:
        return f"must be more than {limits['gt']}, not {value}"
    if "le" in limits and not value <= limits["le"]:
        return f"must be at most {limits['le']}, not {value}"
    return None


def _describe(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string {shorten(value, 40)!r}"
        case list():
            return "a list"
    return "an object"
