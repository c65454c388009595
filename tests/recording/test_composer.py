"""A recorded session is replayed equal to the byte, and the file says what is literal.

Compared are requests, statuses and bodies. Identifiers are named by their first appearance.
"""

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.recording.composer import ComposedScenario, compose
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from tests.support import programs
from tests.support.program_player import Player, Step
from tests.support.recording import RecordedSession, invent, name_ids, record_story, replay_steps

KEPT = {
    "eventual-consistency": 1,
    "feedback-corrects-preference": 3,
    "guangzhou-hotel": 1,
    "harbour-inn": 3,
    "knowledgebase-file": 9,
    "partial-failure": 2,
    "support-desk": 5,
}
"""How many answers of a shipped scenario the draft does not explain."""


def kept(composed: ComposedScenario) -> int:
    return sum(map(len, composed.literal_calls))


def record_program(program: list[Step]) -> RecordedSession:
    memos = MockMemos(clock="manual")
    session = RecordedSession(memos)

    def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        body = msgspec.json.encode(msgspec.json.decode(body)) if body else b""  # as steps write it
        reply = session.request(method, f"/{path}", body)
        return reply.status_code, reply.content

    Player(send, memos.clock.advance).play(program)
    return session


@pytest.mark.parametrize("name", [shipped.name for shipped in scenario.shipped_scenarios()])
def test_recorded_story_is_replayed_equal(name: str, tmp_path: Path) -> None:
    session = record_story(name)
    composed = compose(session.exchanges)
    path = tmp_path / "recorded.yaml"
    path.write_text(composed.to_yaml(), encoding="utf-8")
    assert scenario.check(path) == []
    assert name_ids(replay_steps(composed)) == name_ids(session.transcript)
    assert kept(composed) == KEPT.get(name, 0)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs.programs(longest=12))
def test_any_recorded_session_is_replayed_equal(program: list[Step]) -> None:
    session = record_program(program)
    try:
        composed = compose(session.exchanges)
    except UsageError:
        assert not any(step.operation for step in program)
        return
    assert composed.mismatches == []
    assert name_ids(replay_steps(composed)) == name_ids(session.transcript)


def test_all_operations_are_replayed_equal() -> None:
    session = record_program([step for step in programs.STORY if step.operation != "no/such"])
    assert name_ids(replay_steps(compose(session.exchanges))) == name_ids(session.transcript)


@pytest.mark.parametrize("name", ["guangzhou-hotel", "slow-processing", "partial-failure"])
def test_session_on_a_stepping_clock_is_replayed_equal(name: str) -> None:
    session = record_story(name, clock="step")
    assert name_ids(replay_steps(compose(session.exchanges))) == name_ids(session.transcript)


def test_recording_of_a_recording_is_equal() -> None:
    first = compose(record_story("harbour-inn").exchanges)
    loaded = scenario.read(first.to_yaml())
    memos = MockMemos(scenario=loaded, clock="manual")
    session = RecordedSession(memos)
    list(play(loaded.steps, session.send, memos.clock.advance, memos.run_until_idle))
    again = compose(session.exchanges)
    assert again.document["steps"] == first.document["steps"]


def add_unknown_field(exchange: RecordedExchange) -> RecordedExchange:
    body = exchange.response_body.replace(b'"code":0', b'"trace":7,"code":0')
    return msgspec.structs.replace(exchange, response_body=body)


def test_answers_with_unknown_fields_are_kept_word_for_word() -> None:
    exchanges = list(map(add_unknown_field, record_story("group-chat").exchanges))
    composed = compose(exchanges)
    assert kept(composed) == len(exchanges)
    assert [answer for *_, answer in replay_steps(composed)] == [
        exchange.response_body for exchange in exchanges
    ]


def test_file_counts_and_marks_literal_answers() -> None:
    exchanges = record_story("slow-processing").exchanges
    assert "faults" not in compose(exchanges).document
    exchanges[2] = add_unknown_field(exchanges[2])
    composed = compose(exchanges)
    text = composed.to_yaml()
    assert "- advance: 30\n\n" in text
    assert "\n\n" not in composed.to_yaml(compact=True)
    assert text.startswith(
        f"# {len(exchanges)} calls recorded, 1 answer kept word for word\nversion: 1\n"
    )
    assert re.findall(r"- fault: status  # (.+)", text) == ["call 3, word for word"]
    assert list(composed.summary()) == [
        f"{len(exchanges)} of {len(exchanges)} answers are replayed as recorded",
        "kept word for word: 1 answer",
    ]


def test_summary_names_what_is_not_replayed() -> None:
    unknown = invent(0, "no/such", {}, None, 404, 40400)
    search = invent(0, "search/memory", {"user_id": "ana", "query": "tea"}, None)
    binary = msgspec.structs.replace(search, response_body=b"\xff")
    assert list(compose([unknown, binary]).summary()) == [
        "0 of 1 answers are replayed as recorded",
        "kept word for word: 1 answer",
        "left out: 1 call that no step can make",
        "not as recorded: call 2, search/memory",
    ]


STRANGE_VALUES = [None, 0, -1, True, "", "odd", [], {}, ["odd"], [None], {"id": 1}, 1e300]
STORIES = ("harbour-inn", "partial-failure", "knowledgebase-file", "tool-and-skill", "support-desk")
story = cache(lambda name: tuple(record_story(name).exchanges))


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the path of every value inside a JSON value."""
    items: list[Any] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(inner for key, item in items for inner in paths(item, (*path, key)))]


def replace_at(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replace_at(value[path[0]], path[1:], new)
    return changed


@st.composite
def strange_sessions(draw: Any) -> list[RecordedExchange]:
    """Sessions with values of wrong types in some answers."""
    exchanges = list(story(draw(st.sampled_from(STORIES))))
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(exchanges) - 1))
        answer = msgspec.json.decode(exchanges[index].response_body)
        path = draw(st.sampled_from(paths(answer)))
        strange = replace_at(answer, path, draw(st.sampled_from(STRANGE_VALUES)))
        exchanges[index] = msgspec.structs.replace(
            exchanges[index], response_body=msgspec.json.encode(strange)
        )
    return exchanges


@settings(max_examples=25, deadline=None)
@given(strange_sessions())
def test_answers_with_wrong_types_are_replayed(exchanges: list[RecordedExchange]) -> None:
    composed = compose(exchanges)
    assert composed.mismatches == []
    assert scenario.read(composed.to_yaml()).steps
