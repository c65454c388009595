"""Differences as text and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mock_memos.core.text import pluralize
from mock_memos.verification.comparison.differences import SEVERITIES, ReplyDifference


def counts(differences: Sequence[ReplyDifference]) -> dict[str, int]:
    """Returns the number of differences per severity."""
    numbers = Counter[str](difference.severity for difference in differences)
    return {severity: numbers[severity] for severity in SEVERITIES}


def format_counts(differences: Sequence[ReplyDifference]) -> str:
    """Returns `1 breaking, 2 notable, 0 notes`."""
    breaking, notable, notes = counts(differences).values()
    return f"{breaking} breaking, {notable} notable, {pluralize(notes, 'note')}"


def format_difference(difference: ReplyDifference, *, client: bool = True) -> Iterator[str]:
    """Yields two lines: the difference, and its descriptions."""
    yield f"  {difference.severity:<9} {difference.kind:<8} {difference.field}"
    line = f"      service: {difference.service}; mock: {difference.mock}"
    line += f"; client: {difference.client}" if client else ""
    line += f"; {difference.evidence}" if difference.evidence else ""
    yield line + (f": {difference.about}" if difference.about else "")


def as_json(document: dict[str, Any]) -> bytes:
    """Returns a report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
