"""In-process calls, compared with an interceptor that returns a constant reply.

`get/status` polls an existing task; `add/message` includes validation, state and journal. Each of
our rounds has a new world.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from time import process_time
from typing import Any

import httpx
import requests
import responses
import respx

from benchmarks.measure import Series, interleave
from benchmarks.pace import Pace
from mock_memos import MockMemos
from mock_memos.testing.in_process import SERVICE_URL

KEY = {"Authorization": "Token mock-key"}
ANSWER = b'{"code":0,"data":{"task_id":"x","status":"running"},"message":"ok"}'
MESSAGE = {"user_id": "ana", "messages": [{"role": "user", "content": "I booked the Harbour Inn."}]}
CALLS = 300

Post = Callable[..., Any]
Run = Callable[[str, Any], None]
"""Makes all calls of a round."""
Side = Callable[[str], AbstractContextManager[Run]]
"""Prepares a side for a URL."""


def measure_calls(pace: Pace, transport: str, operation: str) -> Series:
    """Measures one operation with one transport: the mock and the yardstick."""
    url = f"{SERVICE_URL}/{operation}"
    body = {"task_id": _task_id(MockMemos())} if operation == "get/status" else MESSAGE
    sides = {
        name: partial(_round, side, url, body)
        for name, side in zip(("ours", "yardstick"), TRANSPORTS[transport], strict=True)
    }
    interleave(sides, 1)
    return interleave(sides, 2 * pace.rounds)


def _round(side: Side, url: str, body: Any) -> dict[str, float]:
    with side(url) as run:
        started = process_time()
        run(url, body)
        return {"call": (process_time() - started) / CALLS * 1e6}


def _task_id(memos: MockMemos) -> str:
    """Returns the first task id of a world; it is the same in all worlds."""
    with httpx.Client(transport=memos.transport(), headers=KEY) as client:
        task: str = client.post(f"{SERVICE_URL}/add/message", json=MESSAGE).json()["data"][
            "task_id"
        ]
        return task


def _mock() -> MockMemos:
    memos = MockMemos(clock="manual")
    _task_id(memos)
    return memos


def _post_repeatedly(post: Post) -> Run:
    def run(url: str, body: Any) -> None:
        for _ in range(CALLS):
            post(url, json=body)

    return run


def _constant_reply(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=ANSWER)


@contextmanager
def own_transport(_: str) -> Iterator[Run]:
    with httpx.Client(transport=_mock().transport(), headers=KEY) as client:
        yield _post_repeatedly(client.post)


@contextmanager
def mock_transport(_: str) -> Iterator[Run]:
    with httpx.Client(transport=httpx.MockTransport(_constant_reply), headers=KEY) as client:
        yield _post_repeatedly(client.post)


def _async_side(transport: Callable[[], httpx.AsyncBaseTransport]) -> Side:
    @contextmanager
    def side(_: str) -> Iterator[Run]:
        async def run(url: str, body: Any) -> None:
            async with httpx.AsyncClient(transport=transport(), headers=KEY) as client:
                for _ in range(CALLS):
                    await client.post(url, json=body)

        yield lambda url, body: asyncio.run(run(url, body))

    return side


@contextmanager
def httpx_intercepted(_: str) -> Iterator[Run]:
    with _mock(), httpx.Client(headers=KEY) as client:
        yield _post_repeatedly(client.post)


@contextmanager
def respx_route(url: str) -> Iterator[Run]:
    with respx.mock, httpx.Client(headers=KEY) as client:
        respx.post(url).respond(200, content=ANSWER)
        yield _post_repeatedly(client.post)


@contextmanager
def requests_intercepted(_: str) -> Iterator[Run]:
    with _mock(), requests.Session() as session:
        session.headers.update(KEY)
        yield _post_repeatedly(session.post)


@contextmanager
def responses_answer(url: str) -> Iterator[Run]:
    with responses.RequestsMock() as mock, requests.Session() as session:
        session.headers.update(KEY)
        mock.post(url, body=ANSWER)
        yield _post_repeatedly(session.post)


TRANSPORTS: dict[str, tuple[Side, Side]] = {
    "own transport": (own_transport, mock_transport),
    "own transport, async": (
        _async_side(lambda: _mock().transport()),
        _async_side(lambda: httpx.MockTransport(_constant_reply)),
    ),
    "respx": (httpx_intercepted, respx_route),
    "requests": (requests_intercepted, responses_answer),
}
"""Our side and the yardstick of each transport."""
