"""Turns decoder errors into the service's error codes, each with a hint for the developer.

A hint names the field, the value that was received, and the value that is expected.
"""

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import accepts_list, allowed_values, fields_info
from mock_memos.core.conversion import ValuePath
from mock_memos.core.service_errors import (
    CONVERSATION_ID_TOO_LONG,
    FIELD_REQUIRED,
    INVALID_PARAMETERS,
    INVALID_RELATIVITY,
    UNSUPPORTED_TYPE,
    USER_ID_TOO_LONG,
    ApiError,
)
from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import shorten

_PATH_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_EXPECTED_TYPES = re.compile(r"Expected `(?P<types>[^`]+)`, got `")
_MISSING_TAG = re.compile(r"Object missing required field `(?P<name>.+)`")
_TYPE_NAMES = {
    "array": "list", "bool": "boolean", "float": "number", "int": "integer", "str": "string",
}  # fmt: skip
_TOO_LONG = {
    "user_id": USER_ID_TOO_LONG,
    "conversation_id": CONVERSATION_ID_TOO_LONG,
    "relativity": INVALID_RELATIVITY,
}

_ROLE_ALIASES = {
    "human": "user", "ai": "assistant", "bot": "assistant", "model": "assistant",
    "function": "tool", "developer": "system",
}  # fmt: skip
_FIELD_ALIASES = {
    "k": "memory_limit_number", "limit": "memory_limit_number", "top_k": "memory_limit_number",
    "min_score": "relativity", "score_threshold": "relativity", "threshold": "relativity",
    "metadata": "info", "session_id": "conversation_id", "thread_id": "conversation_id",
    "input": "query", "text": "content", "sync": "async_mode", "message": "query",
    "messages": "query",
}  # fmt: skip
"""Field names of other services and operations, and what the field may be called here."""
_EXAMPLES = {
    "messages": '{"role": "user", "content": "..."}',
    "image_url": '{"url": "https://..."}',
}
"""The value of a field, or an element of it, that clients often send in another form."""


class DecodeProblem(NamedTuple):
    """A decoder error and its place. The decoder does not report keys of untyped mappings."""

    text: str
    path: ValuePath
    in_mapping: bool = False
    """The problem is a value of the mapping at `path`."""

    @property
    def expected_types(self) -> list[str]:
        """The expected JSON types, if the type is wrong."""
        match = _EXPECTED_TYPES.match(self.text)
        return [name for name in match["types"].split(" | ") if name != "null"] if match else []


def parse_decoder_error(error: Exception) -> DecodeProblem:
    """Parses an error message of the decoder, such as "Expected `int`, got `str` - at `$.a[0]`"."""
    text, separator, location = str(error).rpartition(" - at `$")
    if not separator:
        return DecodeProblem(location, ())
    path: list[str | int] = []
    for step in _PATH_STEP.finditer(location.removesuffix("`")):
        if step["key"] is None and step["index"] is None:
            return DecodeProblem(text, tuple(path), in_mapping=True)
        path.append(step["key"] or int(step["index"]))
    return DecodeProblem(text, tuple(path))


def invalid_json_error(body: bytes, error: Exception) -> ApiError:
    """Returns the error for a body that cannot be decoded."""
    why = str(error).partition(" - at `")[0]
    if isinstance(error, RecursionError):
        why = "it is nested too deeply"
    elif body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        why = "it begins with a byte order mark; send UTF-8 without one"
    elif re.search(rb"\\u[dD][89a-fA-F]", body):
        why = "a \\u escape is half of a surrogate pair"
    elif re.match(rb"[\w.\[\]%-]+=", body):
        why += "; it looks like a form: send JSON instead, with Content-Type application/json"
    elif re.match(rb"\s*\{\s*'", body):
        why += "; it looks like the text of a Python dictionary: use json.dumps"
    return ApiError(INVALID_PARAMETERS, f"the body is not readable JSON: {why}")


def wrong_type_error(problem: DecodeProblem, value: Any, model: type[Request]) -> ApiError:
    """Returns the error for a value of a wrong type, or a text that is not an allowed value."""
    field, code = format_path(problem.path), INVALID_PARAMETERS
    if tag := _MISSING_TAG.match(problem.text):
        return ApiError(FIELD_REQUIRED, f"{field}.{tag['name']} is required, but absent")
    if problem.text == "Invalid value ''":  # of a tag
        return ApiError(FIELD_REQUIRED, f"{field} is required, but empty")
    if problem.expected_types:
        types = " or ".join(_TYPE_NAMES.get(name, name) for name in problem.expected_types)
        if problem.in_mapping and isinstance(value, dict):
            name, value = _first_wrong_value(value, problem.expected_types)
            field = f"{field}.{name}"
        received = f"{field}: expected {types}, received {_describe_value(value)}"
        return ApiError(code, received + _fix(problem, value))
    if problem.path[-1] == "type" and len(problem.path) > 1:  # of a content part or a file
        code = UNSUPPORTED_TYPE
    allowed = allowed_values(model, problem.path)
    suggestion = did_you_mean(value, allowed)
    if isinstance(value, str) and _ROLE_ALIASES.get(value.lower()) in allowed:
        suggestion = f", did you mean {_ROLE_ALIASES[value.lower()]!r}?"
    if accepts_list(model, problem.path):
        allowed = ["a list", *allowed]
    return ApiError(
        code, f"{field} is {_describe_value(value)}; allowed: {', '.join(allowed)}{suggestion}"
    )


def out_of_range_error(problem: DecodeProblem, value: Any) -> ApiError:
    """Returns the error for a number or a length beyond its limit."""
    code = INVALID_PARAMETERS
    if not isinstance(value, list):
        code = _TOO_LONG.get(_field_name(problem.path), code)
    limit = problem.text.rpartition("` ")[2].removeprefix("of length ").removesuffix(".0")
    if isinstance(value, list):
        received = f"has {len(value)} elements"
    elif isinstance(value, str):
        received = f"has {len(value)} characters"
    else:
        received = f"is {_describe_value(value)}"
    allowed = limit.replace("<=", "at most").replace(">=", "at least").replace(">", "more than")
    return ApiError(code, f"{format_path(problem.path)} {received}; allowed: {allowed}")


def missing_field_error(raw: Any, path: ValuePath, model: type[Request]) -> ApiError:
    """Returns the error for a required field of `model` that is absent, null or empty."""
    *parents, name = path
    parent = get_value(raw, tuple(parents))
    value = parent.get(name, ...)
    fields = fields_info(model)
    code = fields[str(name)].code_if_empty if value == [] else FIELD_REQUIRED
    alternatives = next((group[1:] for group in model.any_of if group[0] == name), ())
    names = " or ".join([format_path(path), *alternatives])
    hint = f"{names} is required, but {_describe_empty(value)}"
    if not parent and not parents:
        hint += "; the body has no field"
    unknown_names = [key for key in parent if not _is_known(key, model)]
    if value is ... and unknown_names:
        candidates = [*alternatives, str(name)]
        details = (
            _describe_value(key) + _suggestion(key, candidates) for key in islice(unknown_names, 5)
        )
        hint += f"; unknown here: {' and '.join(details)}"
    return ApiError(code, hint)


def unknown_field_error(path: ValuePath, fields: Iterable[str]) -> ApiError:
    """Returns the error for a field that the service would ignore silently."""
    names = list(fields)
    suggestion = _suggestion(str(path[-1]), names) or f"; allowed: {', '.join(names)}"
    return ApiError(
        INVALID_PARAMETERS, f"{format_path(path)} is not a field of this request{suggestion}"
    )


def format_path(path: ValuePath) -> str:
    """Formats a path as code: `messages[0].content`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "the body"


def get_value(raw: Any, path: ValuePath) -> Any:
    """Returns the value at a path of a decoded body."""
    for step in path:
        raw = raw[step]
    return raw


def _field_name(path: ValuePath) -> str:
    """Returns the last name in a path, or an empty text."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _suggestion(name: str, known: list[str]) -> str:
    """Suggests a known field: by its name in other services, by spelling, or by a part of it."""
    if (alias := _FIELD_ALIASES.get(name)) in known:
        return f", did you mean {alias!r}?"
    partial = [field for field in known if len(name) > 3 and name in [*field.split("_"), field]]
    return did_you_mean(name, known) or (
        f", did you mean {partial[0]!r}?" if len(partial) == 1 else ""
    )


def _fix(problem: DecodeProblem, value: Any) -> str:
    """Returns the next step for a value of a wrong type, or an empty text."""
    field = _field_name(problem.path)
    if not problem.path and isinstance(value, str) and value.lstrip()[:1] == "{":
        return "; it is JSON written as a text: encode it once, not twice"
    if problem.expected_types == ["bool"] and value in ("true", "false"):
        return f"; write {value} without quotes"
    if problem.expected_types == ["array"] and isinstance(value, dict):
        return "; put it in a list"
    if field in _EXAMPLES and not problem.in_mapping:
        return f"; write {_EXAMPLES[field]}" + (
            " in a list" if "array" in problem.expected_types else ""
        )
    if problem.expected_types == ["array"]:
        return "; put it in a list"
    return ""


def _first_wrong_value(values: dict[str, Any], expected: list[str]) -> tuple[str, Any]:
    """Returns the first item of a mapping whose value has none of the expected types."""
    names = {str: "str", bool: "bool", int: "int", float: "float", list: "array", dict: "object"}
    return next(
        (item for item in values.items() if names.get(type(item[1]), "null") not in expected),
        ("[...]", values),
    )


def _is_known(name: str, model: type[Request]) -> bool:
    return name in fields_info(model) or name == model.__struct_config__.tag_field


def _describe_empty(value: Any) -> str:
    if value is ...:
        return "absent"
    if value is None:
        return "null"
    return "blank" if value and isinstance(value, str) else "empty"


def _describe_value(value: Any) -> str:
    match value:
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case str() if len(value) > 60:
            value = shorten(value, 60)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 400 else f"a number of {len(text)} digits"
