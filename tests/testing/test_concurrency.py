"""Concurrent calls to one mock: threads, asyncio tasks, trio, and calls within calls."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import requests
import trio

from mock_memos import MockMemos, MockMemosServer

KEY = {"Authorization": "Token mock-key"}
ADD = "https://memos.memtensor.cn/api/openmem/v1/add/message"
MANY = 20


def turn(n: int) -> dict[str, Any]:
    messages = [{"role": "user", "content": f"I own {n} kites."}]
    return {"user_id": f"user-{n}", "conversation_id": "c1", "messages": messages}


def test_concurrent_threads_lose_no_call() -> None:
    def add(n: int) -> Any:
        post: Any = httpx.post if n % 2 else requests.post
        return post(ADD, headers=KEY, json=turn(n), timeout=5).json()["data"]["task_id"]

    with MockMemos() as memos, ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(add, range(MANY)))
    assert sorted(tasks) == sorted(task.id for task in memos.tasks)
    assert [item.number for item in memos.journal] == list(range(1, MANY + 1))


def test_clock_advances_while_threads_poll() -> None:
    def poll(task: str) -> str:
        status = ""
        while status != "completed":
            url = ADD.replace("add/message", "get/status")
            reply = requests.post(url, headers=KEY, json={"task_id": task}, timeout=5).json()
            status = reply["data"]["status"]
        return status

    with MockMemos(clock="manual") as memos, ThreadPoolExecutor(4) as pool:
        task = requests.post(ADD, headers=KEY, json=turn(0), timeout=5).json()["data"]["task_id"]
        polling = [pool.submit(poll, task) for _ in range(3)]
        memos.journal.wait_for("get/status")
        memos.clock.advance(seconds=3)
        assert [item.result(5) for item in polling] == ["completed"] * 3


async def _many(client: httpx.AsyncClient) -> None:
    replies = await asyncio.gather(
        *(client.post(ADD, headers=KEY, json=turn(n)) for n in range(MANY))
    )
    assert [reply.json()["code"] for reply in replies] == [0] * MANY


def test_asyncio_tasks_are_answered_in_order() -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as client:
            await _many(client)

    digests = []
    for _ in range(2):
        with MockMemos() as memos:
            asyncio.run(main())
        digests.append(memos.digest)
        assert len(memos.journal) == MANY
    assert digests[0] == digests[1]


def test_trio_and_asyncio_replies_are_equal() -> None:
    codes: list[int] = []

    async def main() -> None:
        async def add(n: int) -> None:
            reply = await client.post(ADD, headers=KEY, json=turn(n))
            codes.append(reply.json()["code"])

        async with httpx.AsyncClient() as client, trio.open_nursery() as nursery:
            for n in range(MANY):
                nursery.start_soon(add, n)

    with MockMemos() as memos:
        trio.run(main)
    assert (codes, len(memos.journal)) == ([0] * MANY, MANY)


def test_trio_waits_for_real_latency() -> None:
    async def main() -> Any:
        async with httpx.AsyncClient() as client:
            with trio.fail_after(5):
                return (await client.post(ADD, headers=KEY, json=turn(0))).json()["code"]

    with MockMemos(clock="real", speed=1000) as memos:
        memos.faults.add("latency", seconds=5)
        assert trio.run(main) == 0


def test_nested_mocks_and_server_are_independent() -> None:
    with MockMemosServer() as server, MockMemos() as outer:
        requests.post(ADD, headers=KEY, json=turn(0), timeout=5)
        with MockMemos() as inner, outer:  # entered again: it is the innermost now
            requests.post(ADD, headers=KEY, json=turn(1), timeout=5)
        url = f"{server.base_url}/add/message"
        httpx.post(url, headers=KEY, json=turn(2))
    assert [len(item.journal) for item in (server, outer, inner)] == [1, 2, 0]


def test_observer_can_call_the_mock() -> None:
    """What the application does in a hook of its client, while it still waits for the reply."""
    with MockMemos() as memos:

        def again(reply: requests.Response, **how: Any) -> None:
            if reply.request.url == ADD and len(memos.journal) < 3:
                requests.post(ADD, headers=KEY, json=turn(9), timeout=5, hooks={"response": again})

        requests.post(ADD, headers=KEY, json=turn(1), timeout=5, hooks={"response": again})
        assert len(memos.journal) == 3
