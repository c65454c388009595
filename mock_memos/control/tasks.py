"""The tasks of a world, over HTTP: what each waits for, and how to send it another way."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.control.base import Answer, ControlRequest, Nothing, Worlds
from mock_memos.core.clock import to_iso
from mock_memos.core.errors import UsageError
from mock_memos.core.records import Task
from mock_memos.core.request_match import Match
from mock_memos.core.suggestions import did_you_mean
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Rule, Then
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from mock_memos.simulation.world import World


class DirectTasks(ControlRequest):
    """Which tasks, and their way and end: those of a scenario's `task`.

    Either a task that is running (`task_id`), or all that are (`running`), or tasks of coming
    requests (`when`, `times`). Without `task` they get to their end at once.
    """

    task_id: Annotated[str, Meta(description="A task that was started")] = ""
    running: Annotated[bool, Meta(description="Every task that is running")] = False
    when: Annotated[Match | None, Meta(description="Coming requests; {} stands for all")] = None
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="How many coming requests")
    ] = None
    task: Annotated[
        TaskPlan | None, Meta(description="Way and end, as in a scenario; released when absent")
    ] = None


class ComingTasks(ControlRequest, kw_only=True):
    """The tasks of coming requests, and their way and end."""

    when: Annotated[Match, Meta(description="Which requests; all when absent")] = Match()
    task: Annotated[TaskPlan, Meta(description="Way and end, as in a scenario")]
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="How many requests; without an end when absent"),
    ] = None


def show_tasks(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Every task, oldest first, with what it waits for."""
    world = worlds.world(key)
    return {"tasks": [shown(world, task) for task in world.tasks]}


def direct_tasks(worlds: Worlds, key: str, request: DirectTasks) -> Answer:
    """Send tasks another way, or release them."""
    world = worlds.world(key)
    chosen = [bool(request.task_id), request.running, request.when is not None]
    if sum(chosen) != 1:
        raise UsageError("name task_id, or running, or when")
    if request.when is not None:
        course = request.task or TaskPlan(immediately=True)
        direct_coming(world, ComingTasks(when=request.when, task=course, times=request.times))
        return {"tasks": []}
    if request.times is not None:
        raise UsageError("times belongs to when")
    ids = [request.task_id] if request.task_id else [task.id for task in world.tasks.running()]
    return {"tasks": [shown(world, direct(world, task_id, request.task)) for task_id in ids]}


def direct(world: World, task_id: str, course: TaskPlan | None) -> Task:
    """Send one task another way, or release it. Raises `UsageError` for an unknown one."""
    if world.tasks.get(task_id) is None:
        known = [task.id for task in world.tasks]
        raise UsageError(f"there is no task {task_id!r} here{did_you_mean(task_id, known)}")
    if course is None:
        return world.tasks.release(task_id, world.clock.now)
    return world.tasks.reschedule(task_id, course, world.clock.now)


def direct_coming(world: World, coming: ComingTasks) -> None:
    """Send the tasks of coming requests another way: the newest rule wins."""
    world.load_scenario(sending(f"tasks-{len(world.scenarios) + 1}", coming))


def sending(name: str, *coming: ComingTasks) -> Scenario:
    """A scenario that sends tasks another way and does nothing else: the first that fits counts."""
    scripts = [Rule(when=one.when, then=Then(task=one.task), times=one.times) for one in coming]
    return Scenario(name=name, title="Tasks sent another way", rules=tuple(scripts))


def shown(world: World, task: Task) -> Answer:
    """A task as the control API shows it."""
    shown: dict[str, Any] = {
        "task_id": task.id,
        "kind": task.kind,
        "status": task.status,
        "created": to_iso(task.created),
        "ended": None if task.status == "running" else to_iso(task.ended),
        "waits_for": waiting_for(task),
        "polls": task.polls,
        "users": [scope.id for scope in task.subjects if task.kind != "file"],
        "conversation_id": task.conversation_id,
        "memory_ids": msgspec.to_builtins(task.views),
    }
    if task.outcome != "completed":
        shown["end"] = task.outcome
    if task.reason:
        shown["reason"] = task.reason
    if hint := stall_reason(task, world.clock.now, world.clock.mode):
        shown["hint"] = hint
    return shown
