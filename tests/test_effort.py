"""The effort of API calls: the number of Python and C function calls."""

import gc
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mock_memos.core.calls import Call
from tests.support.calling import BASE, Client

SMALL, LARGE = 100, 1000
MOST = {"get/status": 100, "add/message": 215, "search/memory": 240}
"""Maximum function calls of an API call."""


def effort(work: Callable[[], object]) -> int:
    """How many functions are called."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def world_of(memories: int) -> Client:
    """One user with so many memories, of which one names the sea; and a task that still runs."""
    client = Client()
    for number in range(memories):
        say(client, f"I booked room {number}{' near the sea' if number == 3 else ''}.")
    client.advance(3)
    client.ok("search/memory", user_id="ana", query="sea")
    return client


def say(client: Client, text: str) -> str:
    said = [{"role": "user", "content": text}]
    task: str = client.ok("add/message", user_id="ana", messages=said)["task_id"]
    return task


def asking(client: Client, operation: str) -> Callable[[], object]:
    """One API call, which has been made before, so that everything that is kept is there."""
    said = [{"role": "user", "content": "I moved to another room."}]
    bodies: dict[str, dict[str, Any]] = {
        "get/status": {"task_id": say(client, "I left.")},
        "add/message": {"user_id": "ana", "messages": said},
        "search/memory": {"user_id": "ana", "query": "the sea"},
    }
    headers = {"authorization": f"Token {client.key}"}
    call = Call("POST", f"{BASE}/{operation}", headers, json.dumps(bodies[operation]).encode())
    assert client.engine.handle(call).status == 200
    return partial(client.engine.handle, call)


@pytest.mark.parametrize("operation", MOST)
def test_call_effort_is_independent_of_world_size(operation: str) -> None:
    small, large = (effort(asking(world_of(size), operation)) for size in (SMALL, LARGE))
    assert large <= small, f"{small} function calls among {SMALL} memories, {large} among {LARGE}"


@pytest.mark.parametrize("operation", MOST)
def test_call_effort_is_within_limit(operation: str) -> None:
    took = effort(asking(world_of(SMALL), operation))
    assert took <= MOST[operation], f"{operation} takes {took} function calls"


def test_fork_effort_is_independent_of_world_size() -> None:
    def forking(client: Client) -> Callable[[], object]:
        client.world.fork()  # the first one after a change freezes what was added
        return client.world.fork

    small, large = (effort(forking(world_of(size))) for size in (SMALL, LARGE))
    assert large <= small


def test_advance_effort_is_linear_in_tasks() -> None:
    def advancing(tasks: int) -> Callable[[], object]:
        client = Client()
        for number in range(tasks):
            say(client, f"I booked room {number + 1000}.")
        return partial(client.advance, 3)

    few, many = effort(advancing(50)), effort(advancing(500))
    assert many <= 10.5 * few
