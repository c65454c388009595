"""An application under test, and the journal of its tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from mock_memos import MockMemos
from mock_memos.journal.exports import jsonl_of_test

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn. I like quiet rooms."}]
Story = Callable[["Application"], object]


class Application:
    """An application that does not know the journal."""

    def __init__(self, memos: MockMemos) -> None:
        key = {"authorization": f"Token {memos.api_key}"}
        self._http = httpx.Client(transport=memos.transport(), headers=key)
        self.memos = memos

    def post(self, operation: str, **fields: Any) -> Any:
        return self.send("POST", operation, json=fields)["data"]

    def send(self, method: str, operation: str, **options: Any) -> Any:
        return self.request(method, operation, **options).json()

    def request(self, method: str, operation: str, **options: Any) -> httpx.Response:
        return self._http.request(method, f"{self.memos.base_url}/{operation}", **options)


def read_after_add(app: Application) -> str:
    """Adds a turn, polls until it is processed, and gets its memory by id."""
    turn = {"user_id": "ana", "conversation_id": "c1", "messages": MESSAGES}
    task = app.post("add/message", **turn)["task_id"]
    values = ["running"]
    while values[-1] == "running":
        assert len(values) < 9
        values.append(app.post("get/status", task_id=task)["status"])
    memories = app.post("search/memory", user_id="ana", query="Which inn?")["memory_detail_list"]
    memory: str = app.send("GET", f"get/memory/{memories[0]['id']}")["data"]["id"]
    return memory


def journal(path: Path, *stories: Story, **settings: Any) -> Path:
    """Writes the journal of a test run with a test for each story."""
    lines = ""
    for story in stories:
        memos = MockMemos(**settings)
        story(Application(memos))
        lines += jsonl_of_test(f"tests/test_app.py::{story.__name__}", memos.journal, memos.tasks)
    path.write_text(lines, encoding="utf-8")
    return path
