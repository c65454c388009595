"""The commands that play a story: `demo`, and `scenario play` with a story of one's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mock_memos.cli.narration import tell
from mock_memos.cli.play_targets import InProcess, Served, Stage, stage_at
from mock_memos.core.errors import UsageError
from mock_memos.scenario import load
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.library import is_shipped_name
from mock_memos.testing.in_process import MockMemos

STORY = "guangzhou-hotel"


def demo(name: str = STORY) -> int:
    """Play a shipped scenario's steps. Gives 0, or 1 when something was not as expected."""
    scenario = load(name)
    stage = InProcess(MockMemos(scenario=scenario, clock="manual"))
    return min(1, tell(scenario, stage, "no network, no key. Next: mock-memos serve"))


def play(
    name_or_path: str,
    parameters: Mapping[str, Any],
    *,
    base_url: str = "",
    api_key: str = "",
    token: str = "",
) -> int:
    """Play a scenario's steps, in this process or at an address. Gives 0, or 1 as above.

    At a mock-memos server the world of the key begins anew with the scenario. Raises `UsageError`
    for a scenario without steps, and when nobody answers.
    """
    scenario = load(name_or_path, **parameters)
    if not scenario.steps:
        raise UsageError(f"{name_or_path} has no steps to play")
    if not base_url:
        return _told(scenario, InProcess(MockMemos(scenario=scenario, clock="manual")))
    with stage_at(base_url, api_key or "play", token=token) as stage:
        if isinstance(stage, Served):
            stage.begin(settings={"clock": "manual"}, parameters=parameters, **_sent(name_or_path))
        return _told(scenario, stage)


def _told(scenario: Scenario, stage: Stage) -> int:
    return min(1, tell(scenario, stage, "all as expected"))


def _sent(name_or_path: str) -> dict[str, str]:
    """A scenario as the control API takes it: a shipped one by its name, another as its text."""
    if is_shipped_name(name_or_path):
        return {"name": name_or_path}
    return {"text": Path(name_or_path).read_text(encoding="utf-8")}
