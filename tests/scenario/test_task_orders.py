"""Task orders: the same for a number everywhere, different between numbers, and fast enough."""

from typing import Any

import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.engine.engine import Engine
from mock_memos.engine.setup import resolve_setup
from mock_memos.scenario import read
from mock_memos.scenario.task_orders import PROCESSED_AFTER_SECONDS, task_order, task_order_number
from tests.support.engine_client import Client
from tests.support.engines import world_of


def client(number: int, **given: Any) -> Client:
    scenario = given.pop("scenario", None)
    settings, scenarios = resolve_setup(scenario, given, task_order=number)
    return Client(Engine(settings, scenarios=scenarios))


def order(number: int, tasks: int = 5) -> list[int]:
    """Returns the order in which tasks end that start one after the other."""
    memos = client(number)
    ids = [memos.add(f"I like tea number {n}.")["task_id"] for n in range(tasks)]
    memos.world.run_until_idle()
    ended = {task.id: task.ended_ms for task in memos.world.tasks}
    return sorted(range(tasks), key=lambda n: (ended[ids[n]], n))


def test_number_0_changes_nothing() -> None:
    assert client(0).engine.settings == Engine().settings
    assert client(0).world.scenarios == ()
    assert order(0) == [0, 1, 2, 3, 4]


def test_equal_numbers_make_equal_task_orders() -> None:
    assert task_order(7) == task_order(7)
    assert [task_order_number(task_order(n)) for n in range(4)] == [0, 1, 2, 3]


def test_numbers_differ_in_completion_order() -> None:
    assert len({tuple(order(number)) for number in range(1, 40)}) > 20


def test_some_tasks_complete_before_their_fast_memory_appears() -> None:
    plans = [rule.then.task for number in range(1, 9) for rule in task_order(number).rules]
    delays = [(plan.fast_after_seconds or 0, plan.after_seconds or 0) for plan in plans if plan]
    assert {processed for _, processed in delays} == set(PROCESSED_AFTER_SECONDS)
    assert any(fast > processed for fast, processed in delays)
    assert any(fast == 0 and processed for fast, processed in delays)


@pytest.mark.parametrize("number", range(40))
def test_eleven_polls_see_every_task_completed(number: int) -> None:
    memos = client(number)
    tasks = [memos.add("I like tea.")["task_id"] for _ in range(3)]
    for task in tasks:
        assert "completed" in [memos.status(task) for _ in range(11)]


def test_scenario_rules_override_the_task_order() -> None:
    story = read("""
version: 1
title: Slow
rules: [{when: {text: slow}, then: {task: {after_seconds: 99}}}]
""")
    memos = client(3, scenario=story, clock="manual")
    task = memos.add("This is slow.")["task_id"]
    memos.advance(98)
    assert memos.status(task) == "running"


def test_reset_keeps_the_task_order() -> None:
    memos = MockMemos(task_order=5)
    memos.reset()
    assert [task_order_number(scenario) for scenario in world_of(memos).scenarios] == [5]


def test_negative_number_is_rejected() -> None:
    with pytest.raises(UsageError, match=r"numbered from 0\. Received -1"):
        MockMemos(task_order=-1)
