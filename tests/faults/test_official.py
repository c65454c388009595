"""How the official client reacts to each fault: three attempts, then the error."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, JSONDecodeError

from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.presets import PRESETS
from mock_memos.testing.memos import Memos
from tests.support.engines import engine_of
from tests.support.faulty_calls import stored_messages

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn."}]

Ask = Callable[[Any], Any]


def add(client: Any) -> Any:
    return client.add_message(MESSAGES, "ana", "c1")


def search(client: Any) -> Any:
    return client.search_memory("Harbour Inn", "ana")


def status(client: Any) -> Any:
    return client.get_task_status(add(client).task_id)


def stream(client: Any) -> Any:
    return list(client.chat("ana", "c1", "Which inn?", stream=True))


THREE_TRIES: list[tuple[str, dict[str, Any], type[Exception], Ask]] = [
    ("error", {"code": 40309}, requests.HTTPError, add),
    ("error", {"code": 40302, "status": 200}, ValueError, add),
    ("status", {}, requests.HTTPError, add),
    ("reset", {}, requests.ConnectionError, add),
    ("empty", {}, requests.ConnectionError, add),
    ("malformed-body", {}, JSONDecodeError, add),
    ("truncated", {}, JSONDecodeError, add),
    ("quota", {"calls": 0}, requests.HTTPError, add),
    ("accepted-empty-body", {}, JSONDecodeError, add),
    ("invalid-parameters-template", {}, requests.HTTPError, add),
    ("internal-error-empty-message", {}, requests.HTTPError, add),
    ("token-rate-limit", {}, requests.HTTPError, add),
    ("rate-limit-in-200", {}, ValueError, add),
    ("input-limit-in-200", {}, ValueError, add),
    ("gateway-html", {}, requests.HTTPError, add),
    ("null-data", {}, ValueError, add),
    ("null-message", {}, requests.HTTPError, add),
    ("closed-after-500", {}, requests.HTTPError, add),
    ("lost-reply", {}, requests.ConnectionError, add),
    ("unlinked-knowledgebase", {}, requests.HTTPError, search),
    ("search-down", {}, requests.HTTPError, search),
    ("null-data", {}, ValueError, search),
]
TOLERATED: list[tuple[str, dict[str, Any], Ask]] = [
    ("slow-body", {}, add),
    ("slow-body", {"pieces": 100}, stream),
    ("latency", {"seconds": 29}, add),
    ("slow-5s", {}, add),
    ("slow-6s", {}, add),
    ("list-shaped-status", {}, status),
    ("stream-reset", {}, add),
]
TOO_LATE = [("latency", {"seconds": 31}), ("timeout", {}), ("slow-30s", {})]
MIDWAY = [("stream-reset", ChunkedEncodingError), ("stream-stall", requests.ConnectionError)]


def test_official_client_is_tested_with_every_fault() -> None:
    met = {name for name, *_ in (*THREE_TRIES, *TOLERATED, *TOO_LATE, *MIDWAY)}
    assert met == {*EFFECTS, *PRESETS}


@pytest.mark.parametrize(("fault", "options", "raised", "ask"), THREE_TRIES)
def test_official_client_raises_after_three_attempts(
    client: Any,
    memos: Memos,
    fault: str,
    options: dict[str, Any],
    raised: type[Exception],
    ask: Ask,
) -> None:
    memos.faults.add(fault, **options)
    with pytest.raises(raised):
        ask(client)
    assert [call.fault for call in memos.journal] == [fault] * 3


@pytest.mark.parametrize(("fault", "options", "ask"), TOLERATED)
def test_official_client_tolerates_fault(
    client: Any, memos: Memos, fault: str, options: dict[str, Any], ask: Ask
) -> None:
    memos.faults.add(fault, **options)
    assert ask(client)
    assert [call.fault for call in memos.journal][-1] == fault


@pytest.mark.parametrize(("fault", "options"), TOO_LATE)
def test_late_reply_times_out_three_times_without_waiting(
    client_type: Any, mock_memos: Memos, fault: str, options: dict[str, Any]
) -> None:
    mock_memos.faults.add(fault, **options)
    with pytest.raises(requests.ReadTimeout):
        add(client_type())
    assert [item.fault for item in mock_memos.journal] == [fault] * 3


@pytest.mark.parametrize(("fault", "raised"), MIDWAY)
def test_broken_stream_is_not_retried(
    client_type: Any, mock_memos: Memos, fault: str, raised: type[Exception]
) -> None:
    mock_memos.faults.add(fault, events=2)
    pieces = []
    with pytest.raises(raised):  # noqa: PT012
        for piece in client_type().chat("ana", "c1", "Which inn?", stream=True):
            pieces.append(json.loads(piece))  # noqa: PERF401  what arrived before the error counts
    assert [piece["type"] for piece in pieces] == ["text", "text"]
    assert mock_memos.journal.total == 1


def test_temporary_fault_is_hidden_by_retries(client: Any, memos: Memos) -> None:
    memos.faults.add("reset", times=2)
    assert add(client).success is True
    assert memos.journal.total == 3


def test_lost_reply_stores_the_message_twice(client: Any, mock_memos: Memos, memos: Memos) -> None:
    memos.faults.once("lost-reply")
    add(client)
    assert len(memos.tasks) == 2


def test_empty_replies_store_the_message_three_times(client_type: Any, mock_memos: Memos) -> None:
    mock_memos.faults.add("accepted-empty-body")
    with pytest.raises(JSONDecodeError):
        add(client_type())
    assert stored_messages(engine_of(mock_memos)) == ["I booked the Harbour Inn."] * 3
