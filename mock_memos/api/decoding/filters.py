"""Filters of search/memory, get/memory, chat and delete/memory.

    filter := group | {source: group, ...}      source := user | agent | public | knowledgebase
    group  := {"and": [condition, ...]} | {"or": [condition, ...]}
    condition := {field: value} | {field: {operator: value, ...}} | group

A filter is parsed once and becomes a function of a memory. Example: `{"and": [{"app_id": "web"}]}`.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from mock_memos.core.records import Memory
from mock_memos.core.service_errors import INVALID_PARAMETERS, ApiError
from mock_memos.core.suggestions import did_you_mean

SOURCES: Final = ("user", "agent", "public", "knowledgebase")
COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
}  # fmt: skip
MAX_DEPTH: Final = 50
"""Maximum number of nested groups."""

MemoryTest = Callable[[Memory], bool]
_HOURS: Final = {"UTC": 0, "Asia/Shanghai": 8}
_DAY: Final = timedelta(days=1) // timedelta(milliseconds=1)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?P<clock> \d{2}:\d{2}:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


def parse_filter(raw: object, *, strict: bool = False, zone: str = "UTC") -> MemoryTest:
    """Returns the test whether a memory matches a filter; an empty filter matches all memories.

    Raises `ApiError` 40000 with a hint if the filter does not follow the grammar.

    `zone` is the time zone of its dates. `strict` also rejects forms that the documentation does
    not show: conditions outside of a group, and two groups in one object.
    """
    if raw is None or raw == {}:
        return _always
    parser = _Parser(strict=strict, hours=_HOURS[zone])
    root = parser.mapping(raw, "filter")
    sources = [key for key in root if key in SOURCES]
    if not sources:
        return parser.root(root, "filter")
    if len(sources) < len(root):
        other_keys = ", ".join(key for key in root if key not in SOURCES)
        raise _invalid(
            "filter",
            f"has sources ({', '.join(sources)}) together with {other_keys}; use one style",
        )
    groups = ((key, parser.mapping(root[key], f"filter.{key}")) for key in sources)
    tests = {key: parser.root(group, f"filter.{key}") for key, group in groups}
    return lambda memory: tests.get(memory.scope.kind, _always)(memory)


def restricted_sources(raw: dict[str, Any]) -> tuple[str, ...]:
    """Returns the sources that a filter restricts: all of them if it does not name a source."""
    if any(key in SOURCES for key in raw):
        return tuple(source for source in SOURCES if _has_condition(raw.get(source)))
    return SOURCES if _has_condition(raw) else ()


def _has_condition(raw: object) -> bool:
    if isinstance(raw, list):
        return any(_has_condition(item) for item in raw)
    if not isinstance(raw, dict):
        return False
    return any(_has_condition(raw[key]) if key in ("and", "or") else True for key in raw)


class _Parser:
    """Converts the parts of a filter to tests. Errors name the path of the part."""

    def __init__(self, *, strict: bool, hours: int) -> None:
        self._strict = strict
        self._zone = timezone(timedelta(hours=hours))

    def mapping(self, raw: object, where: str) -> dict[str, Any]:
        """Returns an object without null values: null means absent."""
        if not isinstance(raw, dict):
            raise _invalid(where, f"is {_type_name(raw)}; expected an object")
        return {str(key): value for key, value in raw.items() if value is not None}

    def root(self, raw: dict[str, Any], where: str) -> MemoryTest:
        if self._strict and raw:
            conditions = [key for key in raw if key not in ("and", "or")]
            if conditions or len(raw) > 1:
                raise _invalid(where, "must have one group, and or or, at its root (strict mode)")
        return self.condition(raw, where, 0)

    def condition(self, raw: dict[str, Any], where: str, depth: int) -> MemoryTest:
        """Returns a test for groups and fields of one object, which must all match."""
        if depth > MAX_DEPTH:
            raise _invalid(where, f"has more than {MAX_DEPTH} nested groups")
        return _all([self._entry(key, raw[key], f"{where}.{key}", depth) for key in raw])

    def _entry(self, key: str, value: Any, where: str, depth: int) -> MemoryTest:
        if key in ("and", "or"):
            if not isinstance(value, list):
                raise _invalid(where, f"is {_type_name(value)}; expected a list of conditions")
            tests = [
                self.condition(self.mapping(item, f"{where}[{n}]"), f"{where}[{n}]", depth + 1)
                for n, item in enumerate(value)
            ]
            return _all(tests) if key == "and" else _any(tests)
        if key == "not":
            raise _invalid(where, "is not supported; use and, or")
        return self._field(key, value, where)

    def _field(self, key: str, value: Any, where: str) -> MemoryTest:
        match key:
            case "create_time" | "update_time":
                return self._times(key, value, where)
            case "tags":
                tag = self._tag(value, where)
                return lambda memory: memory.view != "profile" and tag in memory.tags
            case "related_id":
                ids = frozenset(self._ids(value, where))
                return lambda memory: (
                    memory.view != "profile" and not ids.isdisjoint(memory.related)
                )
            case "user_id" | "agent_id" | "app_id" | "conversation_id":
                if not isinstance(value, str | int | float) or isinstance(value, bool):
                    raise _invalid(where, f"is {_type_name(value)}; expected an id")
                return _has_id(key, _text(value))
        return self._info(key, value, where)

    def _tag(self, value: Any, where: str) -> str:
        if isinstance(value, dict):
            (value,) = self._operands(value, where, ("contains",)).values()
        if not isinstance(value, str):
            raise _invalid(where, f"names {_type_name(value)}; expected the text of one tag")
        return value

    def _ids(self, value: Any, where: str) -> list[str]:
        ids = [value] if isinstance(value, str) else value
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids):
            raise _invalid(where, "takes a list of user and Agent ids")
        return ids

    def _times(self, key: str, value: Any, where: str) -> MemoryTest:
        if not isinstance(value, dict):
            raise _invalid(
                where, f"takes operators, such as {{'gte': '2025-12-10'}}, not {value!r}"
            )
        operands = self._operands(value, where, COMPARISONS)
        return _all([
            _compare(COMPARISONS[name], lambda memory: (getattr(memory, key),), self._moment(
                text, f"{where}.{name}", last=name == "lte"))
            for name, text in operands.items()
        ])  # fmt: skip

    def _moment(self, text: Any, where: str, *, last: bool) -> int:
        """Returns a time in milliseconds: for a date, the first or the last of that day."""
        match = _TIME.fullmatch(text) if isinstance(text, str) else None
        try:
            if match is None:
                raise ValueError
            moment = datetime.fromisoformat(text).replace(tzinfo=self._zone)
        except ValueError:
            raise _invalid(where, f"is {text!r}; write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS") from None
        start = datetime(1970, 1, 1, tzinfo=UTC)
        first = (moment - start) // timedelta(milliseconds=1)
        return first + _DAY - 1 if last and not match["clock"] else first

    def _info(self, key: str, value: Any, where: str) -> MemoryTest:
        """Returns a test of a custom field: equal as text or compared as a number.

        A list matches if one of its elements does.
        """
        if isinstance(value, dict):
            operands = self._operands(value, where, COMPARISONS)
            return _all([
                _compare(COMPARISONS[name], lambda memory: _numbers(memory, key), _number(
                    bound, f"{where}.{name}"))
                for name, bound in operands.items()
            ])  # fmt: skip
        if not isinstance(value, str | int | float):
            raise _invalid(where, f"is {_type_name(value)}; expected one value")
        expected = _text(value)
        return lambda memory: any(_text(item) == expected for item in _info_values(memory, key))

    def _operands(
        self, raw: dict[str, Any], where: str, known: Mapping[str, Any] | tuple[str, ...]
    ) -> dict[str, Any]:
        operands = self.mapping(raw, where)
        for name in operands:
            if name not in known:
                hint = did_you_mean(name, known)
                if where.endswith(".info"):
                    hint = "; write a key of info without info around it"
                raise _invalid(
                    f"{where}.{name}", f"is not an operator here ({', '.join(known)}){hint}"
                )
        if not operands:
            raise _invalid(where, f"lacks an operator ({', '.join(known)})")
        return operands


def _all(tests: list[MemoryTest]) -> MemoryTest:
    match tests:
        case []:
            return _always
        case [only]:
            return only
    return lambda memory: all(test(memory) for test in tests)


def _any(tests: list[MemoryTest]) -> MemoryTest:
    """Returns a test that one of `tests` matches. An empty group matches every memory."""
    if len(tests) < 2:
        return _all(tests)
    return lambda memory: any(test(memory) for test in tests)


def _always(_: Memory) -> bool:
    return True


def _compare(
    compare: Callable[[Any, Any], bool], values: Callable[[Memory], Any], bound: float
) -> MemoryTest:
    return lambda memory: any(compare(value, bound) for value in values(memory))


def _has_id(key: str, id_: str) -> MemoryTest:
    """Returns a test for an id of a memory. A profile only has the id of its user or Agent."""

    def test(memory: Memory) -> bool:
        match key:
            case "user_id":
                return id_ in (memory.user_id, _scope_id(memory, "user"))
            case "agent_id":
                return id_ in memory.agent_ids or id_ == _scope_id(memory, "agent")
        return memory.view != "profile" and getattr(memory, key) == id_

    return test


def _scope_id(memory: Memory, kind: str) -> str | None:
    return memory.scope.id if memory.scope.kind == kind else None


def _info_values(memory: Memory, key: str) -> Iterator[Any]:
    value = memory.info.get(key) if memory.view != "profile" else None
    if value is not None:
        yield from value if isinstance(value, list) else (value,)


def _numbers(memory: Memory, key: str) -> Iterator[float]:
    for value in _info_values(memory, key):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield value


def _number(value: Any, where: str) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(where, f"is {_type_name(value)}; expected a number")
    return value


def _text(value: Any) -> str:
    """Returns a value as text: 3, 3.0 and "3" are equal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _type_name(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean"}
    if value is None:
        return "null"
    return names.get(type(value), "a number")


def _invalid(where: str, problem: str) -> ApiError:
    return ApiError(INVALID_PARAMETERS, f"{where} {problem}")
