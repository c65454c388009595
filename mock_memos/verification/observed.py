"""From the results of a run to findings: which statements were confirmed."""

from collections.abc import Iterable

from mock_memos.api.evidence.observations import Observations
from mock_memos.core.clock import Clock
from mock_memos.verification.check import CheckResult


def findings_of(results: Iterable[CheckResult], *, host: str = "") -> Observations:
    """Returns the confirmed facts, and the statements that no fact contradicts.

    It contains only names from this project, nothing that was sent or received.
    """
    results = list(results)
    confirmed = [result.check for result in results if result.verdict == "same"]
    contradicted = {
        statement
        for result in results
        if result.verdict == "differs"
        for statement in result.check.statements
    }
    statements = {statement for check in confirmed for statement in check.statements}
    return Observations(
        date=Clock("real").datetime.date().isoformat(),
        host=host,
        facts=tuple(sorted(check.name for check in confirmed)),
        observed=tuple(sorted(statements - contradicted)),
    )
