"""The journal in a test's hand: ask it, wait for it, assert on it, take it elsewhere.

What is meant is said in the words of a match, as in scenarios and faults: `user_id`, `agent_id`,
`conversation_id`, `text`, `pattern`, `fields`; beside them `code`, `fault` and `unmatched` of
the answer, and the name of any field of the operation's request, such as `query="hotel"`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Condition
from typing import Any

import msgspec

from mock_memos.api.models.inspection import fields_info
from mock_memos.api.routes import API
from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Match
from mock_memos.core.suggestions import did_you_mean
from mock_memos.journal import exports
from mock_memos.journal.journal import Exchange, ExchangeFilter, Journal
from mock_memos.journal.near_misses import describe, find_near_miss, format_line
from mock_memos.simulation.world import World

OperationOrMatch = str | Match | None
"""The name of an operation (`*` is allowed), a whole match, or nothing, which means every call."""


class JournalHandle:
    """What was asked and answered through one API key, safe to use while others call."""

    def __init__(
        self,
        here: Callable[[], AbstractContextManager[World]],
        heard: Condition,
        elsewhere: Callable[[], int],
    ) -> None:
        """`heard` is notified of every exchange; `elsewhere` counts calls with other keys."""
        self._here = here
        self._heard = heard
        self._elsewhere = elsewhere

    # --- what there is ---

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges that are still held, oldest first."""
        with self._here() as world:
            return iter(world.journal)

    def __len__(self) -> int:
        with self._here() as world:
            return len(world.journal)

    @property
    def total(self) -> int:
        """How many exchanges there were, dropped ones included."""
        with self._here() as world:
            return world.journal.total

    @property
    def dropped(self) -> int:
        """How many exchanges are no longer held, because there was no room."""
        with self._here() as world:
            return world.journal.dropped

    @property
    def digest(self) -> str:
        """32 hex digits over everything that was asked and answered; equal for equal runs."""
        with self._here() as world:
            return world.journal.digest

    @property
    def unmatched(self) -> list[Exchange]:
        """The calls that reached no operation, oldest first."""
        with self._here() as world:
            return list(world.journal.unmatched)

    @property
    def assumptions(self) -> dict[str, int]:
        """Assumptions that replies rest on, with their first call (`fail_on_assumptions`)."""
        with self._here() as world:
            return world.journal.assumptions

    # --- questions ---

    def find(self, operation: OperationOrMatch = None, **like: Any) -> list[Exchange]:
        """The calls that are meant, oldest first."""
        wanted = exchange_filter(operation, like)
        with self._here() as world:
            return world.journal.find(wanted)

    def last(self, operation: OperationOrMatch = None, **like: Any) -> Exchange | None:
        """The newest call that is meant, or None."""
        found = self.find(operation, **like)
        return found[-1] if found else None

    def count(self, operation: OperationOrMatch = None, **like: Any) -> int:
        """How many calls are meant. Raises `UsageError` when the journal has dropped some."""
        wanted = exchange_filter(operation, like)
        with self._here() as world:
            return world.journal.count(wanted)

    def wait_for(
        self, operation: OperationOrMatch = None, *, timeout: float = 5.0, **like: Any
    ) -> Exchange:
        """The first call that is meant, made already or within so many real seconds.

        For workers in other threads and processes; under asyncio ask in a thread
        (`asyncio.to_thread`). Raises `AssertionError` with the nearest miss.
        """
        wanted = exchange_filter(operation, like)
        found: list[Exchange] = []

        def came() -> bool:
            with self._here() as world:
                found[:] = world.journal.find(wanted)[:1]
            return bool(found)

        with self._heard:
            if self._heard.wait_for(came, timeout):
                return found[0]
        raise AssertionError(f"waited {timeout:g} s in vain; {self._nothing(wanted)}")

    def clear(self) -> None:
        """Forget the exchanges so far. Numbers and digest go on; counts begin anew."""
        with self._here() as world:
            world.journal.clear()

    # --- assertions ---

    def assert_called(
        self, operation: OperationOrMatch = None, *, times: int | None = None, **like: Any
    ) -> Exchange:
        """Some call was like this, or exactly so many were. Gives the newest of them."""
        __tracebackhide__ = True
        if times is not None and times < 1:
            raise UsageError(f"times is {times}; assert_not_called says that there was no call")
        wanted = exchange_filter(operation, like)
        with self._here() as world:
            found = world.journal.find(wanted)
            if times is not None:
                world.journal.count(wanted)  # refuses when some were dropped
        if not found:
            raise AssertionError(self._nothing(wanted))
        if times is not None and len(found) != times:
            raise AssertionError(_counted(wanted, times, found))
        return found[-1]

    def assert_called_once(self, operation: OperationOrMatch = None, **like: Any) -> Exchange:
        """Exactly one call was like this. Gives it."""
        __tracebackhide__ = True
        return self.assert_called(operation, times=1, **like)

    def assert_called_with(self, operation: str, **like: Any) -> Exchange:
        """The newest call of an operation was like this. Gives it."""
        __tracebackhide__ = True
        wanted = exchange_filter(operation, like)
        newest = self.assert_called(operation)
        if wanted.mismatch_of(newest) is not None:
            raise AssertionError(
                f"the last call was not like this: {describe(wanted)}\n"
                f"{find_near_miss(wanted, [newest])}"
            )
        return newest

    def assert_not_called(self, operation: OperationOrMatch = None, **like: Any) -> None:
        """No call was like this. Raises `UsageError` when the journal has dropped some."""
        __tracebackhide__ = True
        wanted = exchange_filter(operation, like)
        with self._here() as world:
            world.journal.count(wanted)
            found = world.journal.find(wanted)
        if found:
            raise AssertionError(_counted(wanted, 0, found))

    def assert_in_order(self, steps: Sequence[str | Match | dict[str, Any]]) -> None:
        """Calls like these came one after the other; others may have come between.

        A step is an operation's name, or a dictionary: `{"operation": "chat", "user_id": "ana"}`.
        """
        __tracebackhide__ = True
        calls, at, done = list(self), 0, list[str]()
        for number, step in enumerate(steps, start=1):
            wanted = _step(step)
            place = next(
                (n for n in range(at, len(calls)) if wanted.mismatch_of(calls[n]) is None), None
            )
            if place is None:
                raise AssertionError(
                    "\n".join([
                        (
                            f"step {number} of {len(steps)} did not come in its order: "
                            f"{describe(wanted)}"
                        ),
                        *done,
                        f"  {number}. missing after call {calls[at - 1].number if at else 0}",
                        "the calls that came:",
                        *(f"  {format_line(one)}" for one in calls[-20:]),
                    ])
                )  # fmt: skip
            done.append(f"  {number}. {format_line(calls[place])}")
            at = place + 1

    def assert_no_unmatched(self) -> None:
        """Every call reached an operation of the API."""
        __tracebackhide__ = True
        if found := self.unmatched:
            raise AssertionError(
                "\n".join([f"{len(found)} unmatched:", *(f"  {format_line(one)}" for one in found)])
            )

    # --- elsewhere ---

    def to_curl(self) -> str:
        """A shell line for each exchange that is held; `$MEMOS_API_KEY` stands for the key."""
        return exports.to_curl(self)

    def to_har(self) -> dict[str, Any]:
        """The exchanges that are held as an HTTP Archive 1.2, in virtual time."""
        return exports.to_har(self)

    def to_jsonl(self) -> str:
        """A line of JSON for each exchange that is held."""
        return exports.to_jsonl(self)

    def _nothing(self, wanted: ExchangeFilter) -> str:
        """That no call was like this, and what came nearest."""
        with self._here() as world:
            journal: Journal = world.journal
            miss = find_near_miss(wanted, journal)
            total, dropped = journal.total, journal.dropped
        lines = [f"no call was like this: {describe(wanted)}"]
        if miss is not None:
            held = total - dropped
            lines.append(f"{'the only call' if held == 1 else f'nearest of {held} calls'}:\n{miss}")
        if dropped:
            lines.append(
                f"{dropped} older calls are no longer in the journal; raise journal_max_entries"
            )
        if not total:
            others = self._elsewhere()
            lines.append(
                f"no call came with this API key; {others} came with another key or with none"
                if others
                else "no call came at all"
            )
        return "\n".join(lines)


def exchange_filter(operation: OperationOrMatch, like: dict[str, Any]) -> ExchangeFilter:
    """What is asked for, in one value. Raises `UsageError` for a name that nothing has."""
    words: dict[str, Any] = {"fields": {}}
    if isinstance(operation, Match):
        words |= msgspec.structs.asdict(operation)
    elif operation is not None:
        words["operation"] = operation
    fields = dict(words["fields"])
    for name, value in like.items():
        if name == "fields":
            fields |= value
        elif name in ExchangeFilter.__struct_fields__:
            words[name] = value
        else:
            fields[name] = value
    known = _fields_of(words.get("operation"))
    for path in fields:
        if path.partition(".")[0] not in known:
            names = [*ExchangeFilter.__struct_fields__, *known]
            raise UsageError(
                f"there is no {path!r} in {words.get('operation') or 'any request'}"
                f"{did_you_mean(path, names)}"
            )
    words["fields"] = fields
    return convert(words, ExchangeFilter)


def _fields_of(operation: str | None) -> dict[str, None]:
    """The fields that a request of an operation may have, or of any."""
    routes = [route for route in API if operation in (None, route.operation)] or list(API)
    return dict.fromkeys(name for route in routes for name in fields_info(route.request))


def _step(step: str | Match | dict[str, Any]) -> ExchangeFilter:
    if isinstance(step, dict):
        words = dict(step)
        return exchange_filter(words.pop("operation", None), words)
    return exchange_filter(step, {})


def _counted(wanted: ExchangeFilter, times: int, found: Sequence[Exchange]) -> str:
    came = "1 call" if len(found) == 1 else f"{len(found)} calls"
    often = {0: "none", 1: "one"}.get(times, str(times))
    lines = [f"  {format_line(one)}" for one in found[-20:]]
    return "\n".join([f"{came}, not {often}: {describe(wanted)}", *lines])
