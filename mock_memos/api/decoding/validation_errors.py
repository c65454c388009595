"""What is wrong with a request, as the service's code and a hint in the words of the request."""

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import Path, abouts, choices, takes_list
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError
from mock_memos.core.suggestions import did_you_mean

_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_TYPES = re.compile(r"Expected `(?P<expected>[^`]+)`, got `")
_NO_TAG = re.compile(r"Object missing required field `(?P<name>.+)`")
_WORDS = {"array": "list", "bool": "boolean", "float": "number", "int": "integer", "str": "string"}
_TOO_LONG = {
    "user_id": service_errors.USER_ID_TOO_LONG,
    "conversation_id": service_errors.CONVERSATION_ID_TOO_LONG,
    "relativity": service_errors.INVALID_RELATIVITY,
}


_ROLES = {
    "human": "user", "ai": "assistant", "bot": "assistant", "model": "assistant",
    "function": "tool", "developer": "system",
}  # fmt: skip
_ELSEWHERE = {
    "k": "memory_limit_number", "limit": "memory_limit_number", "top_k": "memory_limit_number",
    "min_score": "relativity", "score_threshold": "relativity", "threshold": "relativity",
    "metadata": "info", "session_id": "conversation_id", "thread_id": "conversation_id",
    "input": "query", "text": "content", "sync": "async_mode", "message": "query",
    "messages": "query",
}  # fmt: skip
"""Names of other services and operations, and how the same may be called here."""
_WRITTEN = {
    "messages": '{"role": "user", "content": "..."}',
    "image_url": '{"url": "https://..."}',
}
"""How the value, or the element, of a field is written that often comes in another shape."""


class Problem(NamedTuple):
    """What the decoder says, and of which place. Keys of free mappings are not told."""

    text: str
    path: Path
    within: bool = False
    """It is a value of the mapping at this place."""

    @property
    def expected(self) -> list[str]:
        """The JSON types that would fit, when it is a matter of types."""
        types = _TYPES.match(self.text)
        return [one for one in types["expected"].split(" | ") if one != "null"] if types else []


def located(error: Exception) -> Problem:
    """The decoder's message taken apart."""
    text, at, place = str(error).rpartition(" - at `$")
    if not at:
        return Problem(place, ())
    path: list[str | int] = []
    for step in _STEP.finditer(place.removesuffix("`")):
        if step["key"] is None and step["index"] is None:
            return Problem(text, tuple(path), within=True)
        path.append(step["key"] or int(step["index"]))
    return Problem(text, tuple(path))


def no_json(body: bytes, problem: Exception) -> ApiError:
    """The body cannot be read at all."""
    why = str(problem).partition(" - at `")[0]
    if isinstance(problem, RecursionError):
        why = "it is nested too deep"
    elif body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        why = "it begins with a byte order mark; send UTF-8 without one"
    elif re.search(rb"\\u[dD][89a-fA-F]", body):
        why = "a \\u escape is half of a surrogate pair"
    elif re.match(rb"[\w.\[\]%-]+=", body):
        why += "; it looks like a form: send JSON instead, with Content-Type application/json"
    elif re.match(rb"\s*\{\s*'", body):
        why += "; it looks like a Python dictionary written out: json.dumps makes JSON of it"
    return ApiError(service_errors.INVALID_PARAMETERS, f"the body is not readable JSON: {why}")


def wrong_type(problem: Problem, value: Any, model: type[Request]) -> ApiError:
    """A type that does not fit, or a text that is none of those allowed."""
    where, code = shown(problem.path), service_errors.INVALID_PARAMETERS
    if tag := _NO_TAG.match(problem.text):
        return ApiError(
            service_errors.FIELD_REQUIRED, f"{where}.{tag['name']} is required, but absent"
        )
    if problem.text == "Invalid value ''":  # of a tag
        return ApiError(service_errors.FIELD_REQUIRED, f"{where} is required, but empty")
    if problem.expected:
        words = " or ".join(_WORDS.get(word, word) for word in problem.expected)
        if problem.within and isinstance(value, dict):
            name, value = _misfit(value, problem.expected)
            where = f"{where}.{name}"
        came = f"{where}: expected {words}, but {_brief(value)} came"
        return ApiError(code, came + _cure(problem, value))
    if problem.path[-1] == "type" and len(problem.path) > 1:  # of a part or a file
        code = service_errors.UNSUPPORTED_TYPE
    allowed = choices(model, problem.path)
    close = did_you_mean(value, allowed)
    if isinstance(value, str) and _ROLES.get(value.lower()) in allowed:
        close = f", did you mean {_ROLES[value.lower()]!r}?"
    if takes_list(model, problem.path):
        allowed = ["a list", *allowed]
    return ApiError(code, f"{where} is {_brief(value)}; allowed: {', '.join(allowed)}{close}")


def out_of_range(problem: Problem, value: Any) -> ApiError:
    """A number, or a length, beyond a limit."""
    leaf = next((step for step in reversed(problem.path) if isinstance(step, str)), "")
    code = service_errors.INVALID_PARAMETERS
    if not isinstance(value, list):
        code = _TOO_LONG.get(leaf, code)
    limit = problem.text.rpartition("` ")[2].removeprefix("of length ").removesuffix(".0")
    if isinstance(value, list):
        came = f"has {len(value)} elements"
    elif isinstance(value, str):
        came = f"has {len(value)} characters"
    else:
        came = f"is {_brief(value)}"
    allowed = limit.replace("<=", "at most").replace(">=", "at least").replace(">", "more than")
    return ApiError(code, f"{shown(problem.path)} {came}; allowed: {allowed}")


def missing(raw: Any, path: Path, model: type[Request]) -> ApiError:
    """A required field that is absent, null or empty; `model` is the struct it belongs to."""
    *above, name = path
    holder = at(raw, tuple(above))
    value = holder.get(name, ...)
    said = abouts(model)
    code = said[str(name)].empty if value == [] else service_errors.FIELD_REQUIRED
    others = next((group[1:] for group in model.needs if group[0] == name), ())
    hint = f"{' or '.join([shown(path), *others])} is required, but {_state(value)}"
    if not holder and not above:
        hint += "; no field came at all"
    if value is ... and (strange := [key for key in holder if not _known(key, model)]):
        missed = [*others, str(name)]
        named = (_brief(key) + _meant(key, missed) for key in islice(strange, 5))
        hint += f"; unknown here: {' and '.join(named)}"
    return ApiError(code, hint)


def unknown(path: Path, known: Iterable[str]) -> ApiError:
    """A field that the service would silently ignore."""
    names = list(known)
    close = _meant(str(path[-1]), names) or f"; allowed: {', '.join(names)}"
    return ApiError(
        service_errors.INVALID_PARAMETERS, f"{shown(path)} is no field of this request{close}"
    )


def shown(path: Path) -> str:
    """A path as it would be written in code: `messages[0].content`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "the body"


def at(raw: Any, path: Path) -> Any:
    """What stands at a place of a decoded body."""
    for step in path:
        raw = raw[step]
    return raw


def _meant(name: str, known: list[str]) -> str:
    """What an unknown field may mean: as other services call it, by likeness, or as a part."""
    if (called := _ELSEWHERE.get(name)) in known:
        return f", did you mean {called!r}?"
    parts = [one for one in known if len(name) > 3 and name in [*one.split("_"), one]]
    return did_you_mean(name, known) or (f", did you mean {parts[0]!r}?" if len(parts) == 1 else "")


def _cure(problem: Problem, value: Any) -> str:
    """The next step for a value of a wrong type, where it is plain."""
    name = next((step for step in reversed(problem.path) if isinstance(step, str)), "")
    if not problem.path and isinstance(value, str) and value.lstrip()[:1] == "{":
        return "; it is JSON written as a text: encode it once, not twice"
    if problem.expected == ["bool"] and value in ("true", "false"):
        return f"; write {value} without quotes"
    if problem.expected == ["array"] and isinstance(value, dict):
        return "; put it in a list"
    if name in _WRITTEN and not problem.within:
        return f"; write {_WRITTEN[name]}" + (" in a list" if "array" in problem.expected else "")
    if problem.expected == ["array"]:
        return "; put it in a list"
    return ""


def _misfit(values: dict[str, Any], expected: list[str]) -> tuple[str, Any]:
    """The first value of a mapping that is of none of the expected types."""
    kinds = {str: "str", bool: "bool", int: "int", float: "float", list: "array", dict: "object"}
    return next(
        (pair for pair in values.items() if kinds.get(type(pair[1]), "null") not in expected),
        ("[...]", values),
    )


def _known(name: str, model: type[Request]) -> bool:
    return name in abouts(model) or name == model.__struct_config__.tag_field


def _state(value: Any) -> str:
    if value is ...:
        return "absent"
    if value is None:
        return "null"
    return "blank" if value and isinstance(value, str) else "empty"


def _brief(value: Any) -> str:
    match value:
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case str() if len(value) > 60:
            value = f"{value[:57]}..."
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 400 else f"a number of {len(text)} digits"
