"""Differences as text for people, and as JSON for programs. Neither holds a time or an id."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from mock_memos.verify.contracts import Checked, Contracts
from mock_memos.verify.differences import GRAVITY, Difference
from mock_memos.verify.drift import Drift


def drift_text(drift: Drift) -> str:
    """The report, by operation, the gravest first."""
    seen = sum(1 for replies in drift.replies.values() if replies)
    heads = {name: f"{name} ({_many(n, 'reply')})" for name, n in drift.replies.items()}
    client = f"MemoryOS {drift.client}" if drift.client else "none is installed here"
    return "\n".join(
        [
            *_grouped(drift.differences, heads),
            *(f"left behind: {what}" for what in drift.left),
            f"{counted(drift.differences)} in {seen} kinds of replies; official client: {client}",
            "",
        ]
    )


def drift_json(drift: Drift) -> bytes:
    """The report for programs."""
    return _json(
        {
            "client": drift.client or None,
            "replies": drift.replies,
            "counts": counts(drift.differences),
            "differences": drift.differences,
            "left": drift.left,
        }
    )


def contracts_text(contracts: Contracts) -> str:
    """What the target does otherwise, by operation; the same difference of many calls once."""
    calls = contracts.calls
    excused = sum(call.excused for call in calls)
    unmade = sum(bool(call.why_not) for call in calls) - excused
    broken = sum(not call.holds for call in calls) - unmade
    hold = len(calls) - broken - unmade - excused
    total = f"{_many(len(calls), 'call')}: {hold} hold, {broken} broken"
    left = (f"left behind: {what}" for what in contracts.left)
    end = f"{total}, {unmade} not made, {excused} left out"
    return "\n".join([*_by_operation(calls), *left, end, ""])


def contracts_json(contracts: Contracts) -> bytes:
    """The same for programs, call by call."""
    calls = [{"holds": call.holds, **msgspec.to_builtins(call)} for call in contracts.calls]
    return _json({"broken": contracts.broken, "calls": calls, "left": contracts.left})


def counts(differences: Sequence[Difference]) -> dict[str, int]:
    """How many there are of each severity."""
    found = Counter[str](one.severity for one in differences)
    return {severity: found[severity] for severity in GRAVITY}


def counted(differences: Sequence[Difference]) -> str:
    """`1 breaking, 2 notable, 0 notes`."""
    told = counts(differences)
    return f"{told['breaking']} breaking, {told['notable']} notable, {_many(told['note'], 'note')}"


def lines(difference: Difference, *, client: bool = True) -> Iterator[str]:
    """One difference in two lines: what it is, and what the three say, or two of them."""
    yield f"  {difference.severity:<9} {difference.kind:<8} {difference.field}"
    known = f"; {difference.evidence}" if difference.evidence else ""
    about = f": {difference.about}" if difference.about else ""
    told = f"target: {difference.target}; mock: {difference.mock}"
    told += f"; client: {difference.client}" if client else ""
    yield f"      {told}{known}{about}"


def _grouped(differences: Iterable[Difference], heads: dict[str, str]) -> Iterator[str]:
    for operation, group in groupby(differences, key=lambda one: one.operation):
        yield heads[operation]
        for one in group:
            yield from lines(one)
        yield ""


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


def _json(document: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _many(number: int, thing: str) -> str:
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"
