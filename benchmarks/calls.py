"""What a call in process costs, beside the bare interceptor with one constant answer.

`get/status` asks for a task that is there; `add/message` is answered with validation, state and
journal. Every round of ours has a world of its own.
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
from mock_memos.testing.in_process import SERVICE

KEY = {"Authorization": "Token mock-key"}
ANSWER = b'{"code":0,"data":{"task_id":"x","status":"running"},"message":"ok"}'
ADDING = {
    "user_id": "ana",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}
CALLS = 300

Post = Callable[..., Any]
Run = Callable[[str, Any], None]
"""Makes all the calls of a round."""
Side = Callable[[str], AbstractContextManager[Run]]
"""Made ready for an address."""


def through(pace: Pace, door: str, operation: str) -> Series:
    """One operation through one door: the double and the yardstick in turn."""
    url = f"{SERVICE}/{operation}"
    body = {"task_id": _task(MockMemos())} if operation == "get/status" else ADDING
    sides = {
        name: partial(_round, side, url, body)
        for name, side in zip(("ours", "yardstick"), DOORS[door], strict=True)
    }
    interleave(sides, 1)
    return interleave(sides, 2 * pace.rounds)


def _round(side: Side, url: str, body: Any) -> dict[str, float]:
    with side(url) as run:
        began = process_time()
        run(url, body)
        return {"call": (process_time() - began) / CALLS * 1e6}


def _task(memos: MockMemos) -> str:
    """The first task of a world, which has the same id in all of them."""
    with httpx.Client(transport=memos.transport(), headers=KEY) as client:
        task: str = client.post(f"{SERVICE}/add/message", json=ADDING).json()["data"]["task_id"]
        return task


def _double() -> MockMemos:
    memos = MockMemos(clock="manual")
    _task(memos)
    return memos


def _each(post: Post) -> Run:
    def run(url: str, body: Any) -> None:
        for _ in range(CALLS):
            post(url, json=body)

    return run


def _constant(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=ANSWER)


@contextmanager
def own_transport(_: str) -> Iterator[Run]:
    with httpx.Client(transport=_double().transport(), headers=KEY) as client:
        yield _each(client.post)


@contextmanager
def mock_transport(_: str) -> Iterator[Run]:
    with httpx.Client(transport=httpx.MockTransport(_constant), headers=KEY) as client:
        yield _each(client.post)


def _awaited(transport: Callable[[], httpx.AsyncBaseTransport]) -> Side:
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
    with _double(), httpx.Client(headers=KEY) as client:
        yield _each(client.post)


@contextmanager
def respx_route(url: str) -> Iterator[Run]:
    with respx.mock, httpx.Client(headers=KEY) as client:
        respx.post(url).respond(200, content=ANSWER)
        yield _each(client.post)


@contextmanager
def requests_intercepted(_: str) -> Iterator[Run]:
    with _double(), requests.Session() as session:
        session.headers.update(KEY)
        yield _each(session.post)


@contextmanager
def responses_answer(url: str) -> Iterator[Run]:
    with responses.RequestsMock() as mock, requests.Session() as session:
        session.headers.update(KEY)
        mock.post(url, body=ANSWER)
        yield _each(session.post)


DOORS: dict[str, tuple[Side, Side]] = {
    "own transport": (own_transport, mock_transport),
    "own transport, async": (
        _awaited(lambda: _double().transport()),
        _awaited(lambda: httpx.MockTransport(_constant)),
    ),
    "respx": (httpx_intercepted, respx_route),
    "requests": (requests_intercepted, responses_answer),
}
"""Each door of ours, and the yardstick beside it."""
