"""Any text, in two languages and all characters."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")


TEXTS = {
    "chinese": "我住在里昂，喜欢安静的房间。",
    "emoji": "I like 🍵 and 👩‍👩‍👧‍👦.",
    "right-to-left": "אני אוהב תה. مرحبا بالعالم",
    "line separator": "one\u2028two\u2029three\u0085four",
    "nul": "a\x00b",
    "controls": "\x01\x02\x1b[31m\ttab\r\nnext",
    "backslashes": 'C:\\new\\"quoted"',
    "byte order mark": "\ufeffstart",
    "outside the plane": "𠮷野家 𝔘𝔫𝔦",
    "combining": "Zoe\u0308",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_returned_unchanged(client: Client, text: str) -> None:
    client.add(text, conversation_id=text, info={"said": text})
    [listed] = client.ok("get/message", user_id="ana", conversation_id=text)["message_detail_list"]
    assert listed["content"] == text
    [fact] = client.facts()
    assert fact["memory_value"].endswith(f": {text}\n")
    assert fact["info"] == {"said": text}
    assert fact["conversation_id"] == text
    client.advance(3)
    client.page()


@pytest.mark.parametrize(
    ("turns", "facts", "preferences"),
    [
        (
            [
                "My name is Ana and I live in Lyon.",
                "I booked the Harbour Inn for May.",
                "I prefer quiet rooms, and I hate feather pillows.",
                "What is the weather like?",
                "Thanks!",
            ],
            ["Lyon", "Harbour Inn"],
            ["quiet rooms", "feather pillows"],
        ),
        (
            [
                "我叫安娜，我住在里昂。",
                "我预订了五月的海港酒店。",
                "我喜欢安静的房间，我讨厌羽绒枕头。",
                "天气怎么样？",
                "谢谢！",
            ],
            ["里昂", "海港酒店"],
            ["安静的房间", "羽绒枕头"],
        ),
    ],
    ids=["english", "chinese"],
)
def test_conversation_becomes_facts_and_preferences(
    client: Client, turns: list[str], facts: list[str], preferences: list[str]
) -> None:
    for turn in turns:
        messages: list[Any] = [
            {"role": "user", "content": turn},
            {"role": "assistant", "content": "OK." if turn.isascii() else "好的。"},
        ]
        client.ok("add/message", user_id="ana", conversation_id="c1", messages=messages)
        client.advance(5)
    listed = client.page()
    values = " ".join(item["memory_value"] for item in listed["memory_detail_list"])
    assert all(fact in values for fact in facts)
    assert not any(word in values for word in ("weather", "Thanks", "天气", "谢谢"))
    liked = [item["preference"] for item in listed["preference_detail_list"]]
    assert all(any(item in text for text in liked) for item in preferences)
    assert {item["preference_type"] for item in listed["preference_detail_list"]} == {
        "explicit_preference"
    }
    assert all("mode:fast" not in item["tags"] for item in listed["memory_detail_list"])
    for item in listed["memory_detail_list"]:
        assert len(item["memory_key"]) < len(item["memory_value"]) + 1
        assert (
            item["memory_value"].startswith(("The user", "用户")) or "user" in item["memory_value"]
        )
