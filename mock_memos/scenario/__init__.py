"""Scenarios: the data before the first call, rules for requests, faults, and steps to play.

Change here the keys of scenario files (`language/`), and how files are loaded and played.
`simulation` applies rules and initial data; `cli`, `control` and `testing` load and play files.
"""

from os import PathLike
from pathlib import Path
from typing import Any

from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.scenario.library import ShippedScenario, scenario_path, shipped_scenarios
from mock_memos.scenario.problems import ScenarioError, ScenarioProblem

__all__ = [
    "Rule", "Scenario", "ScenarioError", "ScenarioProblem", "ShippedScenario", "TaskPlan", "Then",
    "check", "load", "read", "scenario_path", "schema", "shipped_scenarios",
]  # fmt: skip


def load(name_or_path: str | PathLike[str], **parameters: Any) -> Scenario:
    """Returns a shipped scenario by its name, or a file by its path, with parameters.

    Raises `UsageError` for an unknown name, and `ScenarioError` with every mistake in the files.
    """
    from mock_memos.scenario import loading  # needs YAML

    return loading.load(name_or_path, parameters)


def read(text: str, *, name: str = "scenario", **parameters: Any) -> Scenario:
    """Returns the scenario of a YAML text. It can include only shipped scenarios."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.read(text, name, parameters)


def check(path: str | PathLike[str]) -> list[ScenarioProblem]:
    """Returns the mistakes of a file and its included files; an empty list if it is valid."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.check(Path(path))


def schema() -> dict[str, Any]:
    """Returns the JSON Schema of scenario files, for editors."""
    from mock_memos.scenario.language.json_schema import scenario_schema  # msgspec builds it slowly

    return scenario_schema()
