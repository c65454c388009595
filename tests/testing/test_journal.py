"""The journal in a test's hand: questions, waiting, assertions, exports."""

import contextlib
import json
import shutil
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.errors import UsageError
from tests.support.har_schema import ARCHIVE

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn."}]


class Calls:
    """A mock, and calls to it."""

    def __init__(self, memos: MockMemos) -> None:
        self.memos = memos
        self.journal = memos.journal
        self._client = httpx.Client(
            transport=memos.transport(), headers={"Authorization": f"Token {memos.api_key}"}
        )

    def post(self, operation: str, **body: Any) -> Any:
        return self._client.post(f"{self.memos.base_url}/{operation}", json=body).json()

    def add(self, user_id: str = "ana", **more: Any) -> Any:
        return self.post("add/message", user_id=user_id, messages=MESSAGES, **more)

    def search(self, query: str = "hotel", user_id: str = "ana", **more: Any) -> Any:
        return self.post("search/memory", user_id=user_id, query=query, **more)


@pytest.fixture
def calls() -> Calls:
    return Calls(MockMemos())


@pytest.fixture(scope="module")
def server() -> Iterator[MockMemosServer]:
    with MockMemosServer() as server:
        yield server


# --- questions ---


def test_find_matches_request_and_reply(calls: Calls) -> None:
    calls.add("ana", info={"scene": "travel"})
    calls.add("ben")
    calls.search("Which hotel?", relativity=2)
    result = calls.journal.find
    assert [item.number for item in result()] == [1, 2, 3]
    assert [item.number for item in result("add/*")] == [1, 2]
    assert [item.number for item in result(user_id="ben")] == [2]
    assert [item.number for item in result(text="harbour", fields={"info.scene": "travel"})] == [1]
    assert [item.number for item in result("search/memory", query="Which hotel?")] == [3]
    assert [item.number for item in result(code=40012)] == [3]
    assert calls.journal.count("add/message", code=0) == 2
    assert calls.journal.last("add/message") == result(user_id="ben")[0]
    assert calls.journal.last("chat") is None


def test_memory_id_in_the_path_is_a_field(calls: Calls) -> None:
    calls._client.get(f"{calls.memos.base_url}/get/memory/a b/c")
    assert calls.journal.count("get/memory/{memory_id}", memory_id="a b/c") == 1


@pytest.mark.parametrize(
    ("operation", "like", "message"),
    [
        ("add/mesage", {}, "unknown operation 'add/mesage', did you mean 'add/message'"),
        ("chat", {"querry": "x"}, "unknown field 'querry' of chat, did you mean 'query'"),
        ("get/status", {"query": "x"}, "unknown field 'query' of get/status"),
        (None, {"code": "none"}, "code"),
        (None, {"pattern": "("}, "invalid regular expression"),
    ],
)
def test_invalid_query_is_rejected(
    calls: Calls, operation: str | None, like: dict[str, Any], message: str
) -> None:
    for ask in (calls.journal.find, calls.journal.assert_not_called):
        with pytest.raises(UsageError, match=message.replace("(", "\\(")):
            ask(operation, **like)


def test_exchange_lists_started_and_ended_tasks(calls: Calls) -> None:
    task = calls.add()["data"]["task_id"]
    calls.add(async_mode=False)
    for _ in range(2):
        calls.post("get/status", task_id=task)
    first, second, third, fourth = calls.journal
    assert first.tasks_started == (task,)
    assert second.tasks_started == second.tasks_ended
    assert (third.tasks_ended, fourth.tasks_ended) == ((), (task,))


def test_exchange_has_the_simulated_duration(calls: Calls) -> None:
    calls.add()
    calls.add(async_mode=False)
    assert [item.simulated_duration_ms for item in calls.journal] == [0, 3000]


def test_journal_does_not_store_the_key(calls: Calls) -> None:
    calls.add()
    (exchange,) = calls.journal
    assert dict(exchange.headers)["authorization"] == "token ***"
    assert calls.memos.api_key not in str(exchange)


def test_exchange_has_a_world_id_but_no_key(server: MockMemosServer) -> None:
    for key in ("secret-first", "secret-second", "secret-first"):
        headers = {"Authorization": f"Token {key}"}
        httpx.post(f"{server.base_url}/get/status", headers=headers, json={"task_id": "t"})
    httpx.post(f"{server.base_url}/get/status", json={"task_id": "t"})
    journals = server.engine.journals()
    first, second = (
        {call.world_id for call in journals[key]} for key in ("secret-first", "secret-second")
    )
    assert (len(first), len(second)) == (1, 1)
    assert first != second
    assert [*server.engine.unauthenticated][-1].world_id == ""
    assert "secret" not in repr([*journals["secret-first"], *server.engine.unauthenticated])


def test_clear_keeps_numbers_and_digest(calls: Calls) -> None:
    calls.add()
    digest = calls.journal.digest
    calls.journal.clear()
    assert (len(calls.journal), calls.journal.digest, calls.journal.count()) == (0, digest, 0)
    calls.add()
    assert [item.number for item in calls.journal] == [2]
    assert (calls.journal.count(), calls.journal.dropped) == (1, 0)


# --- waiting ---


def test_wait_for_returns_a_call_of_another_thread(server: MockMemosServer) -> None:
    memos = server.new_world("worker")
    ready = threading.Event()

    def work() -> None:
        ready.wait()
        headers = {"Authorization": "Token worker"}
        for query in ("one", "two"):
            body = {"user_id": "ana", "query": query}
            httpx.post(f"{memos.base_url}/search/memory", json=body, headers=headers)

    worker = threading.Thread(target=work)
    worker.start()
    threading.Timer(0, ready.set).start()
    assert memos.journal.wait_for("search/memory", query="two", timeout=30).number == 2
    worker.join()
    assert memos.journal.wait_for("search/memory", query="one", timeout=0).number == 1


def test_wait_for_timeout_shows_the_nearest_miss(calls: Calls) -> None:
    calls.search("hotel")
    with pytest.raises(AssertionError) as failure:
        calls.journal.wait_for("search/memory", query="train", timeout=0)
    assert str(failure.value).startswith("waited 0 s; no call matches search/memory")
    assert "query is 'hotel', not 'train'" in str(failure.value)


# --- assertions ---


def message(assertion: Any, *args: Any, **like: Any) -> str:
    with pytest.raises(AssertionError) as failure:
        assertion(*args, **like)
    return str(failure.value)


def test_assertions_return_the_call(calls: Calls) -> None:
    calls.add()
    calls.search("hotel")
    calls.search("train")
    journal = calls.journal
    assert journal.assert_called("search/memory").number == 3
    assert journal.assert_called("search/memory", query="hotel").number == 2
    assert journal.assert_called("search/memory", times=2).number == 3
    assert journal.assert_called_once("add/message", user_id="ana").number == 1
    assert journal.assert_called_with("search/memory", query="train").number == 3
    journal.assert_not_called("chat")
    journal.assert_in_order(["add/message", {"operation": "search/memory", "query": "train"}])
    journal.assert_no_unmatched()


def test_assert_called_shows_the_nearest_miss(calls: Calls) -> None:
    calls.search("hotel", user_id="ana")
    calls.search("train", user_id="ben")
    calls.add()
    text = message(
        calls.journal.assert_called, "search/memory", user_id="ana", query="train", relativity=0.5
    )
    assert text.splitlines() == [
        "no call matches search/memory with user_id 'ana', query 'train', relativity 0.5",
        "nearest of 3 calls:",
        "#2 09:00:02.000 POST search/memory -> 200, code 0",
        "    operation 'search/memory': matches",
        "  ! user_id is 'ben', not 'ana'",
        "    query 'train': matches",
        "  ! relativity is absent, not 0.5",
    ]


def test_wrong_number_of_calls_is_listed(calls: Calls) -> None:
    calls.search("hotel")
    calls.search("hotel")
    text = message(calls.journal.assert_called_once, "search/memory", query="hotel")
    assert text.splitlines()[0] == "2 calls match search/memory with query 'hotel'; expected 1"
    assert len(text.splitlines()) == 3
    text = message(calls.journal.assert_not_called, "search/memory")
    assert text.startswith("2 calls match search/memory; expected none")
    assert "2 calls match search/memory; expected 3" in message(
        calls.journal.assert_called, "search/memory", times=3
    )


def test_assert_called_rejects_times_0(calls: Calls) -> None:
    with pytest.raises(UsageError, match="assert_not_called"):
        calls.journal.assert_called("chat", times=0)


def test_assert_called_with_compares_the_last_call(calls: Calls) -> None:
    calls.search("hotel")
    calls.search("train")
    text = message(calls.journal.assert_called_with, "search/memory", query="hotel")
    assert "the last call does not match search/memory with query 'hotel'" in text
    assert "! query is 'train', not 'hotel'" in text


def test_assert_in_order_lists_the_calls(calls: Calls) -> None:
    calls.search()
    calls.add()
    text = message(calls.journal.assert_in_order, ["add/message", "search/memory"])
    assert "step 2 of 2 is missing: search/memory" in text
    assert "  1. #2 " in text
    assert "missing after call 2" in text


def test_unmatched_calls_show_the_nearest_operation(calls: Calls) -> None:
    calls.post("add/mesage", user_id="ana")
    text = message(calls.journal.assert_no_unmatched)
    assert "1 unmatched:" in text
    assert "Nearest: POST /api/openmem/v1/add/message" in text
    assert [item.path for item in calls.journal.unmatched] == ["/api/openmem/v1/add/mesage"]


def test_report_counts_calls_with_other_keys(calls: Calls) -> None:
    assert "there was no call at all" in message(calls.journal.assert_called, "chat")
    calls._client.headers["Authorization"] = "Token another"
    calls.search()
    text = message(calls.journal.assert_called, "search/memory")
    assert "no call had this API key; 1 had another key or none" in text


def test_count_raises_if_calls_were_dropped() -> None:
    calls = Calls(MockMemos(journal_max_entries=1))
    calls.search()
    calls.search()
    for refuses in (calls.journal.count, calls.journal.assert_not_called):
        with pytest.raises(UsageError, match="Increase journal_max_entries"):
            refuses("chat")
    with pytest.raises(UsageError, match="Increase journal_max_entries"):
        calls.journal.assert_called_once("search/memory")
    assert "the journal dropped 1 call;" in message(calls.journal.assert_called, "chat")


# --- exports ---


def test_jsonl_has_bodies_but_no_key(calls: Calls) -> None:
    calls.add()
    calls.search()
    first, second = map(json.loads, calls.journal.to_jsonl().splitlines())
    assert first["request_body"]["messages"] == MESSAGES
    assert second["response_body"]["code"] == 0
    assert calls.memos.api_key not in calls.journal.to_jsonl()


def test_har_has_all_calls_in_virtual_time(calls: Calls) -> None:
    calls.add(async_mode=False)
    log = calls.journal.to_har()["log"]
    (entry,) = log["entries"]
    assert log["version"] == "1.2"
    assert entry["startedDateTime"] == "2025-12-10T09:00:01.000Z"
    assert (entry["time"], entry["timings"]["wait"]) == (3000, 3000)
    assert entry["request"]["url"] == "https://memos.memtensor.cn/api/openmem/v1/add/message"
    assert json.loads(entry["request"]["postData"]["text"])["user_id"] == "ana"
    assert entry["response"]["content"]["mimeType"] == "application/json"
    assert calls.memos.api_key not in json.dumps(log)


def test_har_is_valid(calls: Calls) -> None:
    calls.add()
    calls.search("第\r\n一")
    calls.post("no/such thing?x=1&y=%20&z")
    for fault in ("malformed-body", "gateway-html", "slow-5s", "accepted-empty-body", "reset"):
        calls.memos.faults.once(fault, "add/message")
        with contextlib.suppress(httpx.TransportError, ValueError):
            calls.add()
    archive = json.loads(json.dumps(calls.journal.to_har()))
    assert [*Draft202012Validator(ARCHIVE).iter_errors(archive)] == []
    entries = archive["log"]["entries"]
    assert [entry["_fault"] for entry in entries[3:]] == [
        "malformed-body", "gateway-html", "slow-5s", "accepted-empty-body", "reset",
    ]  # fmt: skip
    content = entries[3]["response"]["content"]
    assert content["encoding"] == "base64"
    assert len(b64decode(content["text"])) == content["size"] == 64


@pytest.mark.skipif(not shutil.which("curl"), reason="this machine has no curl")
def test_curl_lines_repeat_the_calls(server: MockMemosServer, calls: Calls) -> None:
    calls.post("add/message", user_id='it\'s "me" $HOME', messages=MESSAGES, conversation_id="c")
    calls.search("第\r\n一")
    calls.post("no/such thing?x=1&y=%20")
    calls._client.get(f"{calls.memos.base_url}/get/memory/a b")
    twin = server.new_world("curl")
    script = calls.journal.to_curl()
    assert calls.memos.api_key not in script
    env = {"MEMOS_BASE_URL": server.base_url, "MEMOS_API_KEY": "curl", "PATH": "/usr/bin:/bin"}
    subprocess.run(["bash", "-euc", script], env=env, check=True, capture_output=True)
    repeated, original = (
        [(call.method, call.path, call.query, call.request_body, call.code) for call in journal]
        for journal in (twin.journal, calls.journal)
    )
    assert repeated == original
    assert twin.digest == calls.journal.digest


def test_body_over_the_limit_is_recorded() -> None:
    with MockMemos(max_body_bytes=10) as memos, httpx.Client() as client:
        memos.run_until_idle()
        key = {"Authorization": f"Token {memos.api_key}"}
        reply = client.post(f"{memos.base_url}/search/memory", content=b"1" * 11, headers=key)
        assert reply.status_code == 413
        memos.journal.assert_called_once("search/memory")
        assert ["11 bytes" in exchange.hint for exchange in memos.journal] == [True]
