"""The drift report in print. But for calls that delete what was left, no time or id is in it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from mock_memos.verification.comparison.differences import Difference
from mock_memos.verification.comparison.formatting import as_json, counted, counts, lines, many
from mock_memos.verification.created_resources import as_objects, named
from mock_memos.verification.drift.report import Drift


def drift_text(drift: Drift) -> str:
    """The report, by operation, the gravest first."""
    seen = sum(1 for replies in drift.replies.values() if replies)
    heads = {name: f"{name} ({many(n, 'reply')})" for name, n in drift.replies.items()}
    client = f"MemoryOS {drift.client}" if drift.client else "none is installed here"
    return "\n".join(
        [
            *_grouped(drift.differences, heads),
            *named(drift.left),
            f"{counted(drift.differences)} in {seen} kinds of replies; official client: {client}",
            "",
        ]
    )


def drift_json(drift: Drift) -> bytes:
    """The report for programs."""
    return as_json(
        {
            "client": drift.client or None,
            "replies": drift.replies,
            "counts": counts(drift.differences),
            "differences": drift.differences,
            "left": as_objects(drift.left),
        }
    )


def _grouped(differences: Iterable[Difference], heads: dict[str, str]) -> Iterator[str]:
    for operation, group in groupby(differences, key=lambda one: one.operation):
        yield heads[operation]
        for one in group:
            yield from lines(one)
        yield ""
