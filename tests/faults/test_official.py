"""What the official client makes of each fault: three tries, then the error."""

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
from tests.support.fault_playing import remembered

SAID = [{"role": "user", "content": "I booked the Harbour Inn."}]

Ask = Callable[[Any], Any]


def add(client: Any) -> Any:
    return client.add_message(SAID, "ana", "c1")


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
PUT_UP_WITH: list[tuple[str, dict[str, Any], Ask]] = [
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


def test_the_official_client_meets_every_fault_and_preset() -> None:
    met = {name for name, *_ in (*THREE_TRIES, *PUT_UP_WITH, *TOO_LATE, *MIDWAY)}
    assert met == {*EFFECTS, *PRESETS}


@pytest.mark.parametrize(("fault", "options", "raised", "ask"), THREE_TRIES)
def test_it_raises_after_three_tries(
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
    assert [one.fault for one in memos.journal] == [fault] * 3


@pytest.mark.parametrize(("fault", "options", "ask"), PUT_UP_WITH)
def test_it_puts_up_with_others(
    client: Any, memos: Memos, fault: str, options: dict[str, Any], ask: Ask
) -> None:
    memos.faults.add(fault, **options)
    assert ask(client)
    assert [one.fault for one in memos.journal][-1] == fault


@pytest.mark.parametrize(("fault", "options"), TOO_LATE)
def test_it_waits_half_a_minute_three_times_which_takes_no_time_here(
    client_type: Any, mock_memos: Memos, fault: str, options: dict[str, Any]
) -> None:
    mock_memos.faults.add(fault, **options)
    with pytest.raises(requests.ReadTimeout):
        add(client_type())
    assert [one.fault for one in mock_memos.journal] == [fault] * 3


@pytest.mark.parametrize(("fault", "raised"), MIDWAY)
def test_a_stream_that_ends_midway_is_not_tried_again(
    client_type: Any, mock_memos: Memos, fault: str, raised: type[Exception]
) -> None:
    mock_memos.faults.add(fault, events=2)
    pieces = []
    with pytest.raises(raised):  # noqa: PT012
        for piece in client_type().chat("ana", "c1", "Which inn?", stream=True):
            pieces.append(json.loads(piece))  # noqa: PERF401  what came before the error counts
    assert [piece["type"] for piece in pieces] == ["text", "text"]
    assert mock_memos.journal.total == 1


def test_a_fault_that_passes_is_not_noticed(client: Any, memos: Memos) -> None:
    memos.faults.add("reset", times=2)
    assert add(client).success is True
    assert memos.journal.total == 3


def test_a_lost_reply_makes_it_write_again(client: Any, mock_memos: Memos, memos: Memos) -> None:
    memos.faults.once("lost-reply")
    add(client)
    assert len(memos.tasks) == 2


def test_what_it_gave_up_on_was_written_three_times(client_type: Any, mock_memos: Memos) -> None:
    mock_memos.faults.add("accepted-empty-body")
    with pytest.raises(JSONDecodeError):
        add(client_type())
    assert remembered(engine_of(mock_memos)) == ["I booked the Harbour Inn."] * 3
