"""The tasks of a world: what each waits for, and how a test reschedules it.

The file of a knowledge base is a task, too, with the id of the file.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from mock_memos.control.tasks import FutureTaskPlan, add_plan, reschedule
from mock_memos.core.conversion import convert
from mock_memos.core.records import Task
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.task_diagnosis import waiting_for
from mock_memos.simulation.world import World


class TasksHandle:
    """Every task of a world: iterate over it, ask for one, send one or all another way."""

    def __init__(self, here: Callable[[], AbstractContextManager[World]]) -> None:
        """`here` opens the world for as long as nothing else may touch it."""
        self._here = here

    def __iter__(self) -> Iterator[Task]:
        """Every task, oldest first, as it stands now."""
        with self._here() as world:
            return iter(list(world.tasks))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, task_id: str) -> Task:
        """One task. Raises `KeyError` for an unknown one."""
        with self._here() as world:
            task = world.tasks.get(task_id)
        if task is None:
            raise KeyError(f"there is no task {task_id!r} in this world")
        return task

    @property
    def running(self) -> list[Task]:
        """The tasks that have not ended, oldest first."""
        with self._here() as world:
            return world.tasks.running()

    def waiting_for(self) -> dict[str, str]:
        """What each running task waits for, by its id, in words."""
        return {task.id: waiting_for(task) or task.state for task in self.running}

    def release(self, task_id: str | None = None) -> list[Task]:
        """Ends one task, or every running one, now. A stuck task is completed."""
        return self._direct(task_id, None)

    def hold(self, task_id: str | None = None) -> list[Task]:
        """Keeps one task, or every running one, running until it is released."""
        return self._direct(task_id, TaskPlan(hold=True))

    def fail(
        self, task_id: str | None = None, reason: str = "", *, partial: bool = False
    ) -> list[Task]:
        """Fails one task, or every running one, now; `partial` keeps half of its memories."""
        outcome = {"partial_failure" if partial else "failed": reason or True}
        return self.reschedule(task_id, immediately=True, **outcome)

    def reschedule(self, task_id: str | None = None, **plan: Any) -> list[Task]:
        """Changes when or how one task, or every running one, ends.

        Takes the keys of a `TaskPlan`: `reschedule(id, after_polls=3, failed=True)`. Options that
        are not given stay unchanged. Raises `UsageError` for an unknown task or an invalid plan.
        """
        return self._direct(task_id, convert(plan, TaskPlan))

    def plan_for(self, times: int | None = None, *, task: dict[str, Any], **match: Any) -> None:
        """Sets the plan for the tasks of future requests. The newest rule wins.

        `match` has the keys of `Match`, `task` those of `TaskPlan`:
        `tasks.plan_for(text="invoice", task={"hold": True})`.
        """
        coming = convert({"when": match, "task": task, "times": times}, FutureTaskPlan)
        with self._here() as world:
            add_plan(world, coming)

    def _direct(self, task_id: str | None, course: TaskPlan | None) -> list[Task]:
        with self._here() as world:
            ids = [task.id for task in world.tasks.running()] if task_id is None else [task_id]
            return [reschedule(world, one, course) for one in ids]
