"""A service need not answer as the double does: whatever comes can be recorded and played."""

import copy
from functools import cache
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_memos import scenario
from mock_memos.recording.drafting.composer import compose
from mock_memos.recording.exchange import Exchange
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from tests.recording.test_stories import played_story
from tests.support.recording import Replay

ODD = [None, 0, -1, True, "", "odd", [], {}, ["odd"], [None], {"id": 1}, 1e300]


STORIES = ("harbour-inn", "late-failure", "knowledgebase-file", "tool-and-skill", "support-desk")


@cache
def session(name: str) -> tuple[Exchange, ...]:
    return tuple(played_story(name).exchanges)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The value with something odd at a place."""
    if not path:
        return odd
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return changed


@st.composite
def strange(draw: Any) -> list[Exchange]:
    """A session in which some answers have something odd in them."""
    exchanges = list(session(draw(st.sampled_from(STORIES))))
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(exchanges) - 1))
        try:
            answer = msgspec.json.decode(exchanges[number].reply)
        except msgspec.DecodeError:
            continue
        path = draw(st.sampled_from(places(answer)))
        reply = msgspec.json.encode(put(answer, path, draw(st.sampled_from(ODD))))
        exchanges[number] = msgspec.structs.replace(exchanges[number], reply=reply)
    return exchanges


@settings(max_examples=25, deadline=None)
@given(strange())
def test_whatever_a_service_answers_can_be_played(exchanges: list[Exchange]) -> None:
    composed = compose(exchanges)
    assert [one.asked.call for one in composed.rehearsal.wrong] == []
    assert scenario.read(composed.text).steps


def test_what_only_another_service_says_is_kept_word_for_word() -> None:
    exchanges = [
        msgspec.structs.replace(one, reply=one.reply.replace(b'"code":0', b'"trace":7,"code":0'))
        for one in played_story("group-chat").exchanges
    ]
    composed = compose(exchanges)
    assert composed.kept == len(exchanges)
    loaded = scenario.read(composed.text)
    memos = MockMemos(scenario=loaded, clock="manual")
    replay = Replay(memos)
    assert all(
        result.ok
        for result in play(loaded.steps, replay.send, memos.clock.advance, memos.run_until_idle)
    )
    assert [answer for *_, answer in replay.transcript] == [one.reply for one in exchanges]
