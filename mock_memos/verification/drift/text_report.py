"""The drift report as text and JSON. It has no times or ids, except of what was not deleted."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from mock_memos.core.text import pluralize
from mock_memos.verification.comparison.differences import ReplyDifference
from mock_memos.verification.comparison.formatting import (
    as_json,
    counts,
    format_counts,
    format_difference,
)
from mock_memos.verification.created_resources import format_remaining, remaining_as_json
from mock_memos.verification.drift.report import DriftReport


def drift_text(report: DriftReport) -> str:
    """Returns the differences by operation, the most severe first."""
    kinds = sum(1 for number in report.replies.values() if number)
    client = f"MemoryOS {report.client}" if report.client else "not installed"
    summary = f"{format_counts(report.differences)} in {kinds} kinds of replies"
    return "\n".join(
        [
            *_by_operation(report.differences, report.replies),
            *format_remaining(report.remaining),
            f"{summary}; official client: {client}",
            "",
        ]
    )


def drift_json(report: DriftReport) -> bytes:
    """Returns the report as JSON."""
    return as_json(
        {
            "client": report.client or None,
            "replies": report.replies,
            "counts": counts(report.differences),
            "differences": report.differences,
            "remaining": remaining_as_json(report.remaining),
        }
    )


def _by_operation(differences: Iterable[ReplyDifference], replies: dict[str, int]) -> Iterator[str]:
    for operation, group in groupby(differences, key=lambda difference: difference.operation):
        yield f"{operation} ({pluralize(replies[operation], 'reply')})"
        for difference in group:
            yield from format_difference(difference)
        yield ""
