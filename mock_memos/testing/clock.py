"""The clock of a world, as a test reads and moves it."""

from datetime import datetime, timedelta

from mock_memos.control.base import EmptyRequest
from mock_memos.control.clock import ClockState, MoveClock, move_clock, show_clock
from mock_memos.core.clock import Mode, Moment, to_datetime, to_milliseconds, to_span_ms
from mock_memos.testing.backend import Backend


class ClockHandle:
    """Reads and moves the clock of one world. Safe to use while the application makes calls."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def _show(self) -> ClockState:
        return self._backend.call(show_clock, EmptyRequest())

    @property
    def now(self) -> int:
        """The current virtual time in milliseconds since the epoch."""
        return self._show().now_ms

    @property
    def datetime(self) -> datetime:
        """The current virtual time as an aware datetime in UTC."""
        return to_datetime(self.now)

    @property
    def mode(self) -> Mode:
        """`manual`, `step` or `real`."""
        return self._show().mode

    @property
    def speed(self) -> float:
        """Virtual seconds per real second in mode `real`."""
        return self._show().speed

    @property
    def step_seconds(self) -> float:
        """Virtual seconds per API call in mode `step`."""
        return self._show().step_seconds

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
        """Moves the clock forward by a span; a plain number counts seconds. Returns the new time.

        Fractions of a millisecond are dropped. Raises `UsageError` if the span is negative.
        """
        by_ms = to_span_ms(
            by, milliseconds=milliseconds, seconds=seconds, minutes=minutes, hours=hours, days=days
        )
        return self._move(MoveClock(advance=by_ms / 1000))

    def advance_to(self, moment: Moment) -> int:
        """Moves the clock forward to a moment. Raises `UsageError` if it is in the past."""
        return self.configure(moment)

    def configure(
        self,
        moment: Moment | None = None,
        *,
        mode: Mode | None = None,
        speed: float | None = None,
        step_seconds: float | None = None,
    ) -> int:
        """Changes the time (never backwards), how the clock moves, or both. Returns the time."""
        to = None if moment is None else to_milliseconds(moment)
        return self._move(
            MoveClock(advance_to=to, mode=mode, speed=speed, step_seconds=step_seconds)
        )

    def _move(self, request: MoveClock) -> int:
        return self._backend.call(move_clock, request).now_ms
