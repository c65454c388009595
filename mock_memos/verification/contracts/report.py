"""Compares what an application can rely on: status, code, fields, types and stable values.

Stable values are enumerations and booleans outside of lists. Texts, numbers, times and ids are not
stable, nor is the status of a task that was polled while it ran.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from mock_memos.core.text import pluralize
from mock_memos.verification.comparison.differences import (
    Comparison,
    ReplyDifference,
    Severity,
    severity_of,
)
from mock_memos.verification.comparison.our_models import EVENTS, declared_shapes
from mock_memos.verification.comparison.replies import (
    compare_replies,
    json_values,
    shape_name,
    unsorted_lists,
)
from mock_memos.verification.comparison.reply_shapes import (
    ITEM,
    NOT_OBSERVED,
    Declared,
    Path,
    format_words,
    observe,
)
from mock_memos.verification.contracts.journal_file import JournalCall, RecordedTest, selected_tests
from mock_memos.verification.contracts.replay import RepeatedCall, Replay
from mock_memos.verification.created_resources import CreatedResource, format_remaining
from mock_memos.verification.defaults import TASK_TIMEOUT
from mock_memos.verification.selection import is_selected
from mock_memos.verification.service import ServiceClient, ServiceResponse

_POLLED: Final = ("get/status", "get/knowledgebase-file")


class ComparedCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the application, and how the service's reply differs from the mock's."""

    place: str
    """The test and the number of the call in it."""
    operation: str
    not_made_reason: str = ""
    excluded: bool = False
    """Whether it was left out because no other service can answer it."""
    differences: tuple[ReplyDifference, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the application can rely on this call."""
        if self.not_made_reason:
            return self.excluded
        return all(difference.severity != "breaking" for difference in self.differences)


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """The compared calls of a journal."""

    calls: list[ComparedCall]
    remaining: list[CreatedResource]
    """What could not be deleted."""

    @property
    def is_broken(self) -> bool:
        """Whether a call broke, or could not be made."""
        return not all(call.holds for call in self.calls)


def replay_tests(
    client: ServiceClient,
    tests: Sequence[RecordedTest],
    run_id: str,
    *,
    only: Sequence[str] = (),
    task_timeout: float = TASK_TIMEOUT,
    report: Callable[[str], None] = lambda line: None,
) -> ReplayReport:
    """Repeats the calls of every test, and compares the replies.

    `only` are patterns of tests and operations to compare; all calls of a selected test are made.
    `report` receives one line per test, and after an interruption what could not be deleted.
    """
    calls: list[ComparedCall] = []
    remaining: list[CreatedResource] = []
    for number, test in enumerate(selected_tests(tests, only), 1):
        report(f"{test.name}: {pluralize(len(test.calls), 'call')}")
        replay = Replay(client, test, f"{run_id}-{number}", task_timeout=task_timeout)
        repeated = replay.repeat_calls()
        try:
            calls += [_compare_repeated(c) for c in repeated if is_selected(only, *c.call.names)]
        except KeyboardInterrupt:
            repeated.close()
            for line in format_remaining(replay.remaining):
                report(line)
            raise
        remaining += replay.remaining
    return ReplayReport(calls=calls, remaining=remaining)


def _compare_repeated(repeated: RepeatedCall) -> ComparedCall:
    call, response = repeated.call, repeated.response
    differences = () if response is None else tuple(compare_call(call, response))
    return ComparedCall(
        place=call.place,
        operation=call.operation,
        not_made_reason=repeated.reason,
        excluded=repeated.excluded,
        differences=tuple(sorted(differences, key=lambda difference: difference.sort_key)),
    )


def compare_call(call: JournalCall, response: ServiceResponse) -> Iterator[ReplyDifference]:
    """Yields what an application may notice if its call gets this response."""
    mock = recorded_response(call)
    yield from compare_replies(call.operation, call.operation, response, mock)
    name = shape_name(call.operation, mock)
    if name != shape_name(call.operation, response) or not json_values(response):
        return  # only one of them is an error, or streamed
    declared = declared_shapes()[name]
    theirs, ours = json_values(response), json_values(mock)
    comparison = Comparison(
        operation=call.operation,
        service=observe(theirs, declared),
        mock=observe(ours, declared),
        declared=declared,
    )
    for difference in comparison.differences():
        if difference.kind not in ("extra", "unseen"):
            yield difference
    yield from _empty_lists(comparison)
    yield from unsorted_lists(call.operation, [response])
    if name != EVENTS:
        yield from _stable_values(comparison, theirs[0], ours[0])


def recorded_response(call: JournalCall) -> ServiceResponse:
    """Returns the recorded reply of the mock in the form of a response."""
    streamed = isinstance(call.response_body, str)
    body = call.response_body.encode() if streamed else msgspec.json.encode(call.response_body)
    content_type = "text/event-stream" if streamed else "application/json"
    return ServiceResponse(
        method=call.method, operation=call.operation, request_json=call.request_body,
        status=call.status, headers={"content-type": content_type}, body=body,
    )  # fmt: skip


def _empty_lists(comparison: Comparison) -> Iterator[ReplyDifference]:
    """Yields lists of which only one is empty."""
    for path in comparison.paths():
        theirs = comparison.service.get(path, NOT_OBSERVED)
        ours = comparison.mock.get(path, NOT_OBSERVED)
        lists = {"array"} == theirs.types == ours.types
        if ITEM not in path and lists and bool(theirs.items) != bool(ours.items):
            texts = ("a list with elements", "an empty list")
            service, mock = texts if theirs.items else reversed(texts)
            severity: Severity = "notable" if ours.items else "note"
            yield comparison.difference(path, "empty", severity, service, mock)


def _stable_values(comparison: Comparison, theirs: Any, ours: Any) -> Iterator[ReplyDifference]:
    """Yields stable values that differ."""
    for path, declared in comparison.declared.items():
        if ITEM in path or not (declared.words or declared.types == {"boolean"}):
            continue
        service, mock = _value_at(theirs, path), _value_at(ours, path)
        if type(service) is not type(mock) or service == mock:
            continue
        polled = comparison.operation in _POLLED and (mock, service) == ("running", "completed")
        if not polled and _is_declared(service, declared):
            severity = severity_of(declared.evidence)
            texts = _format_value(service), _format_value(mock)
            yield comparison.difference(path, "value", severity, *texts)


def _is_declared(value: Any, declared: Declared) -> bool:
    """Returns whether a value is a boolean or in the enumeration; others are reported as `enum`."""
    return isinstance(value, bool) or value in declared.words


def _format_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else format_words([value])


def _value_at(value: Any, path: Path) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
