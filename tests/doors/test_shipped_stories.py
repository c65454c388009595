"""The steps of every shipped scenario are what the double really does."""

import pytest

from mock_memos.clock import Mode
from mock_memos.demo import sender
from mock_memos.inprocess import MockMemos
from mock_memos.scenario import library, load
from mock_memos.story import play


@pytest.mark.parametrize("clock", ["manual", "step"])
@pytest.mark.parametrize("name", [one.name for one in library()])
def test_a_shipped_story_goes_as_it_says(name: str, clock: Mode) -> None:
    scenario = load(name)
    memos = MockMemos(scenario=scenario, clock=clock)
    results = list(play(scenario.steps, sender(memos), memos.clock.advance, memos.drain))
    assert [str(one) for result in results for one in result.differences] == []


def test_the_raw_memory_of_the_official_example_has_its_times() -> None:
    scenario = load("guangzhou-hotel")
    send = sender(MockMemos(scenario=scenario, clock="manual"))
    _, search = [result for result in play(scenario.steps[:2], send) if result.kind == "call"]
    (raw,) = search.answer["data"]["memory_detail_list"]
    assert (raw["create_time"], raw["update_time"]) == (1765359875901, 1765359875902)
