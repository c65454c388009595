"""Consumer contracts in print: what became of every call, and which calls there would be."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from mock_memos.verification.comparison.formatting import as_json, lines, many
from mock_memos.verification.contracts.journal_file import Diary, Recorded
from mock_memos.verification.contracts.report import Checked, Contracts
from mock_memos.verification.created_resources import as_objects, named
from mock_memos.verification.selection import is_meant
from mock_memos.verification.session import tokens_of


def contracts_text(contracts: Contracts) -> str:
    """What the target does otherwise, by operation; the same difference of many calls once."""
    calls = contracts.calls
    excused = sum(call.excused for call in calls)
    unmade = sum(bool(call.why_not) for call in calls) - excused
    broken = sum(not call.holds for call in calls) - unmade
    hold = len(calls) - broken - unmade - excused
    total = f"{many(len(calls), 'call')}: {hold} hold, {broken} broken"
    end = f"{total}, {unmade} not made, {excused} left out"
    return "\n".join([*_by_operation(calls), *named(contracts.left), end, ""])


def contracts_json(contracts: Contracts) -> bytes:
    """The same for programs, call by call."""
    calls = [{"holds": call.holds, **msgspec.to_builtins(call)} for call in contracts.calls]
    return as_json({"broken": contracts.broken, "calls": calls, "left": as_objects(contracts.left)})


def plan(diaries: Sequence[Diary], only: Sequence[str]) -> Iterator[str]:
    """What would be asked, and what it needs, in lines."""
    made = [call for diary in diaries for call in diary.calls if not call.excuse]
    for diary in diaries:
        yield diary.name
        for call in diary.calls:
            yield f"  #{call.number} {_planned(call, only)}"
    told = f"{many(len(made), 'call')} of {many(len(diaries), 'test')}"
    tokens = sum(tokens_of(call.operation, call.request_body) for call in made)
    yield f"{told}: about {tokens} tokens, and the calls that wait for tasks and clean up."


def _planned(call: Recorded, only: Sequence[str]) -> str:
    if call.excuse:
        return f"left out: {call.excuse}"
    if is_meant(only, *call.names):
        return call.operation
    return f"{call.operation}, made and not compared"


def _by_operation(calls: Iterable[Checked]) -> Iterator[str]:
    for operation, group in groupby(sorted(calls, key=_operation), key=_operation):
        found: dict[tuple[str, ...], list[str]] = {}
        for call in group:
            for told in _told(call):
                found.setdefault(told, []).append(call.place)
        if found:
            yield operation or "no operation"
        for told, places in found.items():
            more = f", and {len(places) - 1} more" if len(places) > 1 else ""
            yield from (*told, f"      {places[0]}{more}")


def _told(call: Checked) -> Iterator[tuple[str, ...]]:
    """What is to be told of a call, in lines."""
    if call.why_not:
        yield (f"  {'left out' if call.excused else 'not made':<9} {call.why_not}",)
    for difference in call.differences:
        yield tuple(lines(difference, client=False))


def _operation(call: Checked) -> str:
    return call.operation
