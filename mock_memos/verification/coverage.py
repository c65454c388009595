"""What the checks cover, and why they do not cover the rest."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from mock_memos.verification.check import Check

_ONE_KEY = "needs a second project with its own key"
_INSIDE = "happens inside the service; no request causes it"
_ALLOWANCE = "would use up the quota of the project"

UNCHECKED_ERRORS: Final[dict[int, str]] = {
    40013: "40305 is documented for the same case; which one is returned is not known",
    40020: "no operation takes the id of a project",
    40103: "needs a key that is valid and barred from its project",
    40130: "has the same text as 40100, which is checked",
    40300: "needs more than 40 calls per second, which the service asks to avoid",
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


def count_by_operation(checks: Iterable[Check]) -> dict[str, int]:
    """Returns the number of facts per operation."""
    return Counter(operation for check in checks for operation in check.operations)


def count_by_error(checks: Iterable[Check]) -> dict[int, int]:
    """Returns the number of facts per error code."""
    return dict(sorted(Counter(code for check in checks for code in check.errors).items()))
