"""The tasks in a test's hand: what each waits for, and how to send it another way.

The file of a knowledge base is a task, too, whose id is the file's.

A way is said in the words of scenarios: `after` (seconds), `polls`, `at_once`, `held`. An end
likewise: `failed`, `late_failure` (both may be a text that says why), `stuck`, `vanished`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from mock_memos.control.tasks import ComingTasks, direct, direct_coming
from mock_memos.core.conversion import convert
from mock_memos.core.records import Task
from mock_memos.scenario.language.task_plan import Course
from mock_memos.simulation.task_diagnosis import waiting
from mock_memos.simulation.world import World


class TaskFace:
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

    def waiting(self) -> dict[str, str]:
        """What each running task waits for, by its id, in words."""
        return {task.id: waiting(task) for task in self.running}

    def release(self, task_id: str | None = None) -> list[Task]:
        """Let one task, or every running one, get to its end now; a stuck one is completed."""
        return self._direct(task_id, None)

    def hold(self, task_id: str | None = None) -> list[Task]:
        """Keep one task, or every running one, from ending until somebody releases it."""
        return self._direct(task_id, Course(held=True))

    def fail(
        self, task_id: str | None = None, reason: str = "", *, late: bool = False
    ) -> list[Task]:
        """Let one task, or every running one, fail now; a late failure leaves partial results."""
        why = reason or True
        course = (
            Course(at_once=True, late_failure=why) if late else Course(at_once=True, failed=why)
        )
        return self._direct(task_id, course)

    def send(self, task_id: str | None = None, **course: Any) -> list[Task]:
        """Send one task, or every running one, another way: `send(id, polls=3, failed=True)`.

        What is not said stays: a task that is to fail still does, unless it is sent elsewhere.
        Raises `UsageError` for an unknown task, and for a course that contradicts itself.
        """
        return self._direct(task_id, convert(course, Course))

    def when(self, times: int | None = None, *, task: dict[str, Any], **match: Any) -> None:
        """Send the tasks of coming requests another way.

        `match` is written as in a scenario's `when` (text, user_id, operation …), `task` as its
        `task`: `tasks.when(text="invoice", task={"held": True})`. The newest rule wins.
        """
        coming = convert({"when": match, "task": task, "times": times}, ComingTasks)
        with self._here() as world:
            direct_coming(world, coming)

    def _direct(self, task_id: str | None, course: Course | None) -> list[Task]:
        with self._here() as world:
            ids = [task.id for task in world.tasks.running()] if task_id is None else [task_id]
            return [direct(world, one, course) for one in ids]
