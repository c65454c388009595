"""A world's own time: one small value that the test holds in its hand.

Virtual time is counted in whole milliseconds since the epoch. It moves in one of three ways:

* `manual`: only when somebody calls `advance`, `advance_to` or `set`;
* `step`: by a fixed step at each API call, before the call is handled, and as in `manual`;
* `real`: with the wall clock times `speed`, and as in `manual`.

Time never goes backwards. Nothing happens *while* time moves: whoever looks at the world next
finds everything done that was due, each thing at its own moment. That is why two small moves and
one large move cannot differ.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Self, get_args

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values

Mode = Literal["manual", "step", "real"]
Moment = int | str | datetime
"""Milliseconds since the epoch, an ISO 8601 text (UTC unless it says otherwise), or a datetime."""

DEFAULT_START: Final = 1765357200000
"""2025-12-10 09:00:00 UTC: where the clock of a test stands unless told otherwise."""

MIN_STEP: Final = 0.001
MAX_STEP: Final = 1e9
"""Bounds of step_seconds and speed. A step below a millisecond would not move the clock at all."""

_EARLIEST: Final = -62135596800000
_LATEST: Final = 253402300799999
"""The years 1 to 9999, which every date format can show."""


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """Virtual time. Not safe for threads by itself; the engine's lock guards it."""

    __slots__ = ("_ahead", "_mode", "_now", "_speed", "_step_seconds", "_wall")

    def __init__(
        self,
        mode: Mode = "step",
        *,
        start_time: Moment | None = None,
        step_seconds: float = 1.0,
        speed: float = 1.0,
        wall: Callable[[], int] = _wall_clock,
    ) -> None:
        """`step_seconds` is in seconds; `speed` in virtual seconds for each real one.

        `real` starts now, the other modes at `DEFAULT_START`, unless `start_time` says otherwise.
        `wall` gives the wall clock in milliseconds.
        """
        self._wall = wall
        self._mode: Mode = _known(mode)
        self._step_seconds = _within("step_seconds", step_seconds)
        self._speed = _within("speed", speed)
        if start_time is None:
            start_time = wall() if mode == "real" else DEFAULT_START
        self._now = to_milliseconds(start_time)
        self._ahead = self._now - self._elapsed()

    @property
    def now(self) -> int:
        """The present virtual moment, in milliseconds since the epoch."""
        if self._mode == "real":
            moment = self._ahead + self._elapsed()
            if moment < self._now:
                # A wall clock that is set back must not take us along: we stay where we are.
                self._ahead += self._now - moment
            else:
                self._now = min(_LATEST, moment)
        return self._now

    @property
    def datetime(self) -> datetime:
        """The present virtual moment as an aware datetime in UTC."""
        return to_datetime(self.now)

    @property
    def mode(self) -> Mode:
        """`manual`, `step` or `real`."""
        return self._mode

    @property
    def speed(self) -> float:
        """Virtual seconds for each real second; has an effect in mode `real` alone."""
        return self._speed

    @property
    def step_seconds(self) -> float:
        """Seconds that one API call takes in mode `step`."""
        return self._step_seconds

    def begin_call(self) -> int:
        """One API call begins: move by the step if the mode says so. Gives the present moment."""
        if self._mode == "step":
            self._now = min(_LATEST, self._now + round(self._step_seconds * 1000))
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
        """Move forward by a span; a bare number counts seconds. Gives the new moment.

        What is left of a millisecond does not count. Raises `UsageError` when the span is
        negative or no finite number.
        """
        try:
            span = timedelta(
                milliseconds=milliseconds, seconds=seconds, minutes=minutes, hours=hours, days=days
            ) + (by if isinstance(by, timedelta) else timedelta(seconds=by))
        except (OverflowError, ValueError) as problem:
            raise UsageError(f"the clock cannot advance by this span: {problem}") from None
        now = self.now
        return self._move(now, now + span // timedelta(milliseconds=1))

    def advance_to(self, moment: Moment) -> int:
        """Move forward to a moment. Raises `UsageError` when it lies in the past."""
        return self._move(self.now, to_milliseconds(moment))

    def configure(
        self,
        moment: Moment | None = None,
        *,
        mode: Mode | None = None,
        speed: float | None = None,
        step_seconds: float | None = None,
    ) -> int:
        """Change how the clock moves, where it stands, or both. Gives the present moment."""
        now = self.now  # settles the time that passed under the old mode and rate
        new_mode = self._mode if mode is None else _known(mode)
        new_rate = self._speed if speed is None else _within("speed", speed)
        new_step = (
            self._step_seconds if step_seconds is None else _within("step_seconds", step_seconds)
        )
        if moment is not None:
            now = self._move(now, to_milliseconds(moment))
        self._mode, self._speed, self._step_seconds = new_mode, new_rate, new_step
        self._ahead = now - self._elapsed()
        return now

    def fork(self) -> Self:
        """An equal clock that moves on its own from here."""
        self.now  # noqa: B018  settles real time
        twin = object.__new__(type(self))
        for name in Clock.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def _elapsed(self) -> int:
        """The wall clock at our rate. Never added up in parts, so that no rounding adds up."""
        return round(self._wall() * self._speed) if self._mode == "real" else 0

    def _move(self, now: int, to: int) -> int:
        if to < now:
            raise UsageError(
                f"the clock cannot go backwards: it stands at {to_iso(now)}, "
                f"{(now - to) / 1000:.15g} s after what is asked for"
            )
        if to > _LATEST:
            raise UsageError(f"the clock cannot pass the year 9999: {to} ms since the epoch")
        self._ahead += to - now
        self._now = to
        return to


def to_milliseconds(moment: Moment) -> int:
    """A moment as milliseconds since the epoch. Raises `UsageError` for what is no moment."""
    count = _count(moment)
    if not _EARLIEST <= count <= _LATEST:
        raise UsageError(f"{moment!r} is no moment of the years 1 to 9999")
    return count


def _count(moment: Moment) -> int:
    if isinstance(moment, str):
        if re.fullmatch(r"\s*[0-9]{11,13}\s*", moment):
            return int(moment)
        try:
            moment = datetime.fromisoformat(moment.strip())
        except ValueError:
            raise UsageError(
                f"{moment!r} is no moment; write ISO 8601, for example 2025-12-10T09:44:35.901Z"
            ) from None
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise UsageError(
            f"{moment!r} is no moment; "
            "it is whole milliseconds since the epoch, an ISO 8601 text or a datetime"
        )
    return moment


def to_datetime(moment: int) -> datetime:
    """Milliseconds since the epoch as an aware datetime in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)


def to_iso(moment: int) -> str:
    """Milliseconds since the epoch as `2025-12-10T09:44:35.901Z`."""
    return to_datetime(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _known(mode: Mode) -> Mode:
    if mode not in get_args(Mode):
        raise UsageError(f"there is no clock mode {mode!r}{known_values(mode, get_args(Mode))}")
    return mode


def _within(name: str, value: float) -> float:
    if not MIN_STEP <= value <= MAX_STEP:
        raise UsageError(f"the clock's {name} is from {MIN_STEP:g} to {MAX_STEP:g}, not {value!r}")
    return value
