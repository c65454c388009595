"""A session that was recorded and is played again brings the same replies, apart from nothing.

What is compared is everything that went over the wire, byte for byte: requests, statuses and
bodies, times and scores and the order of lists included. Identifiers are called by the order in
which they first appear, on both sides: a recording has names for them, and not the ones it heard.
"""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from mock_memos import scenario
from mock_memos.recording.drafting.composer import Composed, compose
from mock_memos.scenario import load
from mock_memos.scenario.library import shipped_scenarios
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from tests.support import programs
from tests.support.playing import Player, Step
from tests.support.recording import Replay, Session, renamed


def played_story(name: str) -> Session:
    story = load(name)
    memos = MockMemos(scenario=story, clock="manual")
    session = Session(memos)
    for result in play(story.steps, session.send, memos.clock.advance, memos.run_until_idle):
        assert result.ok
    return session


def played_program(program: list[Step]) -> Session:
    memos = MockMemos(clock="manual")
    session = Session(memos)

    def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        body = msgspec.json.encode(msgspec.json.decode(body)) if body else b""  # as steps write it
        status, _, answer = session.ask(method, f"/{path}", body)
        return status, answer

    Player(send, memos.clock.advance).play(program)
    return session


def replayed(composed: Composed) -> Replay:
    """The steps of a recording, played in a fresh double that has loaded its file."""
    loaded = scenario.read(composed.text)
    memos = MockMemos(scenario=loaded, clock="manual")
    replay = Replay(memos)
    for result in play(loaded.steps, replay.send, memos.clock.advance, memos.run_until_idle):
        assert [str(one) for one in result.mismatches] == []
    return replay


@pytest.mark.parametrize("name", [one.name for one in shipped_scenarios()])
def test_a_recorded_story_is_the_same_when_it_is_played(name: str, tmp_path: Path) -> None:
    session = played_story(name)
    composed = compose(session.exchanges)
    file = tmp_path / "recorded.yaml"
    file.write_text(composed.text, encoding="utf-8")
    assert scenario.check(file) == []
    assert renamed(replayed(composed).transcript) == renamed(session.transcript)
    assert composed.kept == 0, "what the story does is understood, and no answer has to be kept"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs.programs(longest=12))
def test_whatever_was_recorded_is_the_same_when_it_is_played(program: list[Step]) -> None:
    session = played_program(program)
    composed = compose(session.exchanges)
    assert composed.rehearsal.wrong == []
    assert renamed(replayed(composed).transcript) == renamed(session.transcript)


def test_every_operation_can_be_recorded() -> None:
    session = played_program([step for step in programs.STORY if step.operation != "no/such"])
    composed = compose(session.exchanges)
    assert renamed(replayed(composed).transcript) == renamed(session.transcript)
    assert composed.kept < len(session.exchanges) / 8, "most of it is understood"


def test_a_recording_of_a_recording_is_the_same() -> None:
    first = compose(played_story("harbour-inn").exchanges)
    loaded = scenario.read(first.text)
    memos = MockMemos(scenario=loaded, clock="manual")
    session = Session(memos)
    list(play(loaded.steps, session.send, memos.clock.advance, memos.run_until_idle))
    again = compose(session.exchanges).document
    for part in ("settings", "given", "steps"):
        assert again[part] == first.document[part], part


@pytest.mark.parametrize("name", ["guangzhou-hotel", "slow-processing", "late-failure"])
def test_a_session_on_a_stepping_clock_can_be_recorded(name: str) -> None:
    story = load(name)
    memos = MockMemos(scenario=story, clock="step")
    session = Session(memos, now=lambda: memos.clock.now + 1000)  # the call itself takes a second
    list(play(story.steps, session.send, memos.clock.advance, memos.run_until_idle))
    composed = compose(session.exchanges)
    assert renamed(replayed(composed).transcript) == renamed(session.transcript)
