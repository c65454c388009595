"""Mutated requests: random ones, and those that found a defect before.

`MOCK_MEMOS_MUTATIONS=10000` runs 10,000 times a hundred requests.
"""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from tests.support.mutations import MutatedCall, find_problem, send_call

HUNDREDS = int(os.environ.get("MOCK_MEMOS_MUTATIONS", "20"))


@given(numbers=st.lists(st.integers(0, 2**64), min_size=100, max_size=100))
@settings(
    max_examples=HUNDREDS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_mutated_requests_find_no_defect(numbers: list[int]) -> None:
    async def finds() -> list[tuple[int, str]]:
        app = App(Engine(Settings(journal_max_entries=100)))
        requests = [(number, MutatedCall(number)) for number in numbers]
        answers = [
            (number, find_problem(trial, await send_call(app, trial))) for number, trial in requests
        ]
        return [(number, wrong) for number, wrong in answers if wrong]

    assert asyncio.run(finds()) == []


@pytest.mark.parametrize("verb", ["clock", "tasks", "fork", "faults", "snapshot", "scenario"])
def test_non_utf8_control_body_is_client_error(verb: str) -> None:
    trial = MutatedCall(0)
    trial.method = "PUT" if verb == "snapshot" else "POST"
    trial.path, trial.body = f"/_mock/{verb}", b'{"name": "\x85"}'
    sent = asyncio.run(send_call(App(Engine()), trial))
    assert sent[0]["status"] == 400
    assert find_problem(trial, sent) == ""
