"""Other orders in which the background work of a run may come to its end, each under a number.

A schedule is a scenario that is made from its number alone: how long each coming task takes, and
when its fast memory can be found. So tasks overtake each other and stages fall between any two
calls. Number 0 is the double as it always is. Code that is right holds under every number; code
that holds under some of them has a race.
"""

from functools import partial
from typing import Final

from mock_memos.core.errors import UsageError
from mock_memos.core.identifiers import Ids
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan

TASKS: Final = 24
"""So many tasks get a way of their own; those after them take what the settings say."""
FINE: Final = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
"""Seconds until a task ends: from before the first poll to a few polls away."""
ROUGH: Final = (0.0, 0.0, 1.0, 3.0)
"""Seconds until its fast memory can be found, unless the task has ended before."""


def task_order(number: int) -> Scenario:
    """The schedule of a number, which is the same in every process."""
    if number < 0:
        raise UsageError(f"schedules are numbered from 0, not {number}")
    if number == 0:
        return Scenario(name="schedule 0", title="As usual")
    draw = partial(_one_of, Ids(number, "schedule"))
    ways = [
        TaskPlan(after_seconds=draw(FINE), fast_after_seconds=draw(ROUGH)) for _ in range(TASKS)
    ]
    first = ", ".join(f"{way.after_seconds:g}" for way in ways[:6])
    return Scenario(
        name=f"schedule {number}",
        title="An order of the work in the background",
        description=f"the first tasks end after {first} s",
        rules=tuple(Rule(then=Then(task=way), times=1) for way in ways),
    )


def task_order_number(scenario: Scenario) -> int:
    """The number of a schedule; 0 for any other scenario."""
    kind, _, number = scenario.name.partition(" ")
    return int(number) if kind == "schedule" and number.isdecimal() else 0


def _one_of(ids: Ids, choices: tuple[float, ...]) -> float:
    return choices[int(ids.random_fraction() * len(choices))]
