"""From the outcome of a run to findings: which statements were seen to be so."""

from collections.abc import Iterable

from mock_memos.api.evidence.observations import Observations
from mock_memos.core.clock import Clock
from mock_memos.verification.check import Outcome


def findings_of(outcomes: Iterable[Outcome], *, host: str = "") -> Observations:
    """The facts that held, and the statements that no fact spoke against.

    It is made of names alone: nothing that was sent or that came back can be in it.
    """
    held = [outcome.check for outcome in outcomes if outcome.result == "same"]
    against = {
        statement
        for outcome in outcomes
        if outcome.result == "differs"
        for statement in outcome.check.statements
    }
    seen = {statement for check in held for statement in check.statements}
    return Observations(
        date=Clock("real").datetime.date().isoformat(),
        host=host,
        facts=tuple(sorted(check.name for check in held)),
        observed=tuple(sorted(seen - against)),
    )
