"""The clock of a world, over HTTP."""

from typing import Annotated, Any

from msgspec import Meta

from mock_memos.control.base import Answer, ControlRequest, Nothing, Worlds
from mock_memos.core.clock import Mode, to_iso
from mock_memos.core.errors import UsageError
from mock_memos.simulation.world import World


class MoveClock(ControlRequest):
    """At most one of advance, to and drain; mode, rate and step may stand beside them."""

    advance: Annotated[float | None, Meta(description="Forward by so many seconds")] = None
    to: Annotated[
        int | str | None, Meta(description="Forward to a moment: ISO 8601 or milliseconds")
    ] = None
    drain: Annotated[bool, Meta(description="Forward until no task is pending")] = False
    mode: Annotated[Mode | None, Meta(description="How the clock moves from now on")] = None
    speed: Annotated[float | None, Meta(description="Virtual seconds a second, mode real")] = None
    step_seconds: Annotated[
        float | None, Meta(description="Seconds an API call takes, mode step")
    ] = None


def show_clock(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Where the clock stands and how it moves."""
    return shown(worlds.world(key))


def move_clock(worlds: Worlds, key: str, request: MoveClock) -> Answer:
    """Move the clock, change how it moves, or both. Never backwards."""
    world = worlds.world(key)
    moves = [request.advance is not None, request.to is not None, request.drain]
    if sum(moves) > 1:
        raise UsageError("advance, to and drain exclude each other")
    before = world.run_due_jobs()
    how: Any = {"mode": request.mode, "speed": request.speed, "step_seconds": request.step_seconds}
    world.clock.fork().configure(**how)  # refuses before anything has moved
    if request.advance is not None:
        world.clock.advance(seconds=request.advance)
    elif request.to is not None:
        world.clock.advance_to(request.to)
    elif request.drain:
        world.run_until_idle()
    world.clock.configure(**how)
    world.run_due_jobs()
    return shown(world) | {"passed": (world.clock.now - before) / 1000}


def shown(world: World) -> Answer:
    """The clock as the control API shows it; `pending` counts running tasks."""
    clock = world.clock
    return {
        "now": to_iso(clock.now),
        "milliseconds": clock.now,
        "mode": clock.mode,
        "speed": clock.speed,
        "step_seconds": clock.step_seconds,
        "pending": world.tasks.pending,
    }
