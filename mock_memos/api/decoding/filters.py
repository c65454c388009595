"""The filters of search, get and delete: a condition that holds before anything is recalled.

    filter := group | {source: group, ...}      source := user | agent | public | knowledgebase
    group  := {"and": [condition, ...]} | {"or": [condition, ...]}
    condition := {field: value} | {field: {operator: value, ...}} | group

A filter is read once and becomes a function of a memory.
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
DEEPEST: Final = 50
"""Groups within groups beyond this are refused."""

Test = Callable[[Memory], bool]
_HOURS: Final = {"UTC": 0, "Asia/Shanghai": 8}
_DAY: Final = timedelta(days=1) // timedelta(milliseconds=1)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?P<clock> \d{2}:\d{2}:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


class Filter:
    """Which memories may be recalled."""

    __slots__ = ("_by_source", "_test")

    def __init__(self, test: Test | None = None, by_source: Mapping[str, Test] = {}) -> None:
        """`test` holds for every memory, a test of `by_source` for memories of that source."""
        self._test = test
        self._by_source = by_source

    def accepts(self, memory: Memory) -> bool:
        """Whether a memory passes. A profile value has times and a subject, and nothing else."""
        test = self._by_source.get(memory.scope.kind) if self._by_source else self._test
        return test is None or test(memory)


EVERYTHING: Final = Filter()


def parse(raw: object, *, strict: bool = False, zone: str = "UTC") -> Filter:
    """Read a filter. Raises `ApiError` 40000 with a hint when its shape is none of the grammar.

    `zone` is where the dates in it are read. `strict` refuses what the grammar page does not
    have: conditions without a group, and two groups in one object.
    """
    if raw is None or raw == {}:
        return EVERYTHING
    reader = _Reader(strict=strict, hours=_HOURS[zone])
    whole = reader.mapping(raw, "filter")
    named = [key for key in whole if key in SOURCES]
    if not named:
        return Filter(reader.root(whole, "filter"))
    if len(named) < len(whole):
        others = ", ".join(key for key in whole if key not in SOURCES)
        raise _bad(
            "filter", f"names sources ({', '.join(named)}) beside {others}; choose one style"
        )
    groups = ((key, reader.mapping(whole[key], f"filter.{key}")) for key in named)
    return Filter(by_source={key: reader.root(group, f"filter.{key}") for key, group in groups})


def narrowed(raw: dict[str, Any]) -> tuple[str, ...]:
    """The sources that a filter puts a condition on: all of them when it names none."""
    if any(key in SOURCES for key in raw):
        return tuple(source for source in SOURCES if _has_condition(raw.get(source)))
    return SOURCES if _has_condition(raw) else ()


def _has_condition(raw: object) -> bool:
    if isinstance(raw, list):
        return any(_has_condition(one) for one in raw)
    if not isinstance(raw, dict):
        return False
    return any(_has_condition(raw[key]) if key in ("and", "or") else True for key in raw)


class _Reader:
    """Turns the parts of a filter into tests, and says where a part is wrong."""

    def __init__(self, *, strict: bool, hours: int) -> None:
        self._strict = strict
        self._zone = timezone(timedelta(hours=hours))

    def mapping(self, raw: object, where: str) -> dict[str, Any]:
        """An object without what is null: null is absent."""
        if not isinstance(raw, dict):
            raise _bad(where, f"is {_kind(raw)}, and an object is expected")
        return {str(key): value for key, value in raw.items() if value is not None}

    def root(self, raw: dict[str, Any], where: str) -> Test:
        if self._strict and raw:
            bare = [key for key in raw if key not in ("and", "or")]
            if bare or len(raw) > 1:
                raise _bad(where, "must be one group, and or or, at its root (strict mode)")
        return self.condition(raw, where, 0)

    def condition(self, raw: dict[str, Any], where: str, depth: int) -> Test:
        """Groups and fields beside each other all have to hold."""
        if depth > DEEPEST:
            raise _bad(where, f"has more than {DEEPEST} groups within each other")
        return _all([self._one(key, raw[key], f"{where}.{key}", depth) for key in raw])

    def _one(self, key: str, value: Any, where: str, depth: int) -> Test:
        if key in ("and", "or"):
            if not isinstance(value, list):
                raise _bad(where, f"is {_kind(value)}, and a list of conditions is expected")
            tests = [
                self.condition(self.mapping(one, f"{where}[{n}]"), f"{where}[{n}]", depth + 1)
                for n, one in enumerate(value)
            ]
            return _all(tests) if key == "and" else _any(tests)
        if key == "not":
            raise _bad(where, "is not known: there are only and and or")
        return self._field(key, value, where)

    def _field(self, key: str, value: Any, where: str) -> Test:
        match key:
            case "create_time" | "update_time":
                return self._times(key, value, where)
            case "tags":
                wanted = self._tag(value, where)
                return lambda memory: memory.view != "profile" and wanted in memory.tags
            case "related_id":
                ids = frozenset(self._ids(value, where))
                return lambda memory: (
                    memory.view != "profile" and not ids.isdisjoint(memory.related)
                )
            case "user_id" | "agent_id" | "app_id" | "conversation_id":
                if not isinstance(value, str | int | float) or isinstance(value, bool):
                    raise _bad(where, f"is {_kind(value)}, and an id is expected")
                return _owned(key, _text(value))
        return self._info(key, value, where)

    def _tag(self, value: Any, where: str) -> str:
        if isinstance(value, dict):
            (value,) = self._operands(value, where, ("contains",)).values()
        if not isinstance(value, str):
            raise _bad(where, f"names {_kind(value)}, and the text of one tag is expected")
        return value

    def _ids(self, value: Any, where: str) -> list[str]:
        ids = [value] if isinstance(value, str) else value
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise _bad(where, "takes a list of user and Agent ids")
        return ids

    def _times(self, key: str, value: Any, where: str) -> Test:
        if not isinstance(value, dict):
            raise _bad(where, f"takes operators, such as {{'gte': '2025-12-10'}}, not {value!r}")
        operands = self._operands(value, where, COMPARISONS)
        return _all([
            _compare(COMPARISONS[name], lambda memory: (getattr(memory, key),), self._moment(
                text, f"{where}.{name}", last=name == "lte"))
            for name, text in operands.items()
        ])  # fmt: skip

    def _moment(self, text: Any, where: str, *, last: bool) -> int:
        """A date or a time in milliseconds. A bare date is its first or its last moment."""
        found = _TIME.fullmatch(text) if isinstance(text, str) else None
        try:
            if found is None:
                raise ValueError
            moment = datetime.fromisoformat(text).replace(tzinfo=self._zone)
        except ValueError:
            raise _bad(where, f"is {text!r}; write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS") from None
        start = datetime(1970, 1, 1, tzinfo=UTC)
        first = (moment - start) // timedelta(milliseconds=1)
        return first + _DAY - 1 if last and not found["clock"] else first

    def _info(self, key: str, value: Any, where: str) -> Test:
        """A custom field: equality as text, or comparison as a number; a list by any element."""
        if isinstance(value, dict):
            operands = self._operands(value, where, COMPARISONS)
            return _all([
                _compare(COMPARISONS[name], lambda memory: _numbers(memory, key), _number(
                    bound, f"{where}.{name}"))
                for name, bound in operands.items()
            ])  # fmt: skip
        if not isinstance(value, str | int | float):
            raise _bad(where, f"is {_kind(value)}, and one value is expected")
        wanted = _text(value)
        return lambda memory: any(_text(one) == wanted for one in _info_values(memory, key))

    def _operands(
        self, raw: dict[str, Any], where: str, known: Mapping[str, Any] | tuple[str, ...]
    ) -> dict[str, Any]:
        operands = self.mapping(raw, where)
        for name in operands:
            if name not in known:
                hint = did_you_mean(name, known)
                if where.endswith(".info"):
                    hint = "; a key of info stands without info around it"
                raise _bad(f"{where}.{name}", f"is no operator here ({', '.join(known)}){hint}")
        if not operands:
            raise _bad(where, f"lacks an operator ({', '.join(known)})")
        return operands


def _all(tests: list[Test]) -> Test:
    match tests:
        case []:
            return _always
        case [only]:
            return only
    return lambda memory: all(test(memory) for test in tests)


def _any(tests: list[Test]) -> Test:
    """An empty group filters nothing, although in logic an empty "or" is false."""
    if len(tests) < 2:
        return _all(tests)
    return lambda memory: any(test(memory) for test in tests)


def _always(_: Memory) -> bool:
    return True


def _compare(
    fits: Callable[[Any, Any], bool], values: Callable[[Memory], Any], bound: float
) -> Test:
    return lambda memory: any(fits(value, bound) for value in values(memory))


def _owned(key: str, wanted: str) -> Test:
    """An id that a memory carries. A profile belongs to its user or Agent, and to nothing else."""

    def test(memory: Memory) -> bool:
        match key:
            case "user_id":
                return wanted in (memory.user_id, _scoped(memory, "user"))
            case "agent_id":
                return wanted in memory.agent_ids or wanted == _scoped(memory, "agent")
        return memory.view != "profile" and getattr(memory, key) == wanted

    return test


def _scoped(memory: Memory, kind: str) -> str | None:
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
        raise _bad(where, f"is {_kind(value)}, and a number is expected")
    return value


def _text(value: Any) -> str:
    """A value as text: 3 and 3.0 and "3" are one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean"}
    if value is None:
        return "null"
    return names.get(type(value), "a number")


def _bad(where: str, problem: str) -> ApiError:
    return ApiError(INVALID_PARAMETERS, f"{where} {problem}")
