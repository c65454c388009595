"""The virtual clock of a world, in whole milliseconds since the epoch.

Modes:

* `manual`: moves only by `advance`, `advance_to` and `configure`;
* `step`: also moves by a fixed step at each API call, before the call is handled;
* `real`: also moves with the wall clock, multiplied by `speed`.

Time never goes backwards. Moving the clock runs nothing. The next access to the world runs all due
jobs in order, each with its own timestamp, so two small moves equal one large move.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, Self, get_args

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values

Mode = Literal["manual", "step", "real"]
Moment = int | str | datetime
"""Milliseconds since the epoch, an ISO 8601 string (default zone: UTC), or a datetime."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DEFAULT_START: Final = 1765357200000
"""2025-12-10 09:00:00 UTC: the default start time of the modes manual and step."""

MIN_STEP: Final = 0.001
MAX_STEP: Final = 1e9
"""Bounds of step_seconds and speed. A step below 1 ms would not move the clock."""

_MIN_TIME: Final = -62135596800000
_MAX_TIME: Final = 253402300799999
"""The years 1 to 9999, which every date format can represent."""


def _read_wall_clock() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """Virtual time. Not thread-safe; the engine's lock guards it.

    `speed` (virtual seconds per real second) is only used in mode `real`, `step_seconds` only in
    mode `step`. Change them by `configure`.
    """

    __slots__ = ("_now", "_offset", "_read_wall_clock", "mode", "speed", "step_seconds")

    def __init__(
        self,
        mode: Mode = "step",
        *,
        start_time: Moment | None = None,
        step_seconds: float = 1.0,
        speed: float = 1.0,
        wall_clock: Callable[[], int] = _read_wall_clock,
    ) -> None:
        """Creates a clock. `speed` is in virtual seconds per real second.

        Default `start_time`: now in mode `real`, else `DEFAULT_START`. `wall_clock` returns
        milliseconds since the epoch.
        """
        self._read_wall_clock = wall_clock
        self.mode: Mode = _checked_mode(mode)
        self.step_seconds = _checked_factor("step_seconds", step_seconds)
        self.speed = _checked_factor("speed", speed)
        if start_time is None:
            start_time = wall_clock() if mode == "real" else DEFAULT_START
        self._now = to_milliseconds(start_time)
        self._offset = self._now - self._elapsed()

    @property
    def now(self) -> int:
        """The current virtual time in milliseconds since the epoch."""
        if self.mode == "real":
            now = self._offset + self._elapsed()
            if now < self._now:  # the wall clock was set back: keep the time
                self._offset += self._now - now
            else:
                self._now = min(_MAX_TIME, now)
        return self._now

    @property
    def datetime(self) -> datetime:
        """The current virtual time as an aware datetime in UTC."""
        return to_datetime(self.now)

    def begin_call(self) -> int:
        """Moves the clock by one step in mode `step`. Returns the current time."""
        if self.mode == "step":
            self._now = min(_MAX_TIME, self._now + round(self.step_seconds * 1000))
        return self.now

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
        """Moves the clock forward. `by` is in seconds. Returns the new time in milliseconds.

        Rounds down to whole milliseconds. Raises UsageError for a negative or infinite duration.
        """
        span_ms = to_span_ms(
            by, milliseconds=milliseconds, seconds=seconds, minutes=minutes, hours=hours, days=days
        )
        now = self.now
        return self._move(now, now + span_ms)

    def advance_to(self, moment: Moment) -> int:
        """Moves the clock forward to a time. Raises UsageError if it is in the past."""
        return self._move(self.now, to_milliseconds(moment))

    def configure(
        self,
        moment: Moment | None = None,
        *,
        mode: Mode | None = None,
        speed: float | None = None,
        step_seconds: float | None = None,
    ) -> int:
        """Changes the mode, the speed, the step, the time, or several. Returns the current time."""
        now = self.now  # includes the time that passed in the old mode
        new_mode = self.mode if mode is None else _checked_mode(mode)
        new_rate = self.speed if speed is None else _checked_factor("speed", speed)
        new_step = (
            self.step_seconds
            if step_seconds is None
            else _checked_factor("step_seconds", step_seconds)
        )
        if moment is not None:
            now = self._move(now, to_milliseconds(moment))
        self.mode, self.speed, self.step_seconds = new_mode, new_rate, new_step
        self._offset = now - self._elapsed()
        return now

    def fork(self) -> Self:
        """Returns a copy that moves independently."""
        self.now  # noqa: B018  includes the real time that passed
        fork = object.__new__(type(self))
        for name in Clock.__slots__:
            setattr(fork, name, getattr(self, name))
        return fork

    def _elapsed(self) -> int:
        """Returns the wall clock times the speed in ms; never sums parts: no rounding errors."""
        return round(self._read_wall_clock() * self.speed) if self.mode == "real" else 0

    def _move(self, now: int, to: int) -> int:
        if to < now:
            raise UsageError(
                f"the clock cannot go backwards: it is {to_iso(now)}, "
                f"{(now - to) / 1000:.15g} s after the requested time"
            )
        if to > _MAX_TIME:
            raise UsageError(f"the clock cannot pass the year 9999: {to} ms since the epoch")
        self._offset += to - now
        self._now = to
        return to


def to_span_ms(by: timedelta | float = 0, **units: float) -> int:
    """Returns a span in whole milliseconds; a plain number counts seconds.

    Raises `UsageError` for a span that is not a finite number.
    """
    try:
        span = timedelta(**units) + (by if isinstance(by, timedelta) else timedelta(seconds=by))
    except (OverflowError, ValueError) as problem:
        raise UsageError(f"the clock cannot advance by this duration: {problem}") from None
    return span // timedelta(milliseconds=1)


def to_milliseconds(moment: Moment) -> int:
    """Returns a time as milliseconds since the epoch. Raises UsageError if it is invalid."""
    time_ms = _parse_moment(moment)
    if not _MIN_TIME <= time_ms <= _MAX_TIME:
        raise UsageError(f"invalid time {moment!r}; expected the years 1 to 9999")
    return time_ms


def _parse_moment(moment: Moment) -> int:
    if isinstance(moment, str):
        if re.fullmatch(r"\s*[0-9]{11,13}\s*", moment):
            return int(moment)
        try:
            moment = datetime.fromisoformat(moment.strip())
        except ValueError:
            raise UsageError(
                f"invalid time {moment!r}; expected ISO 8601, such as 2025-12-10T09:44:35.901Z"
            ) from None
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise UsageError(
            f"invalid time {moment!r}; "
            "expected milliseconds since the epoch, an ISO 8601 string or a datetime"
        )
    return moment


def moment_error(moment: Any) -> str | None:
    """Returns what is wrong with a time, or None."""
    try:
        to_milliseconds(moment)
    except UsageError as error:
        return str(error)
    return None


def to_datetime(moment: int) -> datetime:
    """Returns milliseconds since the epoch as an aware datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=moment)


def to_iso(moment: int) -> str:
    """Returns milliseconds since the epoch as `2025-12-10T09:44:35.901Z`."""
    return to_datetime(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _checked_mode(mode: Mode) -> Mode:
    if mode not in get_args(Mode):
        raise UsageError(f"unknown clock mode {mode!r}{known_values(mode, get_args(Mode))}")
    return mode


def _checked_factor(name: str, value: float) -> float:
    if not MIN_STEP <= value <= MAX_STEP:
        raise UsageError(f"{name} of the clock is {value!r}; expected {MIN_STEP:g} to {MAX_STEP:g}")
    return value
