"""The clock of a world, over HTTP."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.control.base import ControlRequest, ControlResponse, EmptyRequest, WorldStore
from mock_memos.core.clock import Mode, to_iso
from mock_memos.core.errors import UsageError
from mock_memos.simulation.world import World


class MoveClock(ControlRequest):
    """At most one of advance, advance_to and run_until_idle; the other fields change the mode."""

    advance: Annotated[float | None, Meta(description="Seconds to move the clock forward")] = None
    advance_to: Annotated[
        int | str | None, Meta(description="Time to move forward to: ISO 8601 or milliseconds")
    ] = None
    run_until_idle: Annotated[
        bool, Meta(description="Move forward to the end of the last timed task")
    ] = False
    mode: Annotated[Mode | None, Meta(description="How the clock moves from now on")] = None
    speed: Annotated[
        float | None, Meta(description="Virtual seconds per real second, in mode real")
    ] = None
    step_seconds: Annotated[
        float | None, Meta(description="Virtual seconds per API call, in mode step")
    ] = None


class ClockState(ControlResponse, frozen=True):
    """The clock of a world."""

    now: str
    now_ms: int
    mode: Mode
    speed: float
    step_seconds: float
    running_tasks: int


class MovedClock(ClockState, frozen=True):
    """The clock of a world after a request that moved it."""

    passed_seconds: float


def show_clock(worlds: WorldStore, key: str, request: EmptyRequest) -> ClockState:
    """Returns the time and the mode of the clock."""
    return clock_state(worlds.world(key))


def move_clock(worlds: WorldStore, key: str, request: MoveClock) -> MovedClock:
    """Moves the clock forward, changes its mode, or both."""
    world = worlds.world(key)
    moves = [request.advance is not None, request.advance_to is not None, request.run_until_idle]
    if sum(moves) > 1:
        raise UsageError("advance, advance_to and run_until_idle cannot be combined")
    start = world.run_due_jobs()
    changes: Any = {
        "mode": request.mode, "speed": request.speed, "step_seconds": request.step_seconds,
    }  # fmt: skip
    world.clock.fork().configure(**changes)  # raises for invalid changes before the clock moves
    if request.advance is not None:
        world.clock.advance(seconds=request.advance)
    elif request.advance_to is not None:
        world.clock.advance_to(request.advance_to)
    elif request.run_until_idle:
        world.run_until_idle()
    world.clock.configure(**changes)
    world.run_due_jobs()
    state = msgspec.structs.asdict(clock_state(world))
    return MovedClock(**state, passed_seconds=(state["now_ms"] - start) / 1000)


def clock_state(world: World) -> ClockState:
    """Returns the clock as the control API shows it."""
    clock = world.clock
    now = clock.now
    return ClockState(
        now=to_iso(now),
        now_ms=now,
        mode=clock.mode,
        speed=clock.speed,
        step_seconds=clock.step_seconds,
        running_tasks=world.tasks.pending,
    )
