"""Task plans and their effects on a world."""

from typing import Any

import pytest

from mock_memos.core.errors import UsageError
from mock_memos.core.records import Edit, Task
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.world import World
from tests.support.task_worlds import (
    ANA,
    DAY,
    current,
    new_world,
    poll_status,
    submit,
    turn,
    values,
    values_after,
)

# --- time ---


def test_task_has_a_fast_memory_until_it_completes() -> None:
    world = new_world()
    task = submit(world)
    assert (task.status, task.waits_for) == ("running", "time")
    assert values(world) == ["raw"]
    assert values_after(world, 0) == ["raw"]
    assert values_after(world, 2.999) == ["raw"]
    assert poll_status(world, task) == "running"
    assert values_after(world, 0.001) == ["Ana likes tea."]
    ended_task = current(world, task)
    assert (ended_task.status, ended_task.added) == ("completed", 1)
    assert ended_task.ended_ms - ended_task.created_ms == 3000
    assert ended_task.views == {"detail_factual": tuple(item.id for item in world.memories.of(ANA))}


def test_plan_sets_both_delays() -> None:
    world = new_world()
    task = submit(world, after_seconds=60, fast_after_seconds=10)
    assert values_after(world, 9) == []
    assert values_after(world, 1) == ["raw"]
    assert values_after(world, 49) == ["raw"]
    assert values_after(world, 1) == ["Ana likes tea."]
    assert current(world, task).status == "completed"


def test_fast_memory_due_after_completion_never_appears() -> None:
    world = new_world()
    submit(world, after_seconds=1, fast_after_seconds=5)
    assert values_after(world, 1) == ["Ana likes tea."]
    assert values_after(world, 10) == ["Ana likes tea."]


def test_fast_memory_due_at_completion_is_replaced() -> None:
    world = new_world(fast_delay=3)
    submit(world)
    assert values_after(world, 3) == ["Ana likes tea."]


def test_synchronous_task_has_no_fast_memory() -> None:
    world = new_world()
    assert submit(world, synchronous=True).status == "completed"
    assert values(world) == ["Ana likes tea."]
    assert values_after(world, DAY) == ["Ana likes tea."]


def test_immediate_plan_ignores_the_delay() -> None:
    world = new_world()
    assert submit(world, immediately=True).status == "completed"
    assert values(world) == ["Ana likes tea."]


# --- polls, release, stuck ---


def test_task_after_three_polls_ends_at_the_third() -> None:
    world = new_world()
    task = submit(world, after_polls=3)
    assert values_after(world, DAY) == ["raw"]
    assert [poll_status(world, task) for _ in range(4)] == ["running"] * 2 + ["completed"] * 2
    assert values(world) == ["Ana likes tea."]


@pytest.mark.parametrize(
    ("plan", "status", "expected"),
    [
        ({"hold": True}, "completed", ["Ana likes tea."]),
        ({"hold": True, "failed": "no model"}, "failed", []),
        ({"stuck": True}, "completed", ["Ana likes tea."]),
    ],
)
def test_release_ends_a_task_with_its_outcome(plan: Any, status: str, expected: Any) -> None:
    world = new_world()
    task = submit(world, **plan)
    assert values_after(world, 1000 * DAY) == ["raw"]
    assert poll_status(world, task) == "running"
    released = world.tasks.release(task.id, world.clock.now)
    assert (released.status, released.reason) == (status, plan.get("failed", ""))
    assert values(world) == expected


def test_task_unknown_to_status_creates_its_memories() -> None:
    world = new_world()
    task = submit(world, unknown_to_status=True)
    assert poll_status(world, task) == "unknown"
    assert values_after(world, 3) == ["Ana likes tea."]
    assert poll_status(world, task) == "unknown"


@pytest.mark.parametrize("plan", [{"hold": True}, {"after_polls": 2}, {"stuck": True}])
def test_untimed_synchronous_task_is_running(plan: Any) -> None:
    world = new_world()
    task = submit(world, synchronous=True, **plan)
    assert task.status == "running"
    assert values_after(world, DAY) == []
    assert world.tasks.release(task.id, world.clock.now).status == "completed"


# --- failures ---


def test_failed_task_keeps_only_its_messages() -> None:
    world = new_world()
    task = submit(world, failed="too long")
    assert values_after(world, 2) == ["raw"]
    assert values_after(world, 1) == []
    ended_task = current(world, task)
    assert (ended_task.status, ended_task.reason, ended_task.views) == ("failed", "too long", {})
    assert [item.text for item in world.conversations.newest_first(ANA, "c")] == ["Hello."]


@pytest.mark.parametrize(("count", "left"), [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_partial_failure_keeps_the_first_half(count: int, left: int) -> None:
    world = new_world()
    facts = [f"Fact {number}." for number in range(count)]
    task = submit(world, *facts, partial_failure=True)
    assert values_after(world, 3) == facts[:left]
    assert (current(world, task).status, current(world, task).added) == ("failed", left)


def test_partial_failure_counts_edits_before_drafts() -> None:
    world = new_world()
    submit(world, "Ana lives in Lyon.", "Ana has a cat.", synchronous=True)
    edits = (Edit("Lyon", "Nice"), Edit("cat", "dog"))
    world.submit(turn(world, edits=edits), delay_seconds=3, plan=TaskPlan(partial_failure=True))
    assert values_after(world, 3) == ["Ana lives in Nice.", "Ana has a dog."]


def test_attachments_above_the_limits_fail_with_a_reason() -> None:
    world = new_world()
    task = world.submit(turn(world, fails=True), delay_seconds=3)
    values_after(world, 3)
    assert current(world, task).status == "failed"
    assert current(world, task).reason == "its attachments are over the limits"


# --- rescheduling ---


def reschedule(world: World, task: Task, **plan: Any) -> Task:
    return world.tasks.reschedule(task.id, TaskPlan(**plan), world.clock.now)


def test_task_held_later_does_not_end_at_its_old_time() -> None:
    world = new_world()
    task = submit(world)
    reschedule(world, task, hold=True)
    assert values_after(world, DAY) == ["raw"]
    reschedule(world, task, after_seconds=5)
    assert values_after(world, 4) == ["raw"]
    assert values_after(world, 1) == ["Ana likes tea."]


def test_postponed_task_ends_once_at_the_new_time() -> None:
    world = new_world()
    task = submit(world)
    reschedule(world, task, after_seconds=10)
    assert values_after(world, 9) == ["raw"]
    assert values_after(world, 1) == ["Ana likes tea."]
    assert current(world, task).ended_ms - task.created_ms == 10_000


def test_reschedule_keeps_what_it_does_not_set() -> None:
    world = new_world()
    timed, held = submit(world, "One."), submit(world, "Two.", hold=True)
    reschedule(world, timed, failed="why not")
    reschedule(world, held, failed=True)
    reschedule(world, held, after_seconds=3)
    values_after(world, 3)
    assert [current(world, item).status for item in (timed, held)] == ["failed", "failed"]
    assert current(world, timed).reason == "why not"


def test_stuck_task_is_rescheduled() -> None:
    world = new_world()
    task = reschedule(world, submit(world), stuck=True)
    assert (task.state, task.waits_for, task.due_ms) == ("stuck", None, None)
    assert values_after(world, DAY) == ["raw"]
    assert reschedule(world, task, after_polls=1).waits_for == "polls"
    assert poll_status(world, task) == "completed"
    assert reschedule(world, submit(world, stuck=True), failed=True).status == "failed"


def test_ended_task_does_not_change() -> None:
    world = new_world()
    task = current(world, submit(world, synchronous=True))
    assert reschedule(world, task, failed=True) == world.tasks.release(task.id, 0) == task


def test_empty_plan_changes_nothing() -> None:
    world = new_world()
    task = submit(world, stuck=True)
    assert reschedule(world, task) == task


def test_fast_delay_of_a_started_task_raises_usage_error() -> None:
    world = new_world()
    with pytest.raises(UsageError, match="has no effect on a task that has started"):
        reschedule(world, submit(world), fast_after_seconds=1)


# --- run_until_idle ---


def test_run_until_idle_stops_at_the_last_timed_task() -> None:
    world = new_world()
    submit(world, "One.", after_seconds=7)
    submit(world, "Two.", hold=True)
    submit(world, "Three.", stuck=True)
    submit(world, "Four.", after_polls=1)
    released = submit(world, "Five.", after_seconds=900)
    postponed = submit(world, "Six.", after_seconds=800)
    world.tasks.release(released.id, world.clock.now)
    reschedule(world, postponed, hold=True)
    assert world.run_until_idle() == 7000
    assert world.tasks.pending == 4
    assert world.run_until_idle() == 0


def test_run_until_idle_waits_for_fast_memories() -> None:
    world = new_world()
    submit(world, hold=True, fast_after_seconds=5)
    assert world.run_until_idle() == 5000
    assert values(world) == ["raw"]


def test_run_until_idle_never_moves_a_real_clock_back() -> None:
    world = new_world(clock="real", speed=1e9)
    submit(world)
    assert world.run_until_idle() >= 0
    assert world.tasks.pending == 0
