"""Differences as text for people, and as JSON for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mock_memos.verification.comparison.differences import GRAVITY, Difference


def counts(differences: Sequence[Difference]) -> dict[str, int]:
    """How many there are of each severity."""
    found = Counter[str](one.severity for one in differences)
    return {severity: found[severity] for severity in GRAVITY}


def counted(differences: Sequence[Difference]) -> str:
    """`1 breaking, 2 notable, 0 notes`."""
    told = counts(differences)
    return f"{told['breaking']} breaking, {told['notable']} notable, {many(told['note'], 'note')}"


def lines(difference: Difference, *, client: bool = True) -> Iterator[str]:
    """One difference in two lines: what it is, and what the three say, or two of them."""
    yield f"  {difference.severity:<9} {difference.kind:<8} {difference.field}"
    known = f"; {difference.evidence}" if difference.evidence else ""
    about = f": {difference.about}" if difference.about else ""
    told = f"target: {difference.target}; mock: {difference.mock}"
    told += f"; client: {difference.client}" if client else ""
    yield f"      {told}{known}{about}"


def as_json(document: dict[str, Any]) -> bytes:
    """A report for programs."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def many(number: int, thing: str) -> str:
    """`1 reply`, `2 replies`."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"
