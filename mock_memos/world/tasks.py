"""The life of tasks: accepted, rough, fine, and every other way in which one may go.

A task waits for a moment, for so many polls, for somebody to release it, or for ever. What it
will become was decided when it was accepted; here is decided only when, and whether.
"""

from collections.abc import Iterator
from typing import Final, Self

import msgspec

from mock_memos.clock import iso
from mock_memos.records import Task, TaskKind, TaskStatus, Turn
from mock_memos.scenario import Course
from mock_memos.schedule import Schedule
from mock_memos.tables import Table
from mock_memos.world.profiles import Profiles
from mock_memos.world.writing import Changes, Writing

STALLED_AFTER: Final = 3
"""So many polls in vain, and the double says why they are."""


class Tasks:
    """Every task of a world, and what the running ones will become."""

    def __init__(self, schedule: Schedule, writing: Writing, profiles: Profiles) -> None:
        self._schedule = schedule
        self._writing = writing
        self._profiles = profiles
        self._tasks: Table[str, Task] = Table()
        self._turns: Table[str, Turn] = Table()
        """What the running tasks will become."""
        self._fast: Table[str, tuple[str, ...]] = Table()
        """The fast memories of the running tasks."""

    def get(self, task_id: str) -> Task | None:
        return self._tasks.get(task_id)

    def __iter__(self) -> Iterator[Task]:
        """Every task, oldest first."""
        return self._tasks.values()

    def running(self) -> list[Task]:
        """The tasks that have not ended, oldest first."""
        return [self._known(task_id) for task_id, _ in self._turns.items()]

    def accept(
        self,
        turn: Turn,
        now: int,
        *,
        kind: TaskKind,
        rough: int,
        fine: int | None,
        course: Course | None = None,
    ) -> Task:
        """Begin a task. `rough` and `fine` are the milliseconds to its two stages.

        Without `fine` everything happens at once and there never is a fast memory, as in the
        synchronous mode. A course says how the task gets to its end, and to which one.
        """
        course = course or Course()
        if course.rough is not None:
            rough = round(course.rough * 1000)
        if course.after is not None and fine is not None:
            fine = round(course.after * 1000)
        task = Task(
            id=turn.task_id,
            kind=kind,
            status="running",
            created=now,
            subjects=turn.subjects,
            conversation_id=turn.conversation_id,
            waits_for="polls" if course.polls else "release" if course.held else "time",
            polls_left=course.polls or 0,
            end="failed" if turn.fails else course.end,
            reason=course.reason,
        )
        self._tasks[task.id] = task
        self._turns[task.id] = turn
        if fine is None or course.at_once:
            return self.finish(task.id, now)
        if turn.fast is not None:
            self._schedule.add(now + rough, "rough", task.id)
        if task.end == "stuck":
            task = msgspec.structs.replace(task, waits_for="nothing")
        elif task.waits_for == "time":
            job = self._schedule.add(now + fine, "fine", task.id)
            task = msgspec.structs.replace(task, due=job.due, ticket=job.order)
        self._tasks[task.id] = task
        return task

    # --- what happens ---

    def make_rough(self, task_id: str, now: int) -> None:
        """The fast memory of a task becomes searchable, unless the task has ended."""
        turn = self._turns.get(task_id)
        if turn is not None:
            self._fast[task_id] = self._writing.rough(turn, now)

    def make_fine(self, task_id: str, ticket: int, now: int) -> None:
        """A task's time has come, unless it waits for something else by now."""
        if (task := self._tasks.get(task_id)) is not None and task.ticket == ticket:
            self.finish(task_id, now)

    def finish(self, task_id: str, now: int) -> Task:
        """A task gets to its end: processed memories take the place of its fast one.

        A failed one leaves nothing; a late failure leaves the first half of what it would have
        made.
        """
        task = self._known(task_id)
        turn = self._turns.pop(task_id)
        if turn is None:
            return task
        fast = self._fast.pop(task_id) or ()
        changes = Changes()
        self._writing.drop(fast)
        if task.end == "late_failure":
            self._writing.fine(turn, now, changes, most=-(-len(turn.drafts) // 2))
        elif task.end != "failed":
            self._writing.fine(turn, now, changes)
            for scope in turn.subjects:
                for memory_id, is_new in self._profiles.learn(scope, turn.profile, now):
                    changes.note("profile", memory_id, is_new=is_new)
        status: TaskStatus = "failed" if task.end in ("failed", "late_failure") else "completed"
        task = msgspec.structs.replace(
            task,
            status=status,
            ended=now,
            waits_for="nothing",
            due=None,
            ticket=0,
            added=changes.added,
            updated=changes.updated,
            deleted=changes.deleted,
            views={view: tuple(ids) for view, ids in changes.views.items()},
        )
        self._tasks[task_id] = task
        return task

    def poll(self, task_id: str, now: int) -> Task | None:
        """Somebody asks for a task. None when there is none, or it has vanished."""
        task = self._tasks.get(task_id)
        if task is None or task.end == "vanished":
            return None
        if task.status != "running":
            return task
        left = task.polls_left - 1 if task.waits_for == "polls" else 0
        task = msgspec.structs.replace(
            task,
            polls=task.polls + 1,
            polls_left=left,
            first_poll=task.first_poll if task.polls else now,
        )
        self._tasks[task_id] = task
        if task.waits_for == "polls" and left <= 0:
            return self.finish(task_id, now)
        return task

    # --- by hand ---

    def direct(self, task_id: str, course: Course, now: int) -> Task:
        """Send a running task another way. An ended one stays as it is."""
        task, turn = self._known(task_id), self._turns.get(task_id)
        if turn is None:
            return task
        way = course.way
        task = msgspec.structs.replace(
            task,
            end=course.end,
            reason=course.reason,
            waits_for="polls" if way == "polls" else "release" if way == "held" else "time",
            polls_left=course.polls or 0,
        )
        if course.end == "stuck":
            task = msgspec.structs.replace(task, waits_for="nothing", due=None, ticket=0)
        elif course.after is not None:
            job = self._schedule.add(now + round(course.after * 1000), "fine", task_id)
            task = msgspec.structs.replace(task, due=job.due, ticket=job.order)
        elif task.waits_for != "time":
            task = msgspec.structs.replace(task, due=None, ticket=0)
        self._tasks[task_id] = task
        if course.at_once or (task.waits_for == "time" and task.due is None):
            return self.finish(task_id, now)
        return task

    def _known(self, task_id: str) -> Task:
        task = self._tasks.get(task_id)
        assert task is not None
        return task

    def fork(self, schedule: Schedule, writing: Writing, profiles: Profiles) -> Self:
        twin = type(self)(schedule, writing, profiles)
        twin._tasks, twin._turns = self._tasks.fork(), self._turns.fork()
        twin._fast = self._fast.fork()
        return twin


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
    return f"the clock to reach {iso(task.due)}" if task.due is not None else "the clock"


def stall(task: Task, now: int, mode: str) -> str:
    """Why polling a task is in vain and what would end it; an empty text while it may end."""
    if task.status != "running" or task.polls < STALLED_AFTER:
        return ""
    match task.waits_for:
        case "release":
            cure = "release it"
        case "nothing":
            cure = "send it another way; it was told to be stuck"
        case "time" if mode == "manual" and task.first_poll == now:
            cure = "advance the clock, which stands still"
        case _:
            return ""
    return (
        f"task {task.id} was polled {task.polls} times since {iso(task.first_poll)} and waits for "
        f"{waiting(task)}: {cure}"
    )
