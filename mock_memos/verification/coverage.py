"""What the checks cover, and why they cannot cover the rest."""

from collections.abc import Iterable
from typing import Final

from mock_memos.verification.check import Check

_ONE_KEY = "needs a second project with a key of its own"
_INSIDE = "happens inside the service; no request brings it about"
_ALLOWANCE = "would use up what the project may use"

UNASKED: Final[dict[int, str]] = {
    40013: "40305 is documented for the same; which of them comes is not known",
    40020: "no operation takes the id of a project",
    40103: "needs a key that is valid and barred from its project",
    40130: "has the text of 40100, which is asked for",
    40300: "needs more than 40 calls a second, for which the service asks not to be used",
    40301: _ALLOWANCE,
    40302: _ALLOWANCE,
    40303: "needs a chat that is longer than its model can read",
    40304: _ALLOWANCE,
    40306: _ONE_KEY,
    40309: "needs 400,000 tokens within a minute",
    50000: _INSIDE,
    50002: _INSIDE,
    50004: _INSIDE,
    50005: _INSIDE,
    50104: "needs an upload of more than 100 MB",
    50105: "needs an upload of more than 300 MB",
    50143: _INSIDE,
    50144: _INSIDE,
    50145: _INSIDE,
}
"""Documented errors that no check provokes, and why not."""


def operations_of(checks: Iterable[Check]) -> dict[str, int]:
    """How many facts each operation has."""
    counts: dict[str, int] = {}
    for check in checks:
        for operation in check.operations:
            counts[operation] = counts.get(operation, 0) + 1
    return counts


def errors_of(checks: Iterable[Check]) -> dict[int, int]:
    """How many facts each error has."""
    counts: dict[int, int] = {}
    for check in checks:
        for code in check.errors:
            counts[code] = counts.get(code, 0) + 1
    return dict(sorted(counts.items()))
