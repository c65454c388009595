"""Schedules: the same for a number everywhere, different between numbers, and never too slow."""

from typing import Any

import pytest

from mock_memos import MockMemos
from mock_memos.core.errors import UsageError
from mock_memos.engine.engine import Engine
from mock_memos.scenario import read
from mock_memos.scenario.task_schedules import FINE, task_order, task_order_number
from mock_memos.testing.setup import prepare
from tests.support.calling import Client


def client(number: int, **given: Any) -> Client:
    scenario = given.pop("scenario", None)
    settings, scenarios = prepare(scenario, given, schedule=number)
    return Client(Engine(settings, scenarios=scenarios))


def order(number: int, tasks: int = 5) -> list[int]:
    """In which order tasks end that begin one after the other."""
    memos = client(number)
    ids = [memos.say(f"I like tea number {n}.")["task_id"] for n in range(tasks)]
    memos.world.run_until_idle()
    ended = {task.id: task.ended for task in memos.world.tasks}
    return sorted(range(tasks), key=lambda n: (ended[ids[n]], n))


def test_number_0_is_the_double_as_usual() -> None:
    assert client(0).engine.settings == Engine().settings
    assert client(0).world.scenarios == ()
    assert order(0) == [0, 1, 2, 3, 4]


def test_a_number_always_means_the_same() -> None:
    assert task_order(7) == task_order(7)
    assert [task_order_number(task_order(n)) for n in range(4)] == [0, 1, 2, 3]


def test_numbers_differ_in_the_order_in_which_tasks_end() -> None:
    assert len({tuple(order(number)) for number in range(1, 40)}) > 20


def test_some_schedules_have_a_memory_that_is_processed_before_it_is_rough() -> None:
    ways = [one.then.task for number in range(1, 9) for one in task_order(number).rules]
    assert {way.after_seconds for way in ways if way} == set(FINE)
    assert any(
        way.fast_after_seconds > way.after_seconds
        for way in ways
        if way and way.fast_after_seconds and way.after_seconds is not None
    )
    assert any(not way.fast_after_seconds and way.after_seconds for way in ways if way)


@pytest.mark.parametrize("number", range(40))
def test_a_loop_of_ten_polls_and_a_few_sees_the_end(number: int) -> None:
    memos = client(number)
    tasks = [memos.say("I like tea.")["task_id"] for _ in range(3)]
    for task in tasks:
        assert "completed" in [memos.status(task) for _ in range(11)]


def test_what_a_test_says_itself_counts_more() -> None:
    story = read("""
version: 1
title: Slow
rules: [{when: {text: slow}, then: {task: {after_seconds: 99}}}]
""")
    memos = client(3, scenario=story, clock="manual")
    task = memos.say("This is slow.")["task_id"]
    memos.advance(98)
    assert memos.status(task) == "running"


def test_a_schedule_survives_a_reset() -> None:
    memos = MockMemos(schedule=5)
    memos.reset()
    with memos.here() as world:
        assert [task_order_number(one) for one in world.scenarios] == [5]


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(UsageError, match="numbered from 0, not -1"):
        MockMemos(schedule=-1)
