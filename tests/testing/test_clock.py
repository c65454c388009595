"""The clock in a test's hand, the same in process and live."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_memos.testing.memos import Memos
from tests.support.engines import world_of
from tests.support.faulty_calls import by_httpx

START = 1765357200000


@pytest.fixture(params=["mock_memos", "mock_memos_live"])
def memos(request: pytest.FixtureRequest) -> Memos:
    memos: Memos = request.getfixturevalue(request.param)
    memos.clock.configure(mode="manual")
    return memos


def test_clock_shows_time_and_mode(memos: Memos) -> None:
    assert memos.clock.now == START
    assert memos.clock.datetime == datetime(2025, 12, 10, 9, tzinfo=UTC)
    assert (memos.clock.mode, memos.clock.speed, memos.clock.step_seconds) == ("manual", 1.0, 1.0)
    memos.clock.configure(mode="step", step_seconds=0.5, speed=60)
    assert (memos.clock.mode, memos.clock.speed, memos.clock.step_seconds) == ("step", 60.0, 0.5)


def test_clock_advances_by_span_and_to_moment(memos: Memos) -> None:
    assert memos.clock.advance(1.5) == START + 1500
    assert memos.clock.advance(timedelta(minutes=1)) == START + 61_500
    assert memos.clock.advance(milliseconds=500, hours=1) == START + 3_662_000
    assert memos.clock.advance_to("2025-12-11") == START + 15 * 3_600_000
    assert memos.clock.configure(START + 24 * 3_600_000) == memos.clock.now


def test_run_until_idle_returns_passed_seconds(memos: Memos) -> None:
    assert memos.run_until_idle() == 0
    world = world_of(memos)
    world.settings = world.settings.with_changes(processing_delay=90.25)
    for _ in range(2):
        by_httpx(memos, "add/message")
    assert memos.run_until_idle() == 90.25
    assert memos.clock.now == START + 90_250
    assert memos.tasks.running == []
