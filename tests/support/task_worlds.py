"""Worlds with tasks of one user, for tests of the simulation."""

from typing import Any

from mock_memos.core.records import Draft, Message, Scope, Task, Turn
from mock_memos.core.settings import Settings
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.world import World

ANA = Scope("user", "ana")
DAY = 86_400


def new_world(**settings: Any) -> World:
    return World(Settings(**{"clock": "manual"} | settings))


def fact(value: str) -> Draft:
    return Draft(view="detail_factual", key=value, value=value)


def turn(world: World, *facts: str, **fields: Any) -> Turn:
    """Returns a turn with one message and these facts."""
    message = Message(
        id=world.ids.next("message"), role="user", text="Hello.", content="Hello.",
        time=world.clock.now, conversation_id="c",
    )  # fmt: skip
    return Turn(
        task_id=world.ids.next("task"), subjects=(ANA,), messages=(message,),
        drafts=tuple(fact(item) for item in facts or ("Ana likes tea.",)), **fields,
    )  # fmt: skip


def submit(world: World, *facts: str, synchronous: bool = False, **plan: Any) -> Task:
    return world.submit(
        turn(world, *facts), delay_seconds=3, plan=TaskPlan(**plan), synchronous=synchronous
    )


def values(world: World) -> list[str]:
    """Returns the values of the memories of Ana; `raw` for a fast memory."""
    return ["raw" if memory.tags else memory.value for memory in world.memories.of(ANA)]


def values_after(world: World, seconds: float) -> list[str]:
    world.clock.advance(seconds)
    world.run_due_jobs()
    return values(world)


def current(world: World, task: Task) -> Task:
    task_now = world.tasks.get(task.id)
    assert task_now is not None
    return task_now


def poll_status(world: World, task: Task) -> str:
    answer = world.poll(task.id)
    return answer.status if answer else "unknown"
