"""µs of a call answered in process by one static stub: run by pytest where the peers are installed.

Writes `took.json` in the current folder.
"""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import httpx
import requests
import responses
import respx

URL = "https://memos.memtensor.cn/api/openmem/v1/add/message"
BODY = {"user_id": "ana", "messages": [{"role": "user", "content": "I booked the Harbour Inn."}]}
ANSWER = {
    "code": 0,
    "data": {"success": True, "task_id": "x", "status": "running"},
    "message": "ok",
}
CALLS, ROUNDS = 300, 5


def timed(post: Callable[..., Any]) -> float:
    def one_round() -> float:
        began = process_time()
        for _ in range(CALLS):
            post(URL, json=BODY)
        return (process_time() - began) / CALLS * 1e6

    return median(one_round() for _ in range(ROUNDS))


def note(name: str, took: float) -> None:
    path = Path("took.json")
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | {name: took}))


def test_respx() -> None:
    with respx.mock, httpx.Client() as client:
        respx.post(URL).respond(200, json=ANSWER)
        note("respx", timed(client.post))


def test_responses() -> None:
    with responses.RequestsMock() as mock, requests.Session() as session:
        mock.post(URL, json=ANSWER)
        note("responses", timed(session.post))


def test_pytest_httpx(httpx_mock: Any) -> None:
    httpx_mock.add_response(url=URL, json=ANSWER, is_reusable=True)
    with httpx.Client() as client:
        note("pytest-httpx", timed(client.post))
