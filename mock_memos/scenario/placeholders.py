"""Texts with holes: `${parameter}`, filled when a file is loaded, and `{{saved}}`, when played."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mock_memos.core.conversion import ValuePath
from mock_memos.core.suggestions import did_you_mean

_PARAMETER = re.compile(r"\$(?P<escape>\$)?\{(?P<name>[^{}]*)\}")
_SAVED = re.compile(r"(?P<escape>\\)?\{\{\s*(?P<name>[^{}]*?)\s*\}\}")


def fill(value: Any, parameters: Mapping[str, Any]) -> Any:
    """A value with parameters in place of `${name}`; `$${` stands for `${` itself.

    A text that is nothing but one parameter becomes its value, whatever type that is. A parameter
    that is not known stays as it is.
    """
    return _filled(value, _PARAMETER, parameters)


def fill_saved(value: Any, saved: Mapping[str, Any]) -> Any:
    """A value with what was saved in place of `{{name}}`, by the same rules.

    A backslash before the braces stands for the braces themselves.
    """
    return _filled(value, _SAVED, saved)


def literal(value: Any, *, in_steps: bool = False) -> Any:
    """A value as a file has to say it, so that nothing in it is filled: not in steps either."""
    if isinstance(value, dict):
        return {
            literal(key, in_steps=in_steps): literal(one, in_steps=in_steps)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [literal(one, in_steps=in_steps) for one in value]
    if not isinstance(value, str):
        return value
    if in_steps:
        value = _SAVED.sub(lambda found: f"\\{found[0]}", value)
    return _PARAMETER.sub(lambda found: f"${found[0]}", value)


def unknown_parameters(
    value: Any, parameters: Mapping[str, Any], path: ValuePath = ()
) -> Iterator[tuple[ValuePath, str]]:
    """Where a value names parameters that there are not."""
    for here, text in _texts(value, path):
        for found in _PARAMETER.finditer(text):
            if not found["escape"] and found["name"] not in parameters:
                name = found["name"]
                yield here, f"there is no parameter {name!r}{did_you_mean(name, parameters)}"


def never_saved(steps: Any) -> Iterator[tuple[ValuePath, str]]:
    """Where a step names what no step before it has saved."""
    saved: dict[str, Any] = {}
    for n, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        for key in ("call", "body", "expect"):
            for here, name in unsaved(step.get(key), saved, ("steps", n, key)):
                yield here, f"nothing was saved as {name!r}{did_you_mean(name, saved)}"
        saved |= step["save"] if isinstance(step.get("save"), dict) else {}


def unsaved(
    value: Any, saved: Mapping[str, Any], path: ValuePath = ()
) -> Iterator[tuple[ValuePath, str]]:
    """Where a value names what was not saved, and the name."""
    for here, text in _texts(value, path):
        for found in _SAVED.finditer(text):
            if not found["escape"] and found["name"] not in saved:
                yield here, found["name"]


def _filled(value: Any, hole: re.Pattern[str], values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {str(_filled(k, hole, values)): _filled(v, hole, values) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(one, hole, values) for one in value]
    if not isinstance(value, str):
        return value
    whole = hole.fullmatch(value)
    if whole and whole["name"] in values and not whole["escape"]:
        return values[whole["name"]]
    return hole.sub(lambda found: _text(found, values), value)


def _text(found: re.Match[str], values: Mapping[str, Any]) -> str:
    if found["escape"]:
        return found[0][1:]
    if found["name"] not in values:
        return found[0]
    value = values[found["name"]]
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _texts(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(key, (*path, key))
            yield from _texts(one, (*path, key))
