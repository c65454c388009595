"""The result of a replay as text and JSON, and the plan of a dry run."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from mock_memos.core.text import pluralize
from mock_memos.verification.comparison.formatting import as_json, format_difference
from mock_memos.verification.contracts.journal_file import JournalCall, RecordedTest
from mock_memos.verification.contracts.report import ComparedCall, ReplayReport
from mock_memos.verification.created_resources import format_remaining, remaining_as_json
from mock_memos.verification.selection import is_selected
from mock_memos.verification.session import count_tokens


def replay_text(report: ReplayReport) -> str:
    """Returns all differences by operation. Equal differences of several calls are printed once."""
    calls = report.calls
    excluded = sum(call.excluded for call in calls)
    not_made = sum(bool(call.not_made_reason) for call in calls) - excluded
    broken = sum(not call.holds for call in calls) - not_made
    hold = len(calls) - broken - not_made - excluded
    summary = (
        f"{pluralize(len(calls), 'call')}: {hold} hold, {broken} broken, "
        f"{not_made} not made, {excluded} left out"
    )
    return "\n".join([*_by_operation(calls), *format_remaining(report.remaining), summary, ""])


def replay_json(report: ReplayReport) -> bytes:
    """Returns the result as JSON, call by call."""
    return as_json(
        {
            "broken": report.is_broken,
            "calls": [{"holds": call.holds, **msgspec.to_builtins(call)} for call in report.calls],
            "remaining": remaining_as_json(report.remaining),
        }
    )


def format_plan(tests: Sequence[RecordedTest], only: Sequence[str]) -> Iterator[str]:
    """Yields the lines of a dry run: all calls and their cost."""
    for test in tests:
        yield test.name
        for call in test.calls:
            yield f"  #{call.number} {_format_call(call, only)}"
    made = [call for test in tests for call in test.calls if not call.exclusion_reason]
    count = f"{pluralize(len(made), 'call')} of {pluralize(len(tests), 'test')}"
    number = sum(count_tokens(call.operation, call.request_body) for call in made)
    tokens = pluralize(number, "token")
    yield f"{count}: about {tokens}, plus calls that wait for tasks and clean up."


def _format_call(call: JournalCall, only: Sequence[str]) -> str:
    if call.exclusion_reason:
        return f"left out: {call.exclusion_reason}"
    if is_selected(only, *call.names):
        return call.operation
    return f"{call.operation}, made and not compared"


def _by_operation(calls: Iterable[ComparedCall]) -> Iterator[str]:
    def operation_of(call: ComparedCall) -> str:
        return call.operation

    for operation, group in groupby(sorted(calls, key=operation_of), key=operation_of):
        places_by_problem: dict[tuple[str, ...], list[str]] = {}
        for call in group:
            for problem in _problems(call):
                places_by_problem.setdefault(problem, []).append(call.place)
        if places_by_problem:
            yield operation or "no operation"
        for problem, places in places_by_problem.items():
            more = f", and {len(places) - 1} more" if len(places) > 1 else ""
            yield from (*problem, f"      {places[0]}{more}")


def _problems(call: ComparedCall) -> Iterator[tuple[str, ...]]:
    """Yields the lines of each problem of a call."""
    if call.not_made_reason:
        yield (f"  {'left out' if call.excluded else 'not made':<9} {call.not_made_reason}",)
    for difference in call.differences:
        yield tuple(format_difference(difference, client=False))
