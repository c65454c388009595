"""Scenario files: what a world holds, what becomes of its requests, and a story to play.

Loading a file needs a YAML reader, which is imported only then.
"""

from collections.abc import Collection, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from mock_memos.core.request_match import Subject
from mock_memos.scenario.language.document import Scenario, ScenarioStep
from mock_memos.scenario.language.rules import OPERATIONS_OF, Rule, SearchEffect, Then
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.scenario.library import Shipped, scenario_path, shipped_scenarios
from mock_memos.scenario.problems import ScenarioError, ScenarioProblem

__all__ = [
    "MatchedRule",
    "Rule",
    "Scenario",
    "ScenarioError",
    "ScenarioProblem",
    "ScenarioStep",
    "SearchEffect",
    "Shipped",
    "TaskPlan",
    "Then",
    "check",
    "first_rule",
    "load",
    "read",
    "scenario_path",
    "schema",
    "shipped_scenarios",
]  # fmt: skip


class MatchedRule(NamedTuple):
    """The rule that applies to a request, and the key under which its uses are counted."""

    key: str
    rule: Rule

    @property
    def then(self) -> Then:
        return self.rule.then


def load(name_or_path: str | PathLike[str], **parameters: Any) -> Scenario:
    """A shipped scenario by its name, or a file by its path, with its parameters set.

    Raises `UsageError` for an unknown name, and `ScenarioError` with every mistake in the files.
    """
    from mock_memos.scenario import loading  # needs YAML

    return loading.load(name_or_path, parameters)


def read(text: str, *, name: str = "scenario", **parameters: Any) -> Scenario:
    """A scenario from its text, as `load` does from a file. It may include shipped ones."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.read(text, name, parameters)


def check(path: str | PathLike[str]) -> list[ScenarioProblem]:
    """Every mistake in a file and in what it includes, in order; an empty list when it is good."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.check(Path(path))


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    from mock_memos.scenario.language.json_schema import scenario_schema  # msgspec builds it slowly

    return scenario_schema()


def first_rule(
    scenarios: Sequence[Scenario],
    subject: Subject,
    uses: Mapping[str, int] | None = None,
    effects: Collection[str] = tuple(OPERATIONS_OF),
) -> MatchedRule | None:
    """Returns the first rule that matches a request and has one of these effects, or None.

    `uses` counts the uses of each rule by its key: a rule used `times` times is skipped.
    """
    for scenario in scenarios:
        for number, rule in enumerate(scenario.rules, 1):
            if rule.when.mismatch(subject) is None and rule.applies_to(subject.operation, effects):
                key = f"{scenario.name}#{number}"
                if rule.times is None or uses is None or uses.get(key, 0) < rule.times:
                    return MatchedRule(key, rule)
    return None
