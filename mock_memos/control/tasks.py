"""The tasks of a world, over HTTP: what each waits for, and how to change when and how it ends."""

from typing import Annotated

import msgspec
from msgspec import Meta

from mock_memos.control.base import ControlRequest, ControlResponse, WorldStore
from mock_memos.core.clock import to_iso
from mock_memos.core.errors import UsageError
from mock_memos.core.records import Task, TaskKind, TaskOutcome, TaskState, TaskStatus, View
from mock_memos.core.request_match import Match
from mock_memos.core.suggestions import did_you_mean
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from mock_memos.simulation.world import World


class RescheduleTasks(ControlRequest):
    """Which tasks, and their new plan, with the keys of a scenario's `task`.

    The tasks are one that was started (`task_id`), all that are running (`running`), or those of
    future requests (`when`, `times`). Without a plan they end immediately.
    """

    task_id: Annotated[str, Meta(description="A task that was started")] = ""
    running: Annotated[bool, Meta(description="All running tasks")] = False
    when: Annotated[Match | None, Meta(description="Future requests; {} matches all")] = None
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Maximum number of future requests")
    ] = None
    task: Annotated[
        TaskPlan | None, Meta(description="Plan as in a scenario; released if absent")
    ] = None


class FutureTaskPlan(ControlRequest, kw_only=True):
    """A plan for the tasks of future requests."""

    when: Annotated[Match, Meta(description="Which requests; all if absent")] = Match()
    task: Annotated[TaskPlan, Meta(description="Plan as in a scenario")]
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="Maximum number of requests; unlimited if absent"),
    ] = None


class ShowTasks(ControlRequest):
    """Which tasks: all, one of them, or those that are running."""

    task_id: Annotated[str, Meta(description="Only this task")] = ""
    running: Annotated[bool, Meta(description="Only the running tasks")] = False
    last: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Only this many of the newest tasks")
    ] = None


class TaskInfo(ControlResponse, frozen=True, omit_defaults=True):
    """A task of a world."""

    id: str = msgspec.field(name="task_id")
    kind: TaskKind
    status: TaskStatus
    state: TaskState
    """What it waits for, as one word; `done` once it has ended."""
    waits_for: str | None
    """What it waits for, in words; null if it is stuck or has ended."""
    created: str
    ended: str | None
    polls: int
    users: tuple[str, ...]
    conversation_id: str
    memory_ids: dict[View, tuple[str, ...]]
    """The memories that it changed, by view."""
    outcome: TaskOutcome = "completed"
    """How it ends, or has ended."""
    reason: str = ""
    """Why it fails."""
    hint: str = ""
    """Why polling it does not help."""


class TaskList(ControlResponse, frozen=True):
    """Tasks of a world, oldest first, and the number of all that were selected."""

    total: int
    tasks: list[TaskInfo]


def show_tasks(worlds: WorldStore, key: str, request: ShowTasks) -> TaskList:
    """Returns all tasks, oldest first, with their states and what they wait for."""
    world = worlds.world(key)
    if request.task_id:
        task = world.tasks.get(request.task_id)
        tasks = [] if task is None else [task]
    else:
        tasks = world.tasks.running() if request.running else list(world.tasks)
    newest = tasks if request.last is None else tasks[max(0, len(tasks) - request.last) :]
    return TaskList(total=len(tasks), tasks=[task_info(world, task) for task in newest])


def reschedule_tasks(worlds: WorldStore, key: str, request: RescheduleTasks) -> TaskList:
    """Reschedules or releases tasks."""
    world = worlds.world(key)
    selectors = {
        "task_id": bool(request.task_id),
        "running": request.running,
        "when": request.when is not None,
    }
    selected = [name for name, is_set in selectors.items() if is_set]
    if len(selected) != 1:
        raise UsageError(
            f"which tasks? Received {' and '.join(selected) or 'no selector'}; "
            "send exactly one of task_id, running and when"
        )
    if request.when is not None:
        plan = request.task or TaskPlan(immediately=True)
        add_plan(world, FutureTaskPlan(when=request.when, task=plan, times=request.times))
        return TaskList(total=0, tasks=[])
    if request.times is not None:
        raise UsageError("times requires when")
    ids = [request.task_id] if request.task_id else [task.id for task in world.tasks.running()]
    tasks = [reschedule(world, task_id, request.task) for task_id in ids]
    return TaskList(total=len(tasks), tasks=[task_info(world, task) for task in tasks])


def reschedule(world: World, task_id: str, plan: TaskPlan | None) -> Task:
    """Changes the plan of a task, or releases it. Raises `UsageError` for an unknown task."""
    if world.tasks.get(task_id) is None:
        suggestion = did_you_mean(task_id, [task.id for task in world.tasks])
        raise UsageError(f"unknown task {task_id!r}{suggestion or ';'} see GET /_mock/tasks")
    if plan is None:
        return world.tasks.release(task_id, world.clock.now)
    return world.tasks.reschedule(task_id, plan, world.clock.now)


def add_plan(world: World, plan: FutureTaskPlan) -> None:
    """Plans the tasks of future requests. The newest plan comes first."""
    world.load_scenario(scenario_for_plans(f"tasks-{len(world.scenarios) + 1}", plan))


def scenario_for_plans(name: str, *plans: FutureTaskPlan) -> Scenario:
    """Returns a scenario that only plans tasks; the first plan that matches applies."""
    rules = [Rule(when=plan.when, then=Then(task=plan.task), times=plan.times) for plan in plans]
    return Scenario(name=name, title="Rescheduled tasks", rules=tuple(rules))


def task_info(world: World, task: Task) -> TaskInfo:
    """Returns a task as the control API shows it."""
    return TaskInfo(
        id=task.id,
        kind=task.kind,
        status=task.status,
        state=task.state,
        waits_for=waiting_for(task),
        created=to_iso(task.created_ms),
        ended=None if task.status == "running" else to_iso(task.ended_ms),
        polls=task.polls,
        users=tuple(scope.id for scope in task.subjects if task.kind != "file"),
        conversation_id=task.conversation_id,
        memory_ids=task.views,
        outcome=task.outcome,
        reason=task.reason,
        hint=stall_reason(task, world.clock.now, world.clock.mode),
    )
