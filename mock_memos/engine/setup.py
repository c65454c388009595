"""Creates settings and scenarios of a new world from arguments of tests and commands."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_memos.control.tasks import FutureTaskPlan, scenario_for_plans
from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings, check_setting_names
from mock_memos.scenario import load, task_orders
from mock_memos.scenario.language.document import Scenario

ScenarioSource = str | Scenario
"""A scenario, the name of a shipped one, or the path of a file."""

TaskPlans = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Plans of future tasks: `{"when": {"text": "tea"}, "task": {"hold": True}, "times": 1}`.

`when`, `task` and `times` are the keys of a scenario rule. The first plan that matches applies.
"""


def resolve_setup(
    scenario: ScenarioSource | Sequence[ScenarioSource] | None,
    settings: Mapping[str, Any],
    *,
    base: Settings | None = None,
    tasks: TaskPlans = (),
    task_order: int = 0,
) -> tuple[Settings, tuple[Scenario, ...]]:
    """Returns settings and loaded scenarios. `settings` come before those of scenarios and `base`.

    A task order applies to tasks without a plan. Raises `UsageError` for an unknown setting or an
    argument of a wrong type, and `ScenarioError` for a file with mistakes.
    """
    check_setting_names(settings, "scenario", "tasks", "task_order")
    if scenario is None:
        scenario = ()
    sources = _to_sequence("scenario", scenario, str | Scenario, "a name, a path as a string")
    if type(task_order) is not int:
        raise UsageError(f"task_order: expected an integer, got {task_order!r}")
    scenarios = [load(source) if isinstance(source, str) else source for source in sources]
    if task_order:
        scenarios.append(task_orders.task_order(task_order))
    changes: dict[str, Any] = {}
    for loaded in scenarios:
        changes |= loaded.settings
    if tasks:
        plans = _to_sequence("tasks", tasks, Mapping, 'a plan such as {"task": {"hold": True}}')
        future = [convert(dict(plan), FutureTaskPlan) for plan in plans]
        scenarios.insert(0, scenario_for_plans("tasks", *future))
    changes |= {name: value for name, value in settings.items() if value is not None}
    return (base or Settings()).with_changes(**changes), tuple(scenarios)


def _to_sequence(name: str, value: Any, item_type: Any, expected: str) -> Sequence[Any]:
    """Returns an argument that is one item or several. Raises `UsageError` for other types."""
    items = [value] if isinstance(value, item_type) else value
    if not isinstance(items, Sequence) or not all(isinstance(item, item_type) for item in items):
        raise UsageError(f"{name}: expected {expected}, or a list of them; got {value!r}")
    return items
