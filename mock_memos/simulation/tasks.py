"""Task states: accepted, fast memory available, completed, failed, held, stuck.

The memories of a task are decided when it is accepted. This module decides when the task ends,
and with which outcome.
"""

from collections.abc import Iterator
from typing import Any, Final, Self

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.records import Task, TaskKind, TaskStatus, Turn
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.call_context import CallContext
from mock_memos.simulation.forkable import ForkableDict
from mock_memos.simulation.memories import Memories
from mock_memos.simulation.schedule import Job, Schedule

OVER_LIMITS: Final = "its attachments are over the limits"


class SavedTask(msgspec.Struct, frozen=True):
    """A task, its turn while it is running, and the ids of its fast memories."""

    task: Task
    turn: Turn | None = None
    fast: tuple[str, ...] = ()


class Tasks:
    """The tasks of a world, and the turns of the running ones."""

    def __init__(self, schedule: Schedule, memories: Memories) -> None:
        self._schedule = schedule
        self._memories = memories
        self.context = CallContext()
        """The present call, which lists the tasks that it starts and ends."""
        self._tasks: ForkableDict[str, Task] = ForkableDict()
        self._running: ForkableDict[str, Turn] = ForkableDict()

    def get(self, task_id: str) -> Task | None:
        """Returns a task, with the memories that it changed, or None."""
        task = self._tasks.get(task_id)
        if task is None or (changes := self._memories.take_changes(task_id)) is None:
            return task
        return self._update(
            task,
            added=changes.added,
            updated=changes.updated,
            deleted=changes.deleted,
            views={view: tuple(ids) for view, ids in changes.views.items()},
        )

    def __iter__(self) -> Iterator[Task]:
        """Yields every task, oldest first."""
        return map(self._require, self._tasks.keys())

    @property
    def pending(self) -> int:
        """The number of running tasks."""
        return len(self._running)

    def running(self) -> list[Task]:
        """Returns the running tasks, oldest first."""
        return [self._require(task_id) for task_id in self._running.keys()]  # noqa: SIM118

    def submit(self, turn: Turn, plan: TaskPlan, now: int, *, kind: TaskKind) -> Task:
        """Starts the task of a turn. The plan must be resolved: see `resolve_plan`."""
        fast_delay = plan.fast_after_seconds
        if turn.fast and fast_delay is not None:
            if fast_delay:
                self._schedule.add(now + _to_ms(fast_delay), "fast", turn.task_id)
            else:
                self._memories.defer_fast(turn, now)
        outcome, reason = plan.outcome, plan.reason
        if turn.fails:
            reason = reason or OVER_LIMITS
            if outcome == "completed" and not plan.stuck:
                outcome = "failed"
        task = Task(
            id=turn.task_id,
            kind=kind,
            status="running",
            created_ms=now,
            subjects=turn.subjects,
            conversation_id=turn.conversation_id,
            outcome=outcome,
            reason=reason,
            **self._waiting(turn.task_id, plan, now),
        )
        self._tasks[task.id] = task
        self._running[task.id] = turn
        self.context.tasks_started += (task.id,)
        return self.complete(task.id, now) if plan.immediately else task

    def cancel(self, task_id: str) -> None:
        """Deletes a task. A running one creates no memories."""
        self._memories.take_changes(task_id)
        self._running.pop(task_id)
        self._tasks.pop(task_id)

    # --- what happens ---

    def publish_fast_memory(self, task_id: str, now: int) -> None:
        """Makes the fast memory of a task searchable, unless the task has ended."""
        turn = self._running.get(task_id)
        if turn is not None:
            self._memories.defer_fast(turn, now)

    def run_job(self, job: Job) -> None:
        """Runs a job whose time has come, unless its task waits for something else by now."""
        if job.action == "fast":
            self.publish_fast_memory(job.task_id, job.due_ms)
        elif self.is_current(job):
            self.complete(job.task_id, job.due_ms)

    def complete(self, task_id: str, now: int) -> Task:
        """Ends a task with its outcome: processed memories replace its fast memory.

        `Memories` writes them on first access. A failed task leaves no memories, a partial failure
        the first half of them.
        """
        task = self._tasks.get(task_id)
        assert task is not None
        turn = self._running.pop(task_id)
        if turn is None:
            return task
        has_failed = task.outcome in ("failed", "partial_failure")
        status: TaskStatus = "failed" if has_failed else "completed"
        task = self._update(
            task, status=status, ended_ms=now, waits_for=None, due_ms=None, job_order=0
        )
        self.context.tasks_ended.append(task_id)
        self._memories.defer_processed(turn, now, task.outcome)
        return task

    def poll(self, task_id: str, now: int, *, of_file: bool = False) -> Task | None:
        """Counts a poll. Returns the task, or None if polls do not know it.

        get/status does not know the tasks of files, get/knowledgebase-file (`of_file`) no others.
        """
        task = self._tasks.get(task_id)
        if task is None or (task.kind == "file") != of_file:
            return None
        if task.outcome == "unknown_to_status":
            return None
        if task.status != "running":
            return self._require(task_id)
        left = task.polls_left - 1 if task.waits_for == "polls" else 0
        task = self._update(
            task,
            polls=task.polls + 1,
            polls_left=left,
            first_poll_ms=task.first_poll_ms if task.polls else now,
        )
        if task.waits_for == "polls" and left <= 0:
            self.complete(task_id, now)
            return self.get(task_id)
        return task

    # --- by hand ---

    def release(self, task_id: str, now: int) -> Task:
        """Ends a task now, with its outcome. A task that has ended stays as it is."""
        self.complete(task_id, now)
        return self._require(task_id)

    def reschedule(self, task_id: str, plan: TaskPlan, now: int) -> Task:
        """Changes when or how a running task ends. A task that has ended stays as it is.

        What the plan does not set stays unchanged: a task that will fail still fails. A stuck task
        that gets an outcome ends now. Raises `UsageError` for `fast_after_seconds`.
        """
        if plan.fast_after_seconds is not None:
            raise UsageError("fast_after_seconds has no effect on a task that has started")
        task = self._require(task_id)
        if task_id not in self._running or plan == TaskPlan():
            return task
        changes = _new_outcome(task, plan)
        if plan.completion is not None:
            changes |= self._waiting(task_id, plan, now)
        self._update(task, **changes)
        if plan.immediately or (plan.completion is None and task.waits_for is None):
            self.complete(task_id, now)
        return self._require(task_id)

    def _waiting(self, task_id: str, plan: TaskPlan, now: int) -> dict[str, Any]:
        """Returns the fields of a task that waits as planned. Schedules the job of a timed one."""
        if (seconds := plan.after_seconds) is not None:
            due_ms = now + _to_ms(seconds)
            job = self._schedule.add(due_ms, "processed", task_id)
            return {"waits_for": "time", "polls_left": 0, "due_ms": due_ms, "job_order": job.order}
        waits_for = "polls" if plan.after_polls else None if plan.stuck else "release"
        polls = plan.after_polls or 0
        return {"waits_for": waits_for, "polls_left": polls, "due_ms": None, "job_order": 0}

    # --- as values ---

    def is_current(self, job: Job) -> bool:
        """Returns whether a job still has an effect."""
        if job.action == "fast":
            return job.task_id in self._running
        task = self._tasks.get(job.task_id)
        return task is not None and task.job_order == job.order

    def to_saved(self) -> tuple[SavedTask, ...]:
        """Returns every task with its turn and its fast memories, oldest first."""
        self._memories.flush_all()
        return tuple(
            SavedTask(task, self._running.get(task.id), self._memories.fast_ids(task.id))
            for task in self
        )

    def put(self, saved: SavedTask) -> None:
        """Adds a saved task."""
        task_id = saved.task.id
        self._tasks[task_id] = saved.task
        if saved.turn is not None:
            self._running[task_id] = saved.turn
        if saved.fast:
            self._memories.put_fast_ids(task_id, saved.fast)

    def _require(self, task_id: str) -> Task:
        task = self.get(task_id)
        assert task is not None
        return task

    def _update(self, task: Task, **changes: Any) -> Task:
        task = msgspec.structs.replace(task, **changes)
        self._tasks[task.id] = task
        return task

    def fork(self, schedule: Schedule, memories: Memories) -> Self:
        """Returns equal tasks for the parts of a forked world."""
        copy = type(self)(schedule, memories)
        copy._tasks, copy._running = self._tasks.fork(), self._running.fork()
        return copy


def _to_ms(seconds: float) -> int:
    return round(seconds * 1000)


def _new_outcome(task: Task, plan: TaskPlan) -> dict[str, Any]:
    """Returns the outcome of a plan; a plan without one keeps that of the task."""
    if plan.outcome != "completed" or plan.stuck or task.waits_for is None:
        return {"outcome": plan.outcome, "reason": plan.reason}
    return {}
