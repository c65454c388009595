"""The commands `demo` and `scenario play`: the steps of a scenario, narrated."""

import argparse
from pathlib import Path

from mock_memos.cli.narration import narrate
from mock_memos.cli.play_targets import InProcessTarget, MockServerTarget, PlayTarget, connect
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import parse_assignment
from mock_memos.scenario import Scenario, load
from mock_memos.scenario.library import is_shipped_name
from mock_memos.testing.in_process import MockMemos

DEMO: str = "guangzhou-hotel"


def demo(options: argparse.Namespace) -> int:
    """Plays a shipped scenario. Returns 1 if a result is not as expected, else 0."""
    scenario = load(DEMO)
    return _play(scenario, _in_process(scenario), "no network, no key. Next: mock-memos serve")


def play(options: argparse.Namespace) -> int:
    """Plays a scenario in this process or against a service. Returns 0, or 1 as above.

    On a mock-memos server, the world of the key is replaced. Raises `UsageError` if the scenario
    has no steps, or if the service does not respond.
    """
    parameters = dict(parse_assignment(text, "a parameter") for text in options.parameters)
    scenario = load(options.name, **parameters)
    if not scenario.steps:
        raise UsageError(f"{options.name} has no steps to play")
    if not options.base_url:
        return _play(scenario, _in_process(scenario))
    with connect(options.base_url, options.api_key, token=options.control_token) as target:
        if isinstance(target, MockServerTarget):
            source = _source(options.name)
            target.reset(settings={"clock": "manual"}, parameters=parameters, **source)
        return _play(scenario, target)


def _in_process(scenario: Scenario) -> InProcessTarget:
    return InProcessTarget(MockMemos(scenario=scenario, clock="manual"))


def _play(scenario: Scenario, target: PlayTarget, end: str = "all as expected") -> int:
    return min(1, narrate(scenario, target, end))


def _source(name_or_path: str) -> dict[str, str]:
    """Returns a scenario for the control API: the name of a shipped one, else its text."""
    if is_shipped_name(name_or_path):
        return {"name": name_or_path}
    return {"text": Path(name_or_path).read_text(encoding="utf-8")}
