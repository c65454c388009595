"""What a call in process costs, as a ratio to the bare interceptor with one constant answer.

    python -m tests.benchmarks.doors [calls]

Both sides of a row run in turn, five times, and their medians are compared. `get/status` asks for
a task that is there; `add/message` is answered with validation, state and journal.
"""

import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

import httpx
import requests
import responses
import respx

from mock_memos import MockMemos

KEY = {"Authorization": "Token mock-key"}
SAID = [{"role": "user", "content": "I booked the Harbour Inn."}]
ROUNDS = 5


def microseconds(calls: int, call: Callable[[], object]) -> float:
    began = process_time()
    for _ in range(calls):
        call()
    return (process_time() - began) / calls * 1e6


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    answer = b'{"code":0,"data":{"task_id":"x","status":"running"},"message":"ok"}'
    status, adding = {"task_id": ""}, {"user_id": "ana", "messages": SAID}
    still = MockMemos(clock="manual")
    base = still.base_url
    own = httpx.Client(transport=still.transport(), headers=KEY)
    bare = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=answer))
    )
    plain, session = httpx.Client(headers=KEY), requests.Session()
    session.headers.update(KEY)
    status["task_id"] = own.post(f"{base}/add/message", json=adding).json()["data"]["task_id"]

    def with_respx(url: str, body: object) -> float:
        with respx.mock:
            respx.post(url).respond(200, content=answer)
            return microseconds(calls, partial(plain.post, url, json=body))

    def with_responses(url: str, body: object) -> float:
        with responses.RequestsMock() as mock:
            mock.post(url, body=answer)
            return microseconds(calls, partial(session.post, url, json=body))

    def inside(client: httpx.Client | requests.Session, url: str, body: object) -> float:
        with still:
            return microseconds(calls, partial(client.post, url, json=body))

    def outside(client: httpx.Client, url: str, body: object) -> float:
        return microseconds(calls, partial(client.post, url, json=body))

    for operation, body in (("get/status", status), ("add/message", adding)):
        url = f"{base}/{operation}"
        rows = {
            "own transport / httpx.MockTransport": (
                partial(outside, own, url, body),
                partial(outside, bare, url, body),
            ),
            "httpx / respx, one static route": (
                partial(inside, plain, url, body),
                partial(with_respx, url, body),
            ),
            "requests / responses, one static answer": (
                partial(inside, session, url, body),
                partial(with_responses, url, body),
            ),
        }
        for name, (ours, yardstick) in rows.items():
            pairs = [(ours(), yardstick()) for _ in range(ROUNDS)]
            mine, theirs = (median(one) for one in zip(*pairs, strict=True))
            print(f"{operation:12} {name:42} {mine:6.0f} / {theirs:5.0f} us  {mine / theirs:.2f}")


if __name__ == "__main__":
    main()
