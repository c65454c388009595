"""What tasks wait for, and why polling them does not help."""

from typing import Any

import pytest

from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from tests.support.task_worlds import current, new_world, submit


def test_waiting_for_describes_each_state() -> None:
    world = new_world(start_time="2025-12-10T09:00:00Z")
    expected: dict[str | None, Any] = {
        "the clock to reach 2025-12-10T09:00:03.000Z": {},
        "2 more polls of get/status": {"after_polls": 2},
        "1 more poll of get/status": {"after_polls": 1},
        "release()": {"hold": True},
        None: {"stuck": True},
    }
    for words, plan in expected.items():
        assert waiting_for(submit(world, **plan)) == words
    assert waiting_for(submit(world, immediately=True)) is None


@pytest.mark.parametrize(
    ("plan", "fix"),
    [
        ({"hold": True}, "call memos.tasks.release(), or POST /_mock/tasks"),
        ({"stuck": True}, "call memos.tasks.reschedule(), or POST /_mock/tasks"),
        ({}, "the clock is manual, call memos.clock.advance()"),
    ],
)
def test_stall_is_reported_at_the_third_poll(plan: Any, fix: str) -> None:
    world = new_world()
    task = submit(world, **plan)
    hints = []
    for _ in range(3):
        world.poll(task.id)
        hints.append(world.context.note)
    assert hints[:2] == ["", ""]
    assert fix in hints[2]
    assert f"task {task.id} was polled 3 times since " in hints[2]


def test_task_that_can_end_is_not_stalled() -> None:
    world = new_world()
    moving, counting = submit(world), submit(world, after_polls=9)
    for _ in range(4):
        world.poll(moving.id)
        world.poll(counting.id)
        world.clock.advance(0.1)
    assert world.context.note == ""
    assert stall_reason(current(world, moving), world.clock.now, "manual") == ""
    assert stall_reason(current(world, counting), world.clock.now, "manual") == ""
