"""Task diagnosis."""

from typing import Final

from mock_memos.core.clock import to_iso
from mock_memos.core.records import Task

STALLED_AFTER: Final = 3
"""So many polls in vain, and the double says why they are."""


def waiting(task: Task) -> str:
    """What a task waits for, in words; an empty text when it has ended."""
    if task.status != "running":
        return ""
    match task.waits_for:
        case "polls":
            return f"{task.polls_left} more polls of get/status"
        case "release":
            return "somebody to release it"
        case "nothing":
            return "nothing: it is stuck for ever"
    return f"the clock to reach {to_iso(task.due)}" if task.due is not None else "the clock"


def stall(task: Task, now: int, mode: str) -> str:
    """Why polling a task is in vain and what would end it; an empty text while it may end."""
    if task.status != "running" or task.polls < STALLED_AFTER:
        return ""
    match task.waits_for:
        case "release":
            cure = "memos.tasks.release(), or POST /_mock/tasks, does"
        case "nothing":
            cure = "memos.tasks.send(), or POST /_mock/tasks, sends it another way"
        case "time" if mode == "manual" and task.first_poll == now:
            cure = "advance the clock, which stands still"
        case _:
            return ""
    return (
        f"task {task.id} was polled {task.polls} times since {to_iso(task.first_poll)} "
        f"and waits for {waiting(task)}: {cure}"
    )
