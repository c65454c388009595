"""Errors in the official client: it raises after three attempts."""

from pathlib import Path
from typing import Any

import pytest
import requests

from mock_memos.testing.memos import Memos

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn."}]
EMPTY_MESSAGES = [{"role": "user", "content": ""}]


def journal_codes(memos: Memos) -> list[int]:
    return [exchange.code for exchange in memos.journal]


@pytest.mark.parametrize(
    ("method", "arguments", "status", "code"),
    [
        ("get_task_status", {"task_id": "t"}, 500, 50131),
        ("get_memory_by_id", {"memid": "m"}, 400, 40001),
        ("update_memory", {"memory_id": "m", "title": "x"}, 403, 40307),
        ("delete_memory", {"user_id": "nobody"}, 403, 40308),
        ("search_memory", {"query": "x", "user_id": "u" * 101}, 400, 40010),
        ("search_memory", {"query": "x", "user_id": "ana", "relativity": 2}, 400, 40012),
        ("get_message", {"user_id": "a", "conversation_id": "c" * 101}, 400, 40011),
        ("add_message", {"messages": EMPTY_MESSAGES, "user_id": "a"}, 400, 40002),
        ("chat", {"user_id": "a", "conversation_id": "c", "query": "x", "top_p": 2}, 400, 40000),
        ("delete_knowledgebase", {"knowledgebase_id": "base0"}, 500, 50120),
        ("edit_profile", {"profile_template_id": "t", "user_id": "a", "metadata": {}}, 400, 40002),
        ("delete_profile", {"profile_template_id": "tpl_0", "user_id": "ana"}, 400, 40001),
    ],
)  # fmt: skip
def test_error_is_raised_after_three_attempts(
    client: Any, memos: Memos, method: str, arguments: dict[str, Any], status: int, code: int
) -> None:
    with pytest.raises(requests.HTTPError) as caught:
        getattr(client, method)(**arguments)
    assert caught.value.response.status_code == status
    answer = caught.value.response.json()
    assert (answer["code"], answer["data"]) == (code, None)
    assert isinstance(answer["message"], str)
    assert journal_codes(memos) == [code] * 3


def test_stream_error_is_raised_before_first_line(client: Any, memos: Memos) -> None:
    with pytest.raises(requests.HTTPError):
        client.chat("ana", "c1", "x", knowledgebase_ids=["base0"], stream=True)
    assert journal_codes(memos) == [50123] * 3


def test_form_retries_send_files_again(client: Any, memos: Memos, tmp_path: Path) -> None:
    path = tmp_path / "movie.mp4"
    path.write_bytes(b"\x00" * 10)
    base = client.create_knowledgebase("Films").knowledgebase_id
    with pytest.raises(requests.HTTPError):
        client.add_knowledgebase_file_form(base, [str(path)])
    sizes = [len(exchange.request_body) for exchange in memos.journal if exchange.code == 40007]
    assert len(sizes) == 3
    assert len(set(sizes)) == 1


@pytest.mark.mock_memos(allow_unmatched_requests=True)
def test_client_requires_key(client_type: Any, memos: Memos) -> None:
    with pytest.raises(requests.HTTPError) as caught:
        client_type(api_key=" ").get_message("ana", "c1")
    assert caught.value.response.json()["code"] == 40132


def test_base_url_accepts_trailing_slash(client_type: Any, memos: Memos) -> None:
    client = client_type(base_url=f"{memos.base_url}/")
    assert client.add_message(MESSAGES, "ana").success is True
    assert [exchange.path for exchange in memos.journal] == ["/api/openmem/v1//add/message"]


@pytest.mark.parametrize("everywhere", [False, True])
def test_both_service_addresses_are_answered_in_process(
    client_type: Any, mock_memos: Memos, monkeypatch: pytest.MonkeyPatch, everywhere: bool
) -> None:
    monkeypatch.delenv("MEMOS_BASE_URL")
    client = client_type(is_global=everywhere)
    assert client.add_message(MESSAGES, "ana").success is True
    assert mock_memos.journal.total == 1


@pytest.mark.mock_memos(http_status="always-200")
def test_status_200_error_fails_only_in_typed_methods(client: Any, memos: Memos) -> None:
    with pytest.raises(ValueError, match="data"):
        client.get_task_status("t")
    assert client.update_memory("m", title="x") == {
        "code": 40307, "data": None, "message": "Memory for deletion does not exist",
    }  # fmt: skip
    assert journal_codes(memos) == [50131, 50131, 50131, 40307]


@pytest.mark.mock_memos(status_format="list")
def test_status_list_is_accepted(client: Any) -> None:
    task = client.add_message(MESSAGES, "ana").task_id
    status = client.get_task_status(task)
    assert (status.data.task_id, status.data.status) == (task, "running")


@pytest.mark.mock_memos(include_empty_lists="requested")
def test_lists_of_other_views_can_be_absent(client: Any) -> None:
    client.add_message(MESSAGES, "ana", async_mode=False)
    answer = client.search_memory("Harbour Inn", "ana", include_memory_view=["detail_factual"])
    assert len(answer.memories) == 1
    assert answer.preferences is None
    assert answer.data.preference_note == ""


@pytest.mark.mock_memos(strict=True)
def test_strict_mode_accepts_client_defaults(client: Any) -> None:
    assert client.add_message(MESSAGES, "ana").success is True
    assert client.search_memory("inn", "ana").code == 0
    assert client.get_memory("ana").code == 0
    assert client.get_message("ana", "c1").code == 0
    assert client.chat("ana", "c1", "Which inn?").code == 0
