"""The clock in a test's hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from mock_memos.core.clock import Mode, Moment
from mock_memos.simulation.world import World


class ClockHandle:
    """The clock of a double's world, safe to use while the application's threads call it."""

    def __init__(self, here: Callable[[], AbstractContextManager[World]]) -> None:
        """`here` opens the world for as long as nothing else may touch it."""
        self._here = here

    @property
    def now(self) -> int:
        """The present virtual moment, in milliseconds since the epoch."""
        with self._here() as world:
            return world.clock.now

    @property
    def datetime(self) -> datetime:
        """The present virtual moment as an aware datetime in UTC."""
        with self._here() as world:
            return world.clock.datetime

    @property
    def mode(self) -> Mode:
        """`manual`, `step` or `real`."""
        with self._here() as world:
            return world.clock.mode

    @property
    def speed(self) -> float:
        """Virtual seconds for each real one, in mode `real`."""
        with self._here() as world:
            return world.clock.speed

    @property
    def step_seconds(self) -> float:
        """Seconds that a call takes, in mode `step`."""
        with self._here() as world:
            return world.clock.step_seconds

    def advance(
        self,
        by: timedelta | float = 0,
        *,
        milliseconds: float = 0,
        seconds: float = 0,
        minutes: float = 0,
        hours: float = 0,
        days: float = 0,
    ) -> int:
        """Move forward by a span (a bare number counts seconds). Gives the new moment.

        Raises `UsageError` when the span is negative.
        """
        with self._here() as world:
            world.clock.advance(
                by, milliseconds=milliseconds, seconds=seconds, minutes=minutes, hours=hours,
                days=days,
            )  # fmt: skip
            return world.run_due_jobs()

    def advance_to(self, moment: Moment) -> int:
        """Move forward to a moment. Raises `UsageError` when it lies in the past."""
        return self.configure(moment)

    def configure(
        self,
        moment: Moment | None = None,
        *,
        mode: Mode | None = None,
        speed: float | None = None,
        step_seconds: float | None = None,
    ) -> int:
        """Change where the clock stands (never backwards), how it moves, or both."""
        with self._here() as world:
            world.clock.configure(moment, mode=mode, speed=speed, step_seconds=step_seconds)
            return world.run_due_jobs()
