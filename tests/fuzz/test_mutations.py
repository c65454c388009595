"""Mutated requests: a few with the suite, and those that once found something."""

import asyncio

import pytest

from mock_memos.asgi import App
from mock_memos.engine import Engine
from tests.fuzz.mutations import Trial, answer, complaint, finds


def test_no_mutated_request_finds_a_defect() -> None:
    assert list(finds(0, 3_000)) == []


@pytest.mark.parametrize("verb", ["clock", "tasks", "fork", "faults", "state", "scenario"])
def test_a_control_body_that_is_no_utf8_is_a_mistake_of_the_client(verb: str) -> None:
    trial = Trial(0)
    trial.method, trial.path, trial.body = "POST", f"/_mock/{verb}", b'{"name": "\x85"}'
    sent = asyncio.run(answer(App(Engine()), trial))
    assert sent[0]["status"] == 400
    assert complaint(trial, sent) == ""
