"""Resolves what a test says about a new world: scenarios, task plans, settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_memos.control.tasks import FutureTaskPlan, scenario_for_plans
from mock_memos.core.conversion import convert
from mock_memos.core.settings import Settings, check_setting_names
from mock_memos.scenario import load, task_orders
from mock_memos.scenario.language.document import Scenario

ScenarioSource = str | Scenario
"""A scenario, the name of a shipped one, or the path of a file."""


TaskPlans = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""How coming tasks go: `{"when": {"text": "tea"}, "task": {"hold": True}, "times": 1}`, or several.

`when`, `task` and `times` are written as in a scenario's scripts; the first that fits counts.
"""


def resolve_setup(
    scenario: ScenarioSource | Sequence[ScenarioSource] | None,
    settings: Mapping[str, Any],
    *,
    base: Settings | None = None,
    tasks: TaskPlans = (),
    task_order: int = 0,
) -> tuple[Settings, tuple[Scenario, ...]]:
    """Scenarios loaded, and the settings: what is given, over what a scenario says, over `base`.

    A task order decides on the tasks that no scenario speaks of. Raises `UsageError` for
    an unknown setting and `ScenarioError` for a file with mistakes.
    """
    check_setting_names(settings, "scenario", "tasks", "task_order")
    if scenario is None:
        scenario = ()
    sources = (scenario,) if isinstance(scenario, str | Scenario) else scenario
    scenarios = [load(one) if isinstance(one, str) else one for one in sources]
    if task_order:
        scenarios.append(task_orders.task_order(task_order))
    said: dict[str, Any] = {}
    for one in scenarios:
        said |= one.settings
    if tasks:
        said_of = [tasks] if isinstance(tasks, Mapping) else tasks
        coming = [convert(dict(one), FutureTaskPlan) for one in said_of]
        scenarios.insert(0, scenario_for_plans("tasks", *coming))
    said |= {name: value for name, value in settings.items() if value is not None}
    return (base or Settings()).with_changes(**said), tuple(scenarios)
