"""What a running task waits for, and why polling it does not help."""

from typing import Final

from mock_memos.core.clock import to_iso
from mock_memos.core.records import Task
from mock_memos.core.text import pluralize

STALLED_AFTER: Final = 3
"""The number of polls after which a task that cannot end is reported."""


def waiting_for(task: Task) -> str | None:
    """Returns what a task waits for, in words, or None if it is stuck or has ended."""
    match task.state:
        case "timed":
            due_ms = task.due_ms
            return "the clock" if due_ms is None else f"the clock to reach {to_iso(due_ms)}"
        case "polled":
            return f"{pluralize(task.polls_left, 'more poll')} of get/status"
        case "held":
            return "release()"
    return None


def stall_reason(task: Task, now: int, mode: str) -> str:
    """Returns why polling a task does not help, and what does; an empty text if it can end."""
    if task.polls < STALLED_AFTER:
        return ""
    match task.state:
        case "held":
            fix = "call memos.tasks.release(), or POST /_mock/tasks"
        case "stuck":
            fix = "call memos.tasks.reschedule(), or POST /_mock/tasks"
        case "timed" if mode == "manual" and task.first_poll_ms == now:
            fix = "the clock is manual, call memos.clock.advance(), or POST /_mock/clock"
        case _:
            return ""
    event = waiting_for(task)
    state = f"waits for {event}" if event else "is stuck"
    since = to_iso(task.first_poll_ms)
    return f"task {task.id} was polled {task.polls} times since {since} and {state}; {fix}"
