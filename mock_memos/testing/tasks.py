"""The tasks of a world: what each waits for, and how a test reschedules it.

The file of a knowledge base is a task too; its id is the id of the file.
"""

from collections.abc import Iterator
from typing import Any

from mock_memos.control.tasks import (
    FutureTaskPlan,
    RescheduleTasks,
    ShowTasks,
    TaskInfo,
    reschedule_tasks,
    show_tasks,
)
from mock_memos.core.conversion import convert
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.testing.backend import Backend


class TasksHandle:
    """All tasks of one world: iterate, look one up by its id, change when and how it ends."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __iter__(self) -> Iterator[TaskInfo]:
        """Iterates over every task, oldest first, in its current state."""
        return iter(self._show())

    def __len__(self) -> int:
        return self._backend.call(show_tasks, ShowTasks(last=0)).total

    def __getitem__(self, task_id: str) -> TaskInfo:
        """Returns one task. Raises `KeyError` for an unknown id."""
        for task in self._show(task_id=task_id):
            return task
        raise KeyError(f"unknown task {task_id!r}")

    @property
    def running(self) -> list[TaskInfo]:
        """The tasks that have not ended, oldest first."""
        return self._show(running=True)

    def waiting_for(self) -> dict[str, str]:
        """Maps the id of each running task to what it waits for, or to `stuck`."""
        return {task.id: task.waits_for or task.state for task in self.running}

    def release(self, task_id: str | None = None) -> list[TaskInfo]:
        """Ends one task, or every running one, now. A stuck task is completed."""
        return self._reschedule(task_id, None)

    def hold(self, task_id: str | None = None) -> list[TaskInfo]:
        """Keeps one task, or every running one, running until it is released."""
        return self._reschedule(task_id, TaskPlan(hold=True))

    def fail(
        self, task_id: str | None = None, reason: str = "", *, partial: bool = False
    ) -> list[TaskInfo]:
        """Fails one task, or every running one, now; `partial` keeps half of its memories."""
        outcome: dict[str, Any] = {"partial_failure" if partial else "failed": reason or True}
        return self.reschedule(task_id, immediately=True, **outcome)

    def reschedule(
        self, task_id: str | None = None, plan: TaskPlan | None = None, **keys: Any
    ) -> list[TaskInfo]:
        """Changes when or how one task, or every running one, ends.

        Takes a `TaskPlan` or its keys: `reschedule(id, after_polls=3, failed=True)`. Options that
        are not given stay unchanged. Raises `UsageError` for an unknown task or an invalid plan.
        """
        return self._reschedule(task_id, plan or convert(keys, TaskPlan))

    def plan_for(
        self, times: int | None = None, *, task: TaskPlan | dict[str, Any], **match: Any
    ) -> None:
        """Sets the plan for the tasks of future requests. The newest rule wins.

        `match` has the keys of `Match`, `task` is a `TaskPlan` or its keys:
        `tasks.plan_for(text="invoice", task={"hold": True})`.
        """
        plan = convert({"when": match, "task": task, "times": times}, FutureTaskPlan)
        request = RescheduleTasks(when=plan.when, task=plan.task, times=plan.times)
        self._backend.call(reschedule_tasks, request)

    def _reschedule(self, task_id: str | None, plan: TaskPlan | None) -> list[TaskInfo]:
        request = RescheduleTasks(task_id=task_id or "", running=task_id is None, task=plan)
        return self._backend.call(reschedule_tasks, request).tasks

    def _show(self, *, task_id: str = "", running: bool = False) -> list[TaskInfo]:
        request = ShowTasks(task_id=task_id, running=running)
        return self._backend.call(show_tasks, request).tasks
