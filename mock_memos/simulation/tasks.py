"""The life of tasks: accepted, rough, fine, and every other way in which one may go.

A task waits for a moment, for so many polls, for somebody to release it, or for ever. What it
will become was decided when it was accepted; here is decided only when, and whether.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal, Self

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.records import Task, TaskKind, TaskStatus, Turn
from mock_memos.scenario.language.task_plan import Course
from mock_memos.simulation.forkable import Table
from mock_memos.simulation.knowledgebases import Bases
from mock_memos.simulation.memories import Memories
from mock_memos.simulation.schedule import Job, Schedule

OVER_LIMITS: Final = "its attachments are over the limits"

_BY_SETTINGS: Final = Course()


class SavedTask(msgspec.Struct, frozen=True):
    """A task, what it will become while it is running, and its fast memories."""

    task: Task
    turn: Turn | None = None
    fast: tuple[str, ...] = ()


class Tasks:
    """Every task of a world, and what the running ones will become."""

    def __init__(self, schedule: Schedule, memories: Memories, bases: Bases) -> None:
        self._schedule = schedule
        self._memories = memories
        self._bases = bases
        self.began: list[str] = []
        self.ended: list[str] = []
        """The tasks that began and ended since the present call arrived."""
        self._tasks: Table[str, Task] = Table()
        self._running: Table[str, Turn] = Table()
        """What each task that has not ended will become."""

    def get(self, task_id: str) -> Task | None:
        """A task as it stands now, with all that its end changed."""
        task = self._tasks.get(task_id)
        if task is None or (changes := self._memories.changes(task_id)) is None:
            return task
        task = msgspec.structs.replace(
            task,
            added=changes.added,
            updated=changes.updated,
            deleted=changes.deleted,
            views={view: tuple(ids) for view, ids in changes.views.items()},
        )
        self._tasks[task_id] = task
        return task

    def __iter__(self) -> Iterator[Task]:
        """Every task, oldest first."""
        return map(self._known, self._tasks.keys())

    @property
    def pending(self) -> int:
        """How many tasks have not ended."""
        return len(self._running)

    def running(self) -> list[Task]:
        """The tasks that have not ended, oldest first."""
        return [self._known(task_id) for task_id in self._running.keys()]  # noqa: SIM118

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
        synchronous mode. A course says how the task gets to its end, and to which one; a task that
        it holds, or lets wait for polls or for ever, is running in the synchronous mode, too.
        """
        course = course or _BY_SETTINGS
        task_id, waits_for, end = turn.task_id, _waits_for(course), course.end
        at_once = course.at_once or (fine is None and waits_for == "time")
        if turn.fast and fine is not None and not at_once:
            self._begin_rough(turn, now, _ms(course.rough, rough))
        due, ticket = None, 0
        if fine is not None and waits_for == "time" and not at_once:
            due = now + _ms(course.after, fine)
            ticket = self._schedule.add(due, "fine", task_id).order
        task = Task(
            id=task_id,
            kind=kind,
            status="running",
            created=now,
            subjects=turn.subjects,
            conversation_id=turn.conversation_id,
            waits_for=waits_for,
            due=due,
            ticket=ticket,
            polls_left=course.polls or 0,
            end="failed" if turn.fails and end == "completed" else end,
            reason=course.reason or (OVER_LIMITS if turn.fails else ""),
        )
        self._tasks[task_id] = task
        self._running[task_id] = turn
        self.began.append(task_id)
        return self.finish(task_id, now) if at_once else task

    def cancel(self, task_id: str) -> None:
        """Forget a task: what it would have become will not be."""
        self._memories.changes(task_id)
        self._running.pop(task_id)
        self._tasks.pop(task_id)

    def _begin_rough(self, turn: Turn, now: int, delay: int) -> None:
        if delay:
            self._schedule.add(now + delay, "rough", turn.task_id)
        else:
            self._memories.due_rough(turn, now)

    def _end_at(self, due: int, task: Task) -> Task:
        """Let a task wait for a moment."""
        job = self._schedule.add(due, "fine", task.id)
        task = msgspec.structs.replace(task, waits_for="time", due=due, ticket=job.order)
        self._tasks[task.id] = task
        return task

    # --- what happens ---

    def make_rough(self, task_id: str, now: int) -> None:
        """The fast memory of a task becomes searchable, unless the task has ended."""
        turn = self._running.get(task_id)
        if turn is not None:
            self._memories.due_rough(turn, now)

    def make_fine(self, task_id: str, ticket: int, now: int) -> None:
        """A task's time has come, unless it waits for something else by now."""
        if (task := self._tasks.get(task_id)) is not None and task.ticket == ticket:
            self.finish(task_id, now)

    def finish(self, task_id: str, now: int) -> Task:
        """A task gets to its end: processed memories take the place of its fast one.

        A failed one leaves nothing; a late failure leaves the first half of what it would have
        made.
        """
        task = self._tasks.get(task_id)
        assert task is not None
        turn = self._running.pop(task_id)
        if turn is None:
            return task
        status: TaskStatus = "failed" if task.end in ("failed", "late_failure") else "completed"
        task = msgspec.structs.replace(
            task, status=status, ended=now, waits_for="nothing", due=None, ticket=0
        )
        self._tasks[task_id] = task
        self.ended.append(task_id)
        self._memories.due_fine(turn, now, task.end)
        if task.kind == "file":
            self._bases.settle(task_id, status)
        return task

    def poll(self, task_id: str, now: int) -> Task | None:
        """Somebody asks for a task. None when there is none, or it has vanished."""
        task = self._tasks.get(task_id)
        if task is None or task.end == "vanished":
            return None
        if task.status != "running":
            return self._known(task_id)
        left = task.polls_left - 1 if task.waits_for == "polls" else 0
        task = msgspec.structs.replace(
            task,
            polls=task.polls + 1,
            polls_left=left,
            first_poll=task.first_poll if task.polls else now,
        )
        self._tasks[task_id] = task
        if task.waits_for == "polls" and left <= 0:
            self.finish(task_id, now)
            return self.get(task_id)
        return task

    # --- by hand ---

    def release(self, task_id: str, now: int) -> Task:
        """Let a task get to its end now; a stuck one is completed."""
        task = self._known(task_id)
        if task.end == "stuck" and task_id in self._running:
            self._tasks[task_id] = msgspec.structs.replace(task, end="completed")
        self.finish(task_id, now)
        return self._known(task_id)

    def direct(self, task_id: str, course: Course, now: int) -> Task:
        """Send a running task another way. An ended one stays as it is.

        What the course does not say stays, too: a task that is to fail fails later, or when it
        is released. Raises `UsageError` for what can only be said before a task begins.
        """
        if course.rough is not None:
            raise UsageError("rough can only be said of coming requests: the task has begun")
        task = self._known(task_id)
        if task_id not in self._running or course == Course():
            return task
        task = msgspec.structs.replace(task, **_told_end(task, course))
        if course.stuck or course.polls or course.held:
            task = msgspec.structs.replace(
                task,
                waits_for=_waits_for(course),
                polls_left=course.polls or 0,
                due=None,
                ticket=0,
            )
        self._tasks[task_id] = task
        if course.after is not None:
            return self._end_at(now + _ms(course.after, 0), task)
        if course.at_once or (task.waits_for == "nothing" and not course.stuck):
            self.finish(task_id, now)
            return self._known(task_id)
        return task

    # --- as values ---

    def awaits(self, job: Job) -> bool:
        """Whether a job will still do something."""
        if job.action == "rough":
            return job.payload in self._running
        task = self._tasks.get(job.payload)
        return task is not None and task.ticket == job.order

    def saved(self) -> tuple[SavedTask, ...]:
        """Every task, oldest first, with what it will become."""
        self._memories.settle_all()
        return tuple(
            SavedTask(task, self._running.get(task.id), self._memories.fast_of(task.id))
            for task in self
        )

    def put(self, saved: SavedTask) -> None:
        """Put a task there that was saved."""
        task_id = saved.task.id
        self._tasks[task_id] = saved.task
        if saved.turn is not None:
            self._running[task_id] = saved.turn
        if saved.fast:
            self._memories.put_fast(task_id, saved.fast)

    def _known(self, task_id: str) -> Task:
        task = self.get(task_id)
        assert task is not None
        return task

    def fork(self, schedule: Schedule, memories: Memories, bases: Bases) -> Self:
        twin = type(self)(schedule, memories, bases)
        twin._tasks, twin._running = self._tasks.fork(), self._running.fork()
        return twin


def _ms(seconds: float | None, default: int) -> int:
    return default if seconds is None else round(seconds * 1000)


def _waits_for(course: Course) -> Literal["time", "polls", "release", "nothing"]:
    if course.stuck:
        return "nothing"
    return "polls" if course.polls else "release" if course.held else "time"


def _told_end(task: Task, course: Course) -> dict[str, Any]:
    """The end that a course tells a task, or the one that it had."""
    if course.end != "completed":
        return {"end": course.end, "reason": course.reason}
    return {"end": "completed", "reason": ""} if task.end == "stuck" else {}
