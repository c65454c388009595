"""Task completion orders, each with a number, to find races.

A task order is a scenario made from its number alone: how long each future task takes, and when
its fast memory appears. Tasks overtake each other and complete between any two calls. Correct code
passes under every number; code with a race fails under some. Number 0 changes nothing.
"""

from functools import partial
from typing import Final

from mock_memos.core.errors import UsageError
from mock_memos.core.identifiers import Ids
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan

TASKS: Final = 24
"""How many tasks get delays from the task order; later tasks use the settings."""
PROCESSED_AFTER_SECONDS: Final = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
"""Delays until a task completes: from before the first poll to a few polls later."""
FAST_AFTER_SECONDS: Final = (0.0, 0.0, 1.0, 3.0)
"""Delays until its fast memory appears, if the task has not completed before."""


def task_order(number: int) -> Scenario:
    """Returns the task order with this number, the same in every process.

    Raises `UsageError` for a negative number.
    """
    if number < 0:
        raise UsageError(f"Task orders are numbered from 0. Received {number}.")
    if number == 0:
        return Scenario(name="task order 0", title="Default task order")
    draw = partial(_draw_from, Ids(number, "schedule"))
    plans = [
        TaskPlan(
            after_seconds=draw(PROCESSED_AFTER_SECONDS), fast_after_seconds=draw(FAST_AFTER_SECONDS)
        )
        for _ in range(TASKS)
    ]
    delays = ", ".join(f"{plan.after_seconds:g}" for plan in plans[:6])
    return Scenario(
        name=f"task order {number}",
        title="A task completion order",
        description=f"the first tasks end after {delays} s",
        rules=tuple(Rule(then=Then(task=plan), times=1) for plan in plans),
    )


def task_order_number(scenario: Scenario) -> int:
    """Returns the number of a task order, and 0 for any other scenario."""
    prefix, _, number = scenario.name.rpartition(" ")
    return int(number) if prefix == "task order" and number.isdecimal() else 0


def _draw_from(ids: Ids, delays: tuple[float, ...]) -> float:
    return delays[int(ids.random_fraction() * len(delays))]
