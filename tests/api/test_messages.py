"""add/message, get/status and get/message."""

import re
from typing import Any

import pytest

from tests.api.calling import Client

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOTEL = "I booked the Harbour Inn."
USER = {"role": "user", "content": HOTEL}
PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def client() -> Client:
    return Client()


def add(client: Client, *messages: Any, **fields: Any) -> Any:
    return client.ok("add/message", messages=list(messages), **{"user_id": "ana"} | fields)


# --- tasks ---


def test_an_added_message_answers_with_a_running_task(client: Client) -> None:
    started = client.say(HOTEL)
    assert list(started) == ["success", "task_id", "status"]
    assert started["success"] is True
    assert started["status"] == "running"
    assert UUID.fullmatch(started["task_id"])


def test_a_task_is_running_until_its_delay_has_passed(client: Client) -> None:
    task_id = client.say(HOTEL)["task_id"]
    client.advance(2.999)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "running"}
    client.advance(0.001)
    assert client.status(task_id) == "completed"


def test_a_completed_task_counts_what_it_made(client: Client) -> None:
    task_id = client.say(f"{HOTEL} I like quiet rooms.")["task_id"]
    client.advance(3)
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    listed = client.listed()
    facts = [one["id"] for one in listed["memory_detail_list"]]
    likes = [one["id"] for one in listed["preference_detail_list"]]
    assert views == {
        "added": 2,
        "updated": 0,
        "deleted": 0,
        "detail_factual": {"memory_ids": facts},
        "preference": {"memory_ids": likes},
    }


def test_a_repeated_statement_is_an_update_of_the_same_memory(client: Client) -> None:
    client.told(HOTEL)
    [before] = client.facts()
    client.advance(60)
    task_id = client.say(HOTEL)["task_id"]
    client.advance(3)
    [after] = client.facts()
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert (views["added"], views["updated"], views["deleted"]) == (0, 1, 0)
    assert after["id"] == before["id"]
    assert after["create_time"] == before["create_time"]
    assert after["update_time"] > before["update_time"]


def test_a_contradiction_keeps_the_newest_text_under_the_same_id(client: Client) -> None:
    client.told("I live in Lyon.")
    [before] = client.facts()
    client.told("I live in Paris.")
    [after] = client.facts()
    assert after["id"] == before["id"]
    assert "Paris" in after["memory_value"]
    assert client.find("Lyon") == []


def test_a_message_with_nothing_worth_keeping_completes_without_memory_views(
    client: Client,
) -> None:
    task_id = client.say("Hi!")["task_id"]
    assert len(client.facts()) == 1
    client.advance(3)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "completed"}
    assert client.facts() == []


def test_a_synchronous_call_answers_when_everything_is_processed(client: Client) -> None:
    started = client.say(HOTEL, async_mode=False)
    assert started["status"] == "completed"
    status = client.ok("get/status", task_id=started["task_id"])
    assert status["status"] == "completed"
    assert status["memory_views"]["added"] == 1
    [fact] = client.facts()
    assert "mode:fast" not in fact["tags"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, "running"),
        ({"async_mode": None}, "running"),
        ({"asyncMode": False}, "completed"),
        ({"asyncMode": False, "async_mode": True}, "running"),
        ({"asyncMode": True, "async_mode": False}, "completed"),
        ({"asyncMode": False, "async_mode": None}, "completed"),
    ],
)
def test_async_mode_wins_over_its_older_name(
    client: Client, asked: dict[str, Any], status: str
) -> None:
    assert client.say(HOTEL, **asked)["status"] == status


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "file", "file": {"file_data": "https://files.test/rules.pdf"}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
    ],
)
def test_an_image_or_a_file_makes_a_call_asynchronous(
    client: Client, part: dict[str, Any]
) -> None:
    content = [{"type": "text", "text": "See this."}, part]
    started = add(client, {"role": "user", "content": content}, async_mode=False)
    assert started["status"] == "running"
    client.advance(29.999)
    assert client.status(started["task_id"]) == "running"
    client.advance(0.001)
    assert client.status(started["task_id"]) == "completed"
    assert len(client.facts()) == 1


def test_a_fact_about_an_attachment_names_it_and_never_quotes_it(client: Client) -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": "https://pictures.test/a/inn.png?w=1"}},
        {"type": "image_url", "image_url": {"url": PIXEL}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
    ]
    add(client, {"role": "user", "content": parts})
    client.advance(30)
    facts = client.facts()
    text = " ".join(one["memory_key"] + " " + one["memory_value"] for one in facts)
    assert "inn.png" in text
    assert "https" not in text
    assert "base64" not in text
    assert "IyBS" not in text


def test_text_parts_alone_stay_synchronous(client: Client) -> None:
    content = [{"type": "text", "text": HOTEL}, {"type": "text", "text": "It is fine."}]
    started = add(client, {"role": "user", "content": content}, async_mode=False)
    assert started["status"] == "completed"


def test_too_many_attachments_end_in_a_failed_task(client: Client) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}}
    task_id = add(client, {"role": "user", "content": [image] * 21})["task_id"]
    client.advance(30)
    assert client.ok("get/status", task_id=task_id) == {"task_id": task_id, "status": "failed"}


# --- the fast memory ---


def test_the_fast_memory_holds_the_turn_as_raw_lines() -> None:
    client = Client(start="2025-12-10T09:44:35.901Z")
    messages = [
        {"role": "user", "content": "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？"},
        {"role": "assistant", "content": "您可以考虑【七天、全季、希尔顿】等等"},
        {"role": "user", "content": "我选七天"},
        {"role": "assistant", "content": "好的，有其他问题再问我。"},
    ]
    add(client, *messages, conversation_id="0610", tags=["旅游"])
    [fact] = client.facts()
    at = "[09:44 AM on 10 December, 2025 UTC]: "
    assert fact["memory_value"] == (
        f"user: {at}我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？\n"
        f"assistant: {at}您可以考虑【七天、全季、希尔顿】等等\n"
        f"user: {at}我选七天\n"
        f"assistant: {at}好的，有其他问题再问我。\n"
    )
    assert fact["memory_key"] == f"user: {at}我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选"
    assert fact["memory_type"] == "WorkingMemory"
    assert fact["tags"] == ["mode:fast"]
    assert fact["confidence"] == 0.99
    assert fact["status"] == "activated"
    assert fact["conversation_id"] == "0610"
    assert fact["create_time"] == 1765359875901
    assert fact["update_time"] == 1765359875902


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hi! I like tea.", "user: [09:44 AM on 10 December, 2025 UTC]: Hi"),
        (
            "I keep a spare key under the blue flower pot by the door. Ask me later!",
            "user: [09:44 AM on 10 December, 2025 UTC]: I keep a spare key under the blue flo",
        ),
    ],
)
def test_the_key_of_a_fast_memory_ends_with_the_first_sentence(text: str, key: str) -> None:
    client = Client(start="2025-12-10T09:44:35.901Z")
    client.say(text)
    assert client.facts()[0]["memory_key"] == key


def test_fast_memories_give_way_when_the_task_completes(client: Client) -> None:
    client.say(HOTEL)
    [fast] = client.facts()
    client.advance(3)
    [fine] = client.facts()
    assert fine["id"] != fast["id"]
    assert fine["memory_value"] == "The user booked the Harbour Inn."
    client.fails(40307, "update/memory", memory_id=fast["id"], content="x")


def test_nothing_but_the_fast_memory_exists_before_the_end(client: Client) -> None:
    client.say("I like quiet rooms. Last Tuesday I met Li in Paris.")
    listed = client.listed()
    assert len(listed["memory_detail_list"]) == 1
    assert [listed[f"{kind}_detail_list"] for kind in ("preference", "event")] == [[], []]


def test_a_rough_delay_keeps_the_fast_memory_back() -> None:
    client = Client(rough_delay=1)
    client.say(HOTEL)
    assert client.facts() == []
    client.advance(1)
    assert [one["tags"] for one in client.facts()] == [["mode:fast"]]


def test_there_is_no_fast_memory_without_the_view_of_facts(client: Client) -> None:
    client.say("I like quiet rooms.", allow_memory_view=["preference"])
    assert client.facts() == []
    client.advance(3)
    listed = client.listed()
    assert listed["memory_detail_list"] == []
    assert len(listed["preference_detail_list"]) == 1


def test_chat_time_is_copied_as_it_is(client: Client) -> None:
    add(client, USER | {"chat_time": "gestern Abend"}, {"role": "assistant", "content": "Fine."})
    [fact] = client.facts()
    assert fact["memory_value"].startswith(f"user: [gestern Abend]: {HOTEL}\nassistant: [")


def test_a_named_speaker_is_shown_with_the_name(client: Client) -> None:
    add(client, USER | {"role_id": "r1", "role_name": "Li"})
    assert client.facts()[0]["memory_value"].startswith("user(Li): [")


def test_system_messages_are_no_part_of_the_fast_memory(client: Client) -> None:
    add(client, {"role": "system", "content": "Be brief."}, USER)
    assert "Be brief" not in client.facts()[0]["memory_value"]


def test_system_messages_alone_make_no_fast_memory(client: Client) -> None:
    add(client, {"role": "system", "content": "Be brief."})
    assert client.facts() == []


def test_an_assistant_without_content_shows_its_tool_calls(client: Client) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
    for content in ({}, {"content": None}, {"content": ""}):
        add(client, USER, {"role": "assistant", "tool_calls": [call]} | content)
    for fact in client.facts():
        assert "assistant: [" in fact["memory_value"]
        assert '[tool_calls]: [{"id":"1"' in fact["memory_value"]


# --- what a call says of its memories ---


def test_info_and_fitting_tags_join_the_memories(client: Client) -> None:
    client.told(HOTEL, tags=["Harbour", "zebra"], info={"scene": "billing", "n": 3, "l": ["a"]})
    [fact] = client.facts()
    assert "Harbour" in fact["tags"]
    assert "zebra" not in fact["tags"]
    assert fact["info"] == {"scene": "billing", "n": 3, "l": ["a"]}


def test_a_conversation_without_an_id_gets_one(client: Client) -> None:
    client.told(HOTEL)
    client.told("I live in Lyon.", conversation_id=None)
    first, second = (one["conversation_id"] for one in client.facts())
    assert UUID.fullmatch(first)
    assert UUID.fullmatch(second)
    assert first != second


def test_a_list_of_users_gives_each_a_copy_of_its_own(client: Client) -> None:
    client.told(HOTEL, user_id=["ana", "bo", "ana"])
    [ana], [bo] = client.facts("ana"), client.facts("bo")
    assert ana["memory_value"] == bo["memory_value"]
    assert ana["id"] != bo["id"]


def test_the_older_and_the_unknown_fields_are_tolerated(client: Client) -> None:
    client.told(
        HOTEL,
        source="app",
        framework="any",
        metadata={"a": 1},
        mode="fast",
        custom_extract_prompt={"detail_factual": "Only hotels."},
        app_id=None,
    )
    assert len(client.facts()) == 1


def test_tool_messages_become_tool_memories(client: Client) -> None:
    schema = '<tool_schema>[{"name":"rain","parameters":{}}]</tool_schema>'
    call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
    add(
        client,
        {"role": "system", "content": schema},
        {"role": "user", "content": "Will it rain?"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "no"}]},
        async_mode=False,
    )
    tools = {one["tool_type"]: one for one in client.listed()["tool_memory_detail_list"]}
    assert set(tools) == {"ToolTrajectoryMemory", "ToolSchema"}
    assert tools["ToolTrajectoryMemory"]["tool_used_status"][0]["used_tool"] == "rain"
    assert "experience" not in tools["ToolSchema"]
    assert "tool_used_status" not in tools["ToolSchema"]


def test_five_rounds_of_tools_become_a_skill(client: Client) -> None:
    messages: list[dict[str, Any]] = []
    for number in range(5):
        call = {"id": f"{number}", "type": "function"}
        call["function"] = {"name": f"step_{number}", "arguments": "{}"}  # type: ignore[assignment]
        messages += [
            {"role": "user", "content": f"Do step {number}, please."},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"{number}", "content": "done"},
        ]
    add(client, *messages, async_mode=False)
    [skill] = client.listed()["skill_detail_list"]
    assert isinstance(skill["skill_value"]["procedure"], str)
    assert client.ok("search/memory", user_id="ana", query="step", include_skill=True)[
        "skill_detail_list"
    ]


# --- refusals ---


@pytest.mark.parametrize(
    ("code", "fields", "hint"),
    [
        (40002, {"user_id": None}, "user_id"),
        (40002, {"user_id": ""}, "user_id"),
        (40002, {"user_id": []}, "user_id"),
        (40002, {"user_id": [""]}, "user_id"),
        (40002, {"messages": None}, "messages"),
        (40002, {"messages": []}, "messages"),
        (40002, {"messages": [{"role": "user"}]}, "messages[0].content"),
        (40002, {"messages": [USER, {"role": "user", "content": ""}]}, "messages[1].content"),
        (40002, {"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
        (40002, {"messages": [{"content": "hi"}]}, "messages[0].role"),
        (40002, {"messages": [{"role": "assistant"}]}, "messages[0].content"),
        (40002, {"messages": [{"role": "tool", "content": None}]}, "messages[0].content"),
        (40000, {"messages": "hi"}, "messages"),
        (40000, {"messages": ["hi"]}, "messages[0]"),
        (40000, {"messages": [USER | {"content": 7}]}, "messages[0].content"),
        (40000, {"messages": [USER | {"role": "robot"}]}, "robot"),
        (40000, {"user_id": 7}, "user_id"),
        (40000, {"user_id": ["ana", 7]}, "user_id"),
        (40000, {"user_id": [f"u{n}" for n in range(21)]}, "user_id"),
        (40000, {"agent_id": [f"u{n}" for n in range(21)]}, "agent_id"),
        (40000, {"async_mode": "true"}, "async_mode"),
        (40000, {"async_mode": 1}, "async_mode"),
        (40000, {"allow_memory_view": ["facts"]}, "facts"),
        (40000, {"allow_memory_view": "preference"}, "allow_memory_view"),
        (40000, {"tags": "hotel"}, "tags"),
        (40000, {"tags": [1]}, "tags[0]"),
        (40000, {"info": {"a": {"b": 1}}}, "info"),
        (40000, {"info": {"a": True}}, "info"),
        (40000, {"info": ["a"]}, "info"),
        (40010, {"user_id": "u" * 101}, "user_id"),
        (40010, {"user_id": ["ana", "u" * 101]}, "user_id"),
        (40011, {"conversation_id": "c" * 101}, "conversation_id"),
        (50123, {"allow_knowledgebase_ids": ["base-none"]}, "base-none"),
    ],
)
def test_a_bad_message_is_refused_by_name(
    client: Client, code: int, fields: dict[str, Any], hint: str
) -> None:
    said = client.fails(code, "add/message", {"user_id": "ana", "messages": [USER]} | fields)
    assert hint in said


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (40006, {"type": "video_url", "video_url": {"url": "https://a.test/v"}}),
        (40002, {"type": "text"}),
        (40002, {"type": "text", "text": ""}),
        (40002, {"type": "image_url"}),
        (40002, {"type": "image_url", "image_url": {"url": ""}}),
        (40002, {"type": "file", "file": {}}),
        (40000, {"type": "image_url", "image_url": {"url": "ftp://a.test/a.png"}}),
        (40008, {"type": "file", "file": {"file_data": "!!!!"}}),
        (40009, {"type": "file", "file": {"file_data": "abc"}}),
        (40009, {"type": "image_url", "image_url": {"url": "data:image/png,abcd"}}),
        (40008, {"type": "image_url", "image_url": {"url": "data:image/png;base64,*"}}),
    ],
)
def test_a_bad_part_is_refused(client: Client, code: int, part: dict[str, Any]) -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "See"}, part]}]
    hint = client.fails(code, "add/message", user_id="ana", messages=messages)
    assert "messages[0].content[1]" in hint


def test_ids_of_a_hundred_characters_are_accepted(client: Client) -> None:
    client.told(HOTEL, user_id="ü" * 100, conversation_id="会" * 100)
    assert len(client.facts("ü" * 100)) == 1


@pytest.mark.parametrize("body", [{}, {"task_id": None}, {"task_id": ""}])
def test_a_status_needs_a_task(client: Client, body: dict[str, Any]) -> None:
    assert "task_id" in client.fails(40002, "get/status", body)


def test_an_unknown_task_is_not_found(client: Client) -> None:
    client.say(HOTEL)
    client.fails(50131, "get/status", task_id="6f0c")
    client.fails(40000, "get/status", task_id=7)


# --- get/message ---


def test_messages_come_back_as_they_were_said(client: Client) -> None:
    add(client, USER, {"role": "assistant", "content": "Good choice."}, conversation_id="c1")
    client.advance(1)
    client.say("Thanks!", conversation_id="c1")
    client.say("Elsewhere", conversation_id="c2")
    listed = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert [(one["role"], one["content"]) for one in listed] == [
        ("user", HOTEL),
        ("assistant", "Good choice."),
        ("user", "Thanks!"),
    ]
    assert {one["conversation_id"] for one in listed} == {"c1"}
    assert [one["create_time"] for one in listed] == [
        "2025-12-10T09:00:00.000Z",
        "2025-12-10T09:00:00.000Z",
        "2025-12-10T09:00:01.000Z",
    ]


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, 6), (0, 0), (1, 1), (49, 49), (50, 50), (51, 50), ("2", 2)]
)
def test_the_newest_messages_are_listed_oldest_first(
    client: Client, limit: Any, expected: int
) -> None:
    for number in range(60):
        client.say(f"m{number}", conversation_id="c1")
    listed = client.ok(
        "get/message", user_id="ana", conversation_id="c1", message_limit_number=limit
    )
    texts = [one["content"] for one in listed["message_detail_list"]]
    assert texts == [f"m{number}" for number in range(60 - expected, 60)]


def test_system_and_tool_messages_are_kept_but_not_listed(client: Client) -> None:
    add(
        client,
        {"role": "system", "content": "Be brief."},
        {"role": "tool", "content": "42"},
        USER,
        conversation_id="c1",
    )
    listed = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert [one["role"] for one in listed] == ["user"]


def test_parts_become_one_text(client: Client) -> None:
    content = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
        {"type": "file", "file": {"file_data": "IyBSdWxlcw=="}},
        {"type": "text", "text": "Nice?"},
    ]
    add(client, {"role": "user", "content": content}, conversation_id="c1")
    [listed] = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert listed["content"] == "Look: [image_url] [file] Nice?"


def test_an_unknown_user_or_conversation_has_no_messages(client: Client) -> None:
    client.say(HOTEL, conversation_id="c1")
    for user_id, conversation_id in [("bo", "c1"), ("ana", "c2")]:
        asked = {"user_id": user_id, "conversation_id": conversation_id}
        assert client.ok("get/message", **asked) == {"message_detail_list": []}


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        (40002, {"user_id": None}),
        (40002, {"conversation_id": ""}),
        (40000, {"user_id": ["ana"]}),
        (40000, {"message_limit_number": -1}),
        (40000, {"message_limit_number": "many"}),
        (40000, {"message_limit_number": 1.5}),
        (40010, {"user_id": "u" * 101}),
        (40011, {"conversation_id": "c" * 101}),
    ],
)
def test_a_bad_request_for_messages_is_refused(
    client: Client, code: int, fields: dict[str, Any]
) -> None:
    client.fails(code, "get/message", {"user_id": "ana", "conversation_id": "c1"} | fields)


# --- languages and strange characters ---

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
def test_every_text_comes_back_as_it_went_in(client: Client, text: str) -> None:
    client.say(text, conversation_id=text, info={"said": text})
    [listed] = client.ok("get/message", user_id="ana", conversation_id=text)["message_detail_list"]
    assert listed["content"] == text
    [fact] = client.facts()
    assert fact["memory_value"].endswith(f": {text}\n")
    assert fact["info"] == {"said": text}
    assert fact["conversation_id"] == text
    client.advance(3)
    client.listed()
