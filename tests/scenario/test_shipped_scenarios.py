"""Every shipped scenario plays as its steps expect, in process and on a server."""

from collections.abc import Iterator

import pytest

from mock_memos.cli.play_targets import InProcessTarget, MockServerTarget, PlayTarget, connect
from mock_memos.core.clock import Mode
from mock_memos.scenario import load
from mock_memos.scenario.library import shipped_scenarios
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.live_server import MockMemosServer

NAMES = [shipped.name for shipped in shipped_scenarios()]


@pytest.fixture(scope="module")
def server() -> Iterator[MockMemosServer]:
    with MockMemosServer(clock="real", control_token="open") as server:
        yield server


def mismatches(name: str, target: PlayTarget) -> list[str]:
    results = play(load(name).steps, target.send, target.advance, target.run_until_idle)
    return [str(mismatch) for result in results for mismatch in result.mismatches]


@pytest.mark.parametrize("clock", ["manual", "step"])
@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenario_plays_as_expected(name: str, clock: Mode) -> None:
    assert mismatches(name, InProcessTarget(MockMemos(scenario=name, clock=clock))) == []


@pytest.mark.parametrize("name", NAMES)
def test_shipped_scenario_plays_on_a_real_time_server(name: str, server: MockMemosServer) -> None:
    with connect(server.base_url, "play", token="open") as target:
        assert isinstance(target, MockServerTarget)
        target.reset(name=name, settings={"clock": "manual"})
        assert mismatches(name, target) == []


def test_fast_memory_of_official_example_has_times() -> None:
    scenario = load("guangzhou-hotel")
    send = InProcessTarget(MockMemos(scenario=scenario, clock="manual")).send
    _, search = [result for result in play(scenario.steps[:2], send) if result.action == "call"]
    (raw,) = search.answer["data"]["memory_detail_list"]
    assert (raw["create_time"], raw["update_time"]) == (1765359875901, 1765359875902)
