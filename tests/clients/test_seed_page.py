"""Every example of the official page on asynchronous mode, with the live server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from mock_memos.testing.memos import Memos

pytestmark = pytest.mark.mock_memos(scenario="guangzhou-hotel", clock="manual")

TURN: dict[str, Any] = {
    "user_id": "memos_user_123",
    "conversation_id": "0610",
    "messages": [
        {"role": "user", "content": "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？"},
        {"role": "assistant", "content": "您可以考虑【七天、全季、希尔顿】等等"},
        {"role": "user", "content": "我选七天"},
        {"role": "assistant", "content": "好的，有其他问题再问我。"},
    ],
}
QUESTION = {"user_id": "memos_user_123", "query": "我暑假去广州旅游住哪家酒店"}

ACCEPTED = re.compile(
    r'\{"code":0,"data":\{"success":true,"task_id":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",'
    r'"status":"(running|completed)"\},"message":"ok"\}'
)
TIME = "[09:44 AM on 10 December, 2025 UTC]"
RAW = {
    "memory_key": f"user: {TIME}: 我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选",
    "memory_value": (
        f"user: {TIME}: 我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？\n"
        f"assistant: {TIME}: 您可以考虑【七天、全季、希尔顿】等等\n"
        f"user: {TIME}: 我选七天\n"
        f"assistant: {TIME}: 好的，有其他问题再问我。\n"
    ),
    "memory_type": "WorkingMemory",
    "create_time": 1765359875901,
    "update_time": 1765359875902,
    "conversation_id": "0610",
    "status": "activated",
    "confidence": 0.99,
    "relativity": 0.05407696,
    "tags": ["mode:fast"],
}
FACT = {
    "memory_key": "暑假广州旅游计划",
    "memory_value": "用户计划在暑假期间前往广州旅游，并选择了七天连锁酒店作为住宿选项。",
    "conversation_id": "0610",
    "tags": ["旅游", "广州", "住宿", "酒店"],
}
PREFERENCE = {
    "preference_type": "implicit_preference",
    "preference": "用户可能偏好性价比较高的酒店选择。",
    "reasoning": (
        "七天酒店通常以经济实惠著称，而用户选择七天酒店可能表明其在住宿方面倾向于选择性价比较高的选项。"
        "虽然用户没有明确提到预算限制或具体酒店偏好，但在提供的选项中选择七天可能反映了对价格和实用性的重视。"
    ),
    "conversation_id": "0610",
}
SNIPPET = """
import os
import requests
import json

# 替换成你的 MemOS API Key
os.environ["MEMOS_API_KEY"] = "YOUR_API_KEY"
os.environ["MEMOS_BASE_URL"] = "https://memos.memtensor.cn/api/openmem/v1"

data = {
  "task_id": "c464e17e-f2ff-4e9a-a2c2-41cc55ab43b9"
}
headers = {
  "Content-Type": "application/json",
  "Authorization": f"Token {os.environ['MEMOS_API_KEY']}"
}
url = f"{os.environ['MEMOS_BASE_URL']}/get/status"

res = requests.post(url=url, headers=headers, data=json.dumps(data))

print(f"result: {res.json()}")
"""


def post(memos: Memos, operation: str, body: dict[str, Any]) -> requests.Response:
    headers = {"Authorization": f"Token {memos.api_key}"}
    url = f"{memos.base_url}/{operation}"
    return requests.post(url, headers=headers, json=body, timeout=5)


def search(memos: Memos, **how: Any) -> dict[str, Any]:
    data: dict[str, Any] = post(memos, "search/memory", QUESTION | how).json()["data"]
    return data


def test_async_add_returns_running(mock_memos_live: Memos) -> None:
    shape = ACCEPTED.fullmatch(post(mock_memos_live, "add/message", TURN).text)
    assert shape is not None
    assert shape[2] == "running"


def test_fast_memory_is_found_immediately(mock_memos_live: Memos) -> None:
    post(mock_memos_live, "add/message", TURN)
    data = search(mock_memos_live, relativity=0)
    (memory,) = data["memory_detail_list"]
    assert re.fullmatch("[0-9a-f-]{36}", memory.pop("id"))
    assert memory == RAW
    assert data["preference_detail_list"] == []


def test_default_threshold_finds_fast_memory(mock_memos_live: Memos) -> None:
    post(mock_memos_live, "add/message", TURN)
    (memory,) = search(mock_memos_live)["memory_detail_list"]
    assert memory["tags"] == ["mode:fast"]
    assert memory["relativity"] > 0.45


def test_sync_add_result_is_found(mock_memos_live: Memos) -> None:
    answer = post(mock_memos_live, "add/message", TURN | {"async_mode": False})
    shape = ACCEPTED.fullmatch(answer.text)
    assert shape is not None
    assert shape[2] == "completed"
    data = search(mock_memos_live)
    (fact,), (preference,) = data["memory_detail_list"], data["preference_detail_list"]
    assert fact | FACT == fact
    assert preference | PREFERENCE == preference
    assert data["preference_note"] != ""


def test_async_add_has_same_result_as_sync(mock_memos_live: Memos) -> None:
    task = post(mock_memos_live, "add/message", TURN).json()["data"]["task_id"]
    mock_memos_live.clock.advance(seconds=5)
    data = search(mock_memos_live)
    (fact,), (preference,) = data["memory_detail_list"], data["preference_detail_list"]
    assert fact | FACT == fact
    assert preference | PREFERENCE == preference
    status = post(mock_memos_live, "get/status", {"task_id": task}).json()["data"]
    assert status["memory_views"]["detail_factual"] == {"memory_ids": [fact["id"]]}
    assert status["memory_views"]["preference"] == {"memory_ids": [preference["id"]]}


@pytest.mark.parametrize("part", ["image_url", "file"])
def test_add_with_attachment_is_async(mock_memos_live: Memos, part: str) -> None:
    parts: dict[str, Any] = {
        "image_url": {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
        "file": {"type": "file", "file": {"file_data": "https://papers.test/inn.pdf"}},
    }
    message = {"role": "user", "content": [{"type": "text", "text": "看"}, parts[part]]}
    turn = {"user_id": "ana", "async_mode": False, "messages": [message]}
    data = post(mock_memos_live, "add/message", turn).json()["data"]
    assert data["status"] == "running"
    mock_memos_live.run_until_idle()
    status = post(mock_memos_live, "get/status", {"task_id": data["task_id"]})
    assert status.json()["data"]["status"] == "completed"


@contextmanager
def running_server() -> Iterator[tuple[str, str]]:
    """Address and key of a server that the command line runs."""
    options = ("--port", "0", "--scenario", "guangzhou-hotel", "--clock", "manual")
    with subprocess.Popen(
        [sys.executable, "-m", "mock_memos", "serve", *options], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            _, address, key = (process.stdout.readline().rstrip("\n") for _ in range(3))
            yield address.partition("=")[2], key.partition("=")[2]
        finally:
            process.terminate()


def run_snippet(snippet: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", snippet],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    ).stdout


def test_documented_program_sees_running_then_completed() -> None:
    with running_server() as (base_url, key):
        headers = {"Authorization": f"Token {key}"}
        answer = requests.post(f"{base_url}/add/message", headers=headers, json=TURN, timeout=5)
        task = answer.json()["data"]["task_id"]
        snippet = SNIPPET.replace("YOUR_API_KEY", key)
        snippet = snippet.replace("https://memos.memtensor.cn/api/openmem/v1", base_url)
        snippet = snippet.replace("c464e17e-f2ff-4e9a-a2c2-41cc55ab43b9", task)

        assert run_snippet(snippet) == (
            f"result: {{'code': 0, 'data': {{'task_id': '{task}', 'status': 'running'}}, "
            "'message': 'ok'}\n"
        )
        clock = base_url.replace("/api/openmem/v1", "/_mock/clock")
        requests.post(clock, headers=headers, json={"advance": 5}, timeout=5).raise_for_status()
        assert "'status': 'completed'" in run_snippet(snippet)
