"""Virtual time: how it moves, what moves it, and what it refuses."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.clock import DEFAULT_START, Clock, Mode, to_datetime, to_iso, to_milliseconds
from mock_memos.core.errors import UsageError

LAST = "9999-12-31T23:59:59.999Z"
ms = st.integers(0, 10**10)


class Wall:
    """A wall clock that the test sets."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def manual(start: int | str = 0) -> Clock:
    return Clock("manual", start_time=start)


def real(wall: Wall, speed: float = 1.0) -> Clock:
    return Clock("real", start_time=0, speed=speed, wall_clock=wall)


# --- moving ---


def test_manual_clock_moves_only_by_hand() -> None:
    clock = manual()
    times = [clock.begin_call(), clock.now, clock.advance(seconds=1.5), clock.begin_call()]
    assert times == [0, 0, 1500, 1500]


def test_step_clock_moves_at_each_call_only() -> None:
    clock = Clock("step", start_time=0, step_seconds=0.25)
    assert [clock.now, clock.begin_call(), clock.now, clock.begin_call()] == [0, 250, 250, 500]


def test_real_clock_follows_the_wall_clock_at_its_speed() -> None:
    wall = Wall()
    clock = real(wall, speed=60)
    wall.now += 1000
    assert (clock.now, clock.begin_call()) == (60_000, 60_000)


def test_clocks_start_at_a_fixed_time_and_real_ones_now() -> None:
    assert Clock("manual").now == Clock("step").now == DEFAULT_START
    assert to_iso(DEFAULT_START) == "2025-12-10T09:00:00.000Z"
    assert Clock("real", wall_clock=Wall(7)).now == 7


def test_wall_clock_is_the_clock_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_765_357_200_000_999_999)
    assert Clock("real").datetime == datetime(2025, 12, 10, 9, tzinfo=UTC)


@given(ms, ms)
def test_two_moves_equal_one_move(a: int, b: int) -> None:
    clock, other = manual(), manual()
    clock.advance(milliseconds=a)
    assert clock.advance(milliseconds=b) == other.advance(milliseconds=a + b)


@pytest.mark.parametrize(
    ("duration", "units", "expected"),
    [
        ((5,), {}, 5000),
        ((timedelta(minutes=1),), {"seconds": 1}, 61_000),
        ((0.3,), {"milliseconds": 0.9}, 300),
        ((), {"milliseconds": 1, "seconds": 1, "minutes": 1, "hours": 1, "days": 1}, 90_061_001),
        ((), {}, 0),
    ],
)
def test_advance_accepts_every_unit(
    duration: tuple[Any, ...], units: dict[str, float], expected: int
) -> None:
    assert manual().advance(*duration, **units) == expected


def test_advance_to_and_configure_accept_any_moment() -> None:
    clock = manual()
    assert clock.advance_to("1970-01-01T00:00:01Z") == 1000
    assert clock.configure(datetime(1970, 1, 1, 0, 0, 2)) == clock.now == 2000  # noqa: DTZ001


# --- refusing ---


@pytest.mark.parametrize("mode", ["manual", "step", "real"])
def test_going_backwards_is_refused_with_the_difference(mode: Mode) -> None:
    clock = Clock(mode, start_time=DEFAULT_START, wall_clock=Wall())
    words = "cannot go backwards: it is 2025-12-10T09:00:00.000Z, 86400.005 s after"
    for move in (clock.advance_to, clock.configure):
        with pytest.raises(UsageError, match=words):
            move(DEFAULT_START - 86_400_005)
    with pytest.raises(UsageError, match=words):
        clock.advance(days=-1, milliseconds=-5)
    assert clock.now == DEFAULT_START


@pytest.mark.parametrize("duration", [-1e-4, -timedelta(microseconds=1), timedelta.min / 2])
def test_smallest_and_largest_negative_durations_are_refused(duration: float | timedelta) -> None:
    with pytest.raises(UsageError, match="backwards"):
        manual().advance(duration)


@pytest.mark.parametrize(
    "duration", [float("nan"), float("inf"), -float("inf"), 1e300, 10**400, timedelta.max]
)
def test_advance_refuses_infinite_durations(duration: Any) -> None:
    with pytest.raises(UsageError, match=r"cannot (advance by this duration|pass the year 9999)"):
        manual().advance(duration, seconds=0.5)


def test_time_ends_with_the_year_9999() -> None:
    clock = manual(LAST)
    with pytest.raises(UsageError, match="year 9999"):
        clock.advance(milliseconds=1)
    assert to_iso(clock.now) == LAST


def test_moving_clocks_stop_at_the_last_time() -> None:
    wall = Wall()
    stepping = Clock("step", start_time=LAST)
    running = Clock("real", start_time=LAST, wall_clock=wall)
    wall.now += 5000
    assert to_iso(stepping.begin_call()) == to_iso(running.now) == LAST


@pytest.mark.parametrize("name", ["step_seconds", "speed"])
@pytest.mark.parametrize("value", [0, -1, 0.0001, 1e10, float("nan"), float("inf")])
def test_step_and_speed_outside_their_bounds_are_refused(name: str, value: float) -> None:
    expected: dict[str, Any] = {name: value}
    with pytest.raises(UsageError, match=f"{name} of the clock is .*; expected 0.001 to 1e.09"):
        Clock(**expected)
    with pytest.raises(UsageError, match=name):
        Clock().configure(**expected)


def test_unknown_mode_is_refused() -> None:
    wrong: Any = "fast"
    with pytest.raises(UsageError, match=r"unknown clock mode 'fast'\. Known: manual, step, real"):
        Clock(wrong)
    with pytest.raises(UsageError, match="unknown clock mode 'fast'"):
        Clock().configure(mode=wrong)


def test_refused_configure_changes_nothing() -> None:
    clock = manual()
    with pytest.raises(UsageError):
        clock.configure(1000, mode="step", speed=-1)
    with pytest.raises(UsageError):
        clock.configure(-1000, mode="step", speed=2)
    assert (clock.now, clock.mode, clock.speed) == (0, "manual", 1.0)


# --- the wall clock ---


@given(st.floats(0.001, 1000), st.lists(st.integers(0, 50), max_size=40))
def test_reading_a_real_clock_often_does_not_slow_it(speed: float, waits: list[int]) -> None:
    wall = Wall()
    watched, left_alone = real(wall, speed), real(wall, speed)
    for wait in waits:
        wall.now += wait
        assert isinstance(watched.now, int)
    assert watched.now == left_alone.now


def test_wall_clock_that_is_set_back_never_moves_time_back() -> None:
    wall = Wall()
    clock = real(wall)
    values = [clock.now]
    for change in (1000, -3_600_000, 1000, -1, 2000):
        wall.now += change
        values.append(clock.now)
    assert [later - earlier for earlier, later in pairwise(values)] == [1000, 0, 1000, 0, 2000]


def test_advance_adds_to_real_time() -> None:
    wall = Wall()
    clock = real(wall)
    clock.advance(60)
    wall.now += 500
    assert clock.now == 60_500
    assert clock.advance_to(100_000) == 100_000
    wall.now += 500
    assert clock.now == 100_500


def test_no_time_passes_during_advance() -> None:
    class Hasty(Wall):
        def __call__(self) -> int:
            self.now += 1
            return self.now

    clock = real(Hasty())
    assert clock.advance(0) < clock.advance(0)


def test_changing_the_speed_keeps_the_time_that_passed() -> None:
    wall = Wall()
    clock = real(wall, speed=2)
    wall.now += 1000
    assert clock.configure(speed=10) == 2000
    wall.now += 1000
    assert clock.now == 12_000


def test_changing_the_mode_keeps_the_time() -> None:
    wall = Wall()
    clock = real(wall)
    wall.now += 1000
    assert clock.configure(mode="manual") == 1000
    wall.now += 1000
    assert clock.configure(mode="step", step_seconds=5) == 1000
    assert (clock.begin_call(), clock.step_seconds) == (6000, 5)
    assert clock.configure(10_000, mode="real") == 10_000
    wall.now += 1
    assert clock.now == 10_001


# --- forks ---


@pytest.mark.parametrize("mode", ["manual", "step", "real"])
def test_fork_is_equal_and_moves_independently(mode: Mode) -> None:
    wall = Wall()
    clock = Clock(mode, start_time=0, step_seconds=2, wall_clock=wall)
    wall.now += 10
    clock.begin_call()
    fork = clock.fork()
    assert (fork.now, fork.mode, fork.step_seconds) == (clock.now, mode, 2)
    before = clock.now
    fork.advance(5)
    fork.configure(mode="manual", speed=3)
    assert (clock.now, clock.mode, clock.speed) == (before, mode, 1.0)


# --- moments ---


@pytest.mark.parametrize(
    "moment",
    [
        1765359875901,
        "1765359875901",
        " 1765359875901\n",
        "2025-12-10T09:44:35.901Z",
        "2025-12-10 09:44:35.901",
        "2025-12-10T17:44:35.901+08:00",
        datetime(2025, 12, 10, 9, 44, 35, 901_999),  # noqa: DTZ001
        datetime(2025, 12, 10, 4, 44, 35, 901_000, timezone(timedelta(hours=-5))),
    ],
)
def test_moment_is_digits_iso_8601_or_datetime(moment: int | str | datetime) -> None:
    assert to_milliseconds(moment) == 1765359875901


@pytest.mark.parametrize(
    "moment",
    [
        True, None, 1.5, timedelta(1), "", "soon", "2025", "20251210090000", "2025-13-01",
        10**15, -(10**15), 10**400, "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00",
    ],
)  # fmt: skip
def test_invalid_moment_is_refused(moment: Any) -> None:
    with pytest.raises(UsageError, match="invalid time"):
        to_milliseconds(moment)
    if moment is not None:
        with pytest.raises(UsageError, match="invalid time"):
            Clock(start_time=moment)


@given(st.integers(to_milliseconds("0001-01-01"), to_milliseconds(LAST)))
def test_time_round_trips_through_iso_and_datetime(moment: int) -> None:
    assert to_milliseconds(to_iso(moment)) == to_milliseconds(to_datetime(moment)) == moment
    assert to_datetime(moment).tzinfo == UTC
