"""Placeholders in texts: `${parameter}` is replaced on loading, `{{saved}}` on playing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mock_memos.core.conversion import ValuePath
from mock_memos.core.suggestions import did_you_mean

_PARAMETER = re.compile(r"\$(?P<escape>\$)?\{(?P<name>[^{}]*)\}")
_SAVED = re.compile(r"(?P<escape>\\)?\{\{\s*(?P<name>[^{}]*?)\s*\}\}")


def substitute(value: Any, parameters: Mapping[str, Any]) -> Any:
    """Returns a value with each `${name}` replaced by its parameter; `$${` becomes `${`.

    A text that consists of one placeholder becomes the value of the parameter, of any type.
    Unknown parameters are not replaced.
    """
    return _substitute(value, _PARAMETER, parameters)


def substitute_saved(value: Any, saved: Mapping[str, Any]) -> Any:
    r"""Returns a value with each `{{name}}` replaced by its saved value; `\{{` becomes `{{`."""
    return _substitute(value, _SAVED, saved)


def escape(value: Any, *, in_steps: bool = False) -> Any:
    """Returns a value that `substitute` turns into this one; `in_steps` also escapes `{{`."""
    if isinstance(value, dict):
        return {
            escape(key, in_steps=in_steps): escape(item, in_steps=in_steps)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [escape(item, in_steps=in_steps) for item in value]
    if not isinstance(value, str):
        return value
    if in_steps:
        value = _SAVED.sub(lambda match: f"\\{match[0]}", value)
    return _PARAMETER.sub(lambda match: f"${match[0]}", value)


def unknown_parameters(
    value: Any, parameters: Mapping[str, Any]
) -> Iterator[tuple[ValuePath, str]]:
    """Yields the path and a message for each placeholder of an unknown parameter."""
    for path, name in _unknown_names(value, _PARAMETER, parameters, ()):
        yield path, f"unknown parameter {name!r}{did_you_mean(name, parameters)}"


def unsaved_names_in_steps(steps: Any) -> Iterator[tuple[ValuePath, str]]:
    """Yields the path and a message for each placeholder that no earlier step saves."""
    saved: dict[str, Any] = {}
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        for key in ("call", "body", "expect"):
            for path, name in unsaved_names(step.get(key), saved, ("steps", index, key)):
                yield path, f"no earlier step saves {name!r}{did_you_mean(name, saved)}"
        saved |= step["save"] if isinstance(step.get("save"), dict) else {}


def unsaved_names(
    value: Any, saved: Mapping[str, Any], path: ValuePath = ()
) -> Iterator[tuple[ValuePath, str]]:
    """Yields the path and name of each placeholder without a saved value."""
    return _unknown_names(value, _SAVED, saved, path)


def _unknown_names(
    value: Any, pattern: re.Pattern[str], known: Mapping[str, Any], path: ValuePath
) -> Iterator[tuple[ValuePath, str]]:
    if isinstance(value, str):
        for match in pattern.finditer(value):
            if not match["escape"] and match["name"] not in known:
                yield path, match["name"]
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _unknown_names(key, pattern, known, (*path, key))
            yield from _unknown_names(item, pattern, known, (*path, key))


def _substitute(value: Any, pattern: re.Pattern[str], values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {
            str(_substitute(key, pattern, values)): _substitute(item, pattern, values)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_substitute(item, pattern, values) for item in value]
    if not isinstance(value, str):
        return value
    whole = pattern.fullmatch(value)
    if whole and whole["name"] in values and not whole["escape"]:
        return values[whole["name"]]
    return pattern.sub(lambda match: _replacement(match, values), value)


def _replacement(match: re.Match[str], values: Mapping[str, Any]) -> str:
    if match["escape"]:
        return match[0][1:]
    if match["name"] not in values:
        return match[0]
    value = values[match["name"]]
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
