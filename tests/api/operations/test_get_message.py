"""get/message."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

HOTEL = "I booked the Harbour Inn."
USER = {"role": "user", "content": HOTEL}


def add(client: Client, *messages: Any, **fields: Any) -> Any:
    return client.ok("add/message", user_id="ana", messages=list(messages), **fields)


def test_messages_are_returned_with_their_text(client: Client) -> None:
    add(client, USER, {"role": "assistant", "content": "Good choice."}, conversation_id="c1")
    client.advance(1)
    client.add("Thanks!", conversation_id="c1")
    client.add("Elsewhere", conversation_id="c2")
    listed = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert [(item["role"], item["content"]) for item in listed] == [
        ("user", HOTEL),
        ("assistant", "Good choice."),
        ("user", "Thanks!"),
    ]
    assert {item["conversation_id"] for item in listed} == {"c1"}
    assert [item["create_time"] for item in listed] == [
        "2025-12-10T09:00:00.000Z",
        "2025-12-10T09:00:00.000Z",
        "2025-12-10T09:00:01.000Z",
    ]


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, 6), (0, 0), (1, 1), (49, 49), (50, 50), (51, 50), ("2", 2)]
)
def test_newest_messages_are_listed_oldest_first(client: Client, limit: Any, expected: int) -> None:
    for number in range(60):
        client.add(f"m{number}", conversation_id="c1")
    listed = client.ok(
        "get/message", user_id="ana", conversation_id="c1", message_limit_number=limit
    )
    texts = [message["content"] for message in listed["message_detail_list"]]
    assert texts == [f"m{number}" for number in range(60 - expected, 60)]


def test_system_and_tool_messages_are_not_listed(client: Client) -> None:
    add(
        client,
        {"role": "system", "content": "Be brief."},
        {"role": "tool", "content": "42"},
        USER,
        conversation_id="c1",
    )
    listed = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert [item["role"] for item in listed] == ["user"]


def test_parts_are_joined_to_one_text(client: Client) -> None:
    content = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
        {"type": "text", "text": "Nice?"},
    ]
    add(client, {"role": "user", "content": content}, conversation_id="c1")
    [listed] = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert listed["content"] == "Look: [image_url] [file] Nice?"


def test_unknown_user_or_conversation_has_no_messages(client: Client) -> None:
    client.add(HOTEL, conversation_id="c1")
    for user_id, conversation_id in [("bo", "c1"), ("ana", "c2")]:
        body = {"user_id": user_id, "conversation_id": conversation_id}
        assert client.ok("get/message", **body) == {"message_detail_list": []}
