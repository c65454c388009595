"""The recorded calls of a world: query, wait, assert, export.

A query has the keys of a `Match`, as in scenarios and faults: `user_id`, `agent_id`,
`conversation_id`, `text`, `pattern`, `fields`. It also takes `code`, `fault` and `unmatched` of the
reply, and the name of any request field of the operation, such as `query="hotel"`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mock_memos.api.models.inspection import fields_info
from mock_memos.api.routes import API
from mock_memos.control.base import EmptyRequest
from mock_memos.control.journal import JournalPage, JournalQuery, clear_journal, list_exchanges
from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Match
from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import pluralize
from mock_memos.journal import exports
from mock_memos.journal.journal import Exchange, ExchangeFilter, require_complete
from mock_memos.journal.near_misses import describe, find_near_miss, format_line
from mock_memos.testing.backend import Backend

OperationOrMatch = str | Match | None
"""The name of an operation (`*` is a wildcard), a whole match, or None for every call."""

_SHOWN_CALLS = 20
_EVERY_CALL = ExchangeFilter()


class JournalHandle:
    """The recorded calls of one API key. Thread-safe."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    # --- contents ---

    def __iter__(self) -> Iterator[Exchange]:
        """Iterates over the calls that the journal holds, oldest first."""
        return iter(self._select().exchanges)

    def __len__(self) -> int:
        return self._summary().count

    @property
    def total(self) -> int:
        """How many calls were recorded, dropped ones included."""
        return self._summary().total

    @property
    def dropped(self) -> int:
        """How many calls the journal dropped because its limits were reached."""
        return self._summary().dropped

    @property
    def digest(self) -> str:
        """32 hex digits over all calls and replies so far; equal for equal runs."""
        return self._summary().digest

    @property
    def unmatched(self) -> list[Exchange]:
        """The first hundred calls that matched no operation, oldest first."""
        return self._summary().unmatched

    @property
    def assumptions(self) -> dict[str, int]:
        """With `fail_on_assumptions`: the assumptions behind replies, with their first call."""
        return self._summary().assumptions

    # --- queries ---

    def find(self, operation: OperationOrMatch = None, **match: Any) -> list[Exchange]:
        """Returns the matching calls, oldest first."""
        return self._select(to_exchange_filter(operation, match)).exchanges

    def last(self, operation: OperationOrMatch = None, **match: Any) -> Exchange | None:
        """Returns the newest matching call, or None."""
        calls = self.find(operation, **match)
        return calls[-1] if calls else None

    def count(self, operation: OperationOrMatch = None, **match: Any) -> int:
        """Returns the number of matching calls. Raises `UsageError` if calls were dropped."""
        return len(self._select_all(to_exchange_filter(operation, match)))

    def wait_for(
        self, operation: OperationOrMatch = None, *, timeout: float = 5.0, **match: Any
    ) -> Exchange:
        """Returns the first matching call, and waits for it up to `timeout` real seconds.

        For calls of other threads and processes; with asyncio use `asyncio.to_thread`. Raises
        `AssertionError` with the nearest miss.
        """
        exchange_filter = to_exchange_filter(operation, match)
        calls: list[Exchange] = []

        def has_call() -> bool:
            calls[:] = self._select(exchange_filter).exchanges[:1]
            return bool(calls)

        if self._backend.wait_until(has_call, timeout):
            return calls[0]
        raise AssertionError(f"waited {timeout:g} s; {self._no_match(exchange_filter)}")

    def clear(self) -> None:
        """Removes all calls. Numbers and digest continue; counts start at 0."""
        self._backend.call(clear_journal, EmptyRequest())

    # --- assertions ---

    def assert_called(
        self, operation: OperationOrMatch = None, *, times: int | None = None, **match: Any
    ) -> Exchange:
        """Asserts that a call matches, or exactly `times` calls. Returns the newest of them."""
        __tracebackhide__ = True
        if times is not None and times < 1:
            raise UsageError(f"times is {times}; expected 1 or more, or use assert_not_called")
        exchange_filter = to_exchange_filter(operation, match)
        if times is None:
            calls = self._select(exchange_filter).exchanges
        else:
            calls = self._select_all(exchange_filter)
        if not calls:
            raise AssertionError(self._no_match(exchange_filter))
        if times is not None and len(calls) != times:
            raise AssertionError(_wrong_count(exchange_filter, times, calls))
        return calls[-1]

    def assert_called_once(self, operation: OperationOrMatch = None, **match: Any) -> Exchange:
        """Asserts that exactly one call matches. Returns it."""
        __tracebackhide__ = True
        return self.assert_called(operation, times=1, **match)

    def assert_called_with(self, operation: str, **match: Any) -> Exchange:
        """Asserts that the newest call of an operation matches. Returns it."""
        __tracebackhide__ = True
        exchange_filter = to_exchange_filter(operation, match)
        newest = self.assert_called(operation)
        if exchange_filter.exchange_mismatch(newest) is not None:
            raise AssertionError(
                f"the last call does not match {describe(exchange_filter)}\n"
                f"{find_near_miss(exchange_filter, [newest])}"
            )
        return newest

    def assert_not_called(self, operation: OperationOrMatch = None, **match: Any) -> None:
        """Asserts that no call matches. Raises `UsageError` if calls were dropped."""
        __tracebackhide__ = True
        exchange_filter = to_exchange_filter(operation, match)
        if calls := self._select_all(exchange_filter):
            raise AssertionError(_wrong_count(exchange_filter, 0, calls))

    def assert_in_order(self, steps: Sequence[str | Match | dict[str, Any]]) -> None:
        """Asserts that matching calls came one after the other, with any calls in between.

        A step is an operation's name, or a dictionary: `{"operation": "chat", "user_id": "ana"}`.
        """
        __tracebackhide__ = True
        calls, start, lines = list(self), 0, list[str]()
        for number, step in enumerate(steps, start=1):
            exchange_filter = _filter_of_step(step)
            mismatch = exchange_filter.exchange_mismatch
            rest = range(start, len(calls))
            index = next((index for index in rest if not mismatch(calls[index])), None)
            if index is None:
                previous = calls[start - 1].number if start else 0
                newest = [f"  {format_line(call)}" for call in calls[-_SHOWN_CALLS:]]
                raise AssertionError(
                    "\n".join([
                        f"step {number} of {len(steps)} is missing: {describe(exchange_filter)}",
                        *lines,
                        f"  {number}. missing after call {previous}",
                        "recorded calls:",
                        *newest,
                    ])
                )  # fmt: skip
            lines.append(f"  {number}. {format_line(calls[index])}")
            start = index + 1

    def assert_no_unmatched(self) -> None:
        """Asserts that every call matched an operation of the API."""
        __tracebackhide__ = True
        if calls := self.unmatched:
            lines = [f"{len(calls)} unmatched:", *(f"  {format_line(call)}" for call in calls)]
            raise AssertionError("\n".join(lines))

    # --- exports ---

    def to_curl(self) -> str:
        """Returns a shell line for each call, with `$MEMOS_API_KEY` in place of the key."""
        return exports.to_curl(self)

    def to_har(self) -> dict[str, Any]:
        """Returns the calls as an HTTP Archive 1.2, in virtual time."""
        return exports.to_har(self)

    def to_jsonl(self) -> str:
        """Returns a line of JSON for each call."""
        return exports.to_jsonl(self)

    def _select(
        self, exchange_filter: ExchangeFilter = _EVERY_CALL, last: int | None = None
    ) -> JournalPage:
        query = JournalQuery(**msgspec.structs.asdict(exchange_filter), last=last)
        return self._backend.call(list_exchanges, query)

    def _summary(self) -> JournalPage:
        return self._select(last=0)

    def _select_all(self, exchange_filter: ExchangeFilter) -> list[Exchange]:
        """Returns the matching calls. Raises `UsageError` if calls were dropped."""
        page = self._select(exchange_filter)
        require_complete(page.count, page.dropped)
        return page.exchanges

    def _no_match(self, exchange_filter: ExchangeFilter) -> str:
        """Returns that no call matches, with the nearest miss."""
        page = self._select()
        lines = [f"no call matches {describe(exchange_filter)}"]
        if (miss := find_near_miss(exchange_filter, page.exchanges)) is not None:
            lines.append("the only call:" if page.count == 1 else f"nearest of {page.count} calls:")
            lines.append(str(miss))
        if page.dropped:
            dropped = pluralize(page.dropped, "call")
            lines.append(f"the journal dropped {dropped}; increase journal_max_entries")
        if not page.total:
            others = self._backend.count_other_calls()
            lines.append(
                f"no call had this API key; {others} had another key or none"
                if others
                else "there was no call at all"
            )
        return "\n".join(lines)


def to_exchange_filter(operation: OperationOrMatch, match: dict[str, Any]) -> ExchangeFilter:
    """Returns the filter of a query. Raises `UsageError` for an unknown name."""
    keys: dict[str, Any] = {"fields": {}}
    if isinstance(operation, Match):
        keys |= msgspec.structs.asdict(operation)
    elif operation is not None:
        keys["operation"] = operation
    fields = dict(keys["fields"])
    for name, value in match.items():
        if name == "fields":
            fields |= value
        elif name in ExchangeFilter.__struct_fields__:
            keys[name] = value
        else:
            fields[name] = value
    known = _request_fields(keys.get("operation"))
    for path in fields:
        if path.partition(".")[0] not in known:
            names = [*ExchangeFilter.__struct_fields__, *known]
            where = keys.get("operation") or "any request"
            raise UsageError(f"unknown field {path!r} of {where}{did_you_mean(path, names)}")
    return convert(keys | {"fields": fields}, ExchangeFilter)


def _request_fields(operation: str | None) -> dict[str, None]:
    """Returns the request fields of an operation, or of all operations."""
    routes = [route for route in API if operation in (None, route.path)] or list(API)
    return dict.fromkeys(name for route in routes for name in fields_info(route.request))


def _filter_of_step(step: str | Match | dict[str, Any]) -> ExchangeFilter:
    if isinstance(step, dict):
        keys = dict(step)
        return to_exchange_filter(keys.pop("operation", None), keys)
    return to_exchange_filter(step, {})


def _wrong_count(exchange_filter: ExchangeFilter, times: int, calls: Sequence[Exchange]) -> str:
    number = "1 call matches" if len(calls) == 1 else f"{len(calls)} calls match"
    lines = [f"  {format_line(call)}" for call in calls[-_SHOWN_CALLS:]]
    return "\n".join([f"{number} {describe(exchange_filter)}; expected {times or 'none'}", *lines])
