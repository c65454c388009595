"""The effort of API calls: the number of Python and C function calls."""

import gc
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mock_memos.core.calls import Call
from tests.support.engine_client import BASE, Client

SMALL, LARGE = 100, 1000
MAX_CALLS = {"get/status": 93, "add/message": 206, "search/memory": 240}
"""Maximum function calls of an API call."""


def count_calls(work: Callable[[], object]) -> int:
    """How many functions are called."""
    count = 0

    def count_event(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()
    sys.setprofile(count_event)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def client_with_memories(memories: int) -> Client:
    """One user with so many memories, of which one names the sea; and a task that still runs."""
    client = Client()
    for number in range(memories):
        add_message(client, f"I booked room {number}{' near the sea' if number == 3 else ''}.")
    client.advance(3)
    client.ok("search/memory", user_id="ana", query="sea")
    return client


def add_message(client: Client, text: str) -> str:
    messages = [{"role": "user", "content": text}]
    task: str = client.ok("add/message", user_id="ana", messages=messages)["task_id"]
    return task


def repeated_call(client: Client, operation: str) -> Callable[[], object]:
    """One API call, which has been made before, so that everything that is kept is there."""
    messages = [{"role": "user", "content": "I moved to another room."}]
    bodies: dict[str, dict[str, Any]] = {
        "get/status": {"task_id": add_message(client, "I left.")},
        "add/message": {"user_id": "ana", "messages": messages},
        "search/memory": {"user_id": "ana", "query": "the sea"},
    }
    headers = {"authorization": f"Token {client.key}"}
    call = Call("POST", f"{BASE}/{operation}", headers, json.dumps(bodies[operation]).encode())
    assert client.engine.handle(call).status == 200
    return partial(client.engine.handle, call)


@pytest.mark.parametrize("operation", MAX_CALLS)
def test_call_effort_is_independent_of_world_size(operation: str) -> None:
    small, large = (
        count_calls(repeated_call(client_with_memories(size), operation)) for size in (SMALL, LARGE)
    )
    assert large <= small, f"{small} function calls among {SMALL} memories, {large} among {LARGE}"


@pytest.mark.parametrize("operation", MAX_CALLS)
def test_call_effort_is_within_limit(operation: str) -> None:
    took = count_calls(repeated_call(client_with_memories(SMALL), operation))
    assert took <= MAX_CALLS[operation], f"{operation} takes {took} function calls"


def test_fork_effort_is_independent_of_world_size() -> None:
    def forking(client: Client) -> Callable[[], object]:
        client.world.fork()  # the first one after a change freezes what was added
        return client.world.fork

    small, large = (count_calls(forking(client_with_memories(size))) for size in (SMALL, LARGE))
    assert large <= small


def test_advance_effort_is_linear_in_tasks() -> None:
    def advancing(tasks: int) -> Callable[[], object]:
        client = Client()
        for number in range(tasks):
            add_message(client, f"I booked room {number + 1000}.")
        return partial(client.advance, 3)

    few, many = count_calls(advancing(50)), count_calls(advancing(500))
    assert many <= 10.5 * few
