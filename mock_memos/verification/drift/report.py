"""Compares the replies of a service with the mock's and with the official client's models.

The report contains no values of replies.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from mock_memos.testing.in_process import MockMemos
from mock_memos.verification.comparison.differences import Comparison, ReplyDifference
from mock_memos.verification.comparison.our_models import declared_shapes
from mock_memos.verification.comparison.replies import (
    compare_replies,
    json_values,
    shape_name,
    unsorted_lists,
)
from mock_memos.verification.comparison.reply_shapes import observe
from mock_memos.verification.created_resources import CreatedResource, format_remaining
from mock_memos.verification.defaults import TASK_TIMEOUT
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.drift.steps import TourCall
from mock_memos.verification.drift.tour import Tour
from mock_memos.verification.selection import is_selected
from mock_memos.verification.service import ServiceClient, ServiceResponse


class DriftReport(msgspec.Struct, frozen=True, kw_only=True):
    """The differences that one tour found."""

    client: str
    """The release of the installed official client; empty without one."""
    replies: dict[str, int]
    """The number of compared replies of the service, by the name of their shape."""
    differences: list[ReplyDifference]
    remaining: list[CreatedResource]
    """What could not be deleted."""

    @property
    def is_broken(self) -> bool:
        """Whether a difference is breaking."""
        return any(difference.severity == "breaking" for difference in self.differences)


def compare_service(
    client: ServiceClient,
    run_id: str,
    *,
    only: Sequence[str] = (),
    task_timeout: float = TASK_TIMEOUT,
    report: Callable[[str], None] = lambda line: None,
) -> DriftReport:
    """Makes the same calls at a service and at the mock, and compares the replies.

    `only` are patterns of operations to report. `report` receives the title of each call, and
    after an interruption what could not be deleted.
    """
    tour = Tour(client, run_id, task_timeout=task_timeout, report=report)
    try:
        tour.run_all()
    except KeyboardInterrupt:
        for line in format_remaining(tour.remaining):
            report(line)
        raise
    mock_calls = tour_of_mock(run_id)
    replies = _by_shape(tour.calls)
    differences = [
        *_differing_calls(tour.calls, mock_calls),
        *_differing_fields(replies, _by_shape(mock_calls)),
    ]
    models = client_models()
    names = [name for name in declared_shapes() if is_selected(only, name)]
    return DriftReport(
        client=models.release if models else "",
        replies={name: len(replies.get(name, [])) for name in names},
        differences=sorted((d for d in differences if is_selected(only, d.operation)), key=_place),
        remaining=tour.remaining,
    )


def tour_of_mock(run_id: str) -> list[TourCall]:
    """Makes the calls at a mock in this process. Its waits move the virtual clock."""
    memos = MockMemos(clock="step")

    def sleep(seconds: float) -> None:
        memos.clock.advance(seconds)

    transport = memos.transport()
    with ServiceClient(memos.base_url, memos.api_key, transport=transport, sleep=sleep) as client:
        return Tour(client, run_id).run_all()


def _place(difference: ReplyDifference) -> tuple[int, tuple[int, str, str]]:
    return list(declared_shapes()).index(difference.operation), difference.sort_key


def _by_shape(calls: list[TourCall]) -> dict[str, list[ServiceResponse]]:
    replies: dict[str, list[ServiceResponse]] = {}
    for call in calls:
        replies.setdefault(shape_name(call.operation, call.response), []).append(call.response)
    return replies


def _differing_calls(
    service_calls: list[TourCall], mock_calls: list[TourCall]
) -> Iterator[ReplyDifference]:
    """Compares the last reply under each title, which is the last poll of a task."""
    last = {call.title: call for call in service_calls}
    for call in {call.title: call for call in mock_calls}.values():
        if call.title in last:
            response = last[call.title].response
            yield from compare_replies(call.operation, call.title, response, call.response)
        else:
            yield ReplyDifference(
                operation=call.operation, field=call.title, kind="unseen", severity="note",
                service="the call could not be made", mock=f"code {call.response.code}",
                evidence="",
            )  # fmt: skip


def _differing_fields(
    service: dict[str, list[ServiceResponse]], mock: dict[str, list[ServiceResponse]]
) -> Iterator[ReplyDifference]:
    models = client_models()
    for name, declared in declared_shapes().items():
        client = models.shapes.get(name, {}) if models else {}
        paths = {**declared, **client}
        observed_service, observed_mock = (
            observe((value for reply in side.get(name, []) for value in json_values(reply)), paths)
            for side in (service, mock)
        )
        comparison = Comparison(
            operation=name, service=observed_service, mock=observed_mock, declared=declared,
            client=client,
        )  # fmt: skip
        yield from comparison.differences()
        yield from unsorted_lists(name, service.get(name, []))
