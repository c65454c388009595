"""Finds the rule that applies to a request."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from mock_memos.core.request_facts import RequestFacts
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import OPERATIONS_OF, Rule


class MatchedRule(NamedTuple):
    """The rule that applies to a request, and the key under which its uses are counted."""

    key: str
    rule: Rule


def first_rule(
    scenarios: Sequence[Scenario],
    facts: RequestFacts,
    uses: Mapping[str, int] | None = None,
    effects: Collection[str] = tuple(OPERATIONS_OF),
) -> MatchedRule | None:
    """Returns the first rule that matches a request and has one of these effects, or None.

    `uses` counts the uses of each rule by its key: a rule used `times` times is skipped.
    """
    for scenario in scenarios:
        for number, rule in enumerate(scenario.rules, 1):
            if rule.when.mismatch(facts) is None and rule.applies_to(facts.operation, effects):
                key = f"{scenario.name}#{number}"
                if rule.times is None or uses is None or uses.get(key, 0) < rule.times:
                    return MatchedRule(key, rule)
    return None
