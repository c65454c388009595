"""chat, plain and streamed."""

import json
from typing import Any

import pytest

from tests.support.engine_client import Answer, Client

pytestmark = pytest.mark.usefixtures("transport")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.add_sync("I booked the Harbour Inn. I like quiet rooms.")
    return client


def ask(client: Client, query: str = "Which inn did I book?", **fields: Any) -> str:
    body = {"user_id": "ana", "conversation_id": "c2", "query": query}
    response: str = client.ok("chat", **body | fields)["response"]
    return response


def stream_chat(client: Client, **fields: Any) -> Answer:
    body = {"user_id": "ana", "conversation_id": "c2", "query": "Which inn did I book?"}
    return client.send("chat", body | {"stream": True} | fields)


def events(answer: Answer) -> list[Any]:
    """Returns the payloads of a streamed answer and checks their form."""
    text = answer.reply.body.decode("ascii")
    assert text.endswith("\n\n")
    payloads = []
    for event in text.removesuffix("\n\n").split("\n\n"):
        name, data = event.split("\n")
        assert name == "event: message"
        assert data.startswith("data: ")
        payloads.append(json.loads(data.removeprefix("data: ")))
    return payloads


def conversation(client: Client, conversation_id: str = "c2") -> list[tuple[str, str]]:
    listed = client.ok("get/message", user_id="ana", conversation_id=conversation_id)
    return [(message["role"], message["content"]) for message in listed["message_detail_list"]]


def test_answer_lists_recalled_memories(client: Client) -> None:
    assert "The user booked the Harbour Inn." in ask(client)


def test_answer_without_memories_says_none_found(client: Client) -> None:
    assert ask(client, "elephants?")


def test_answer_does_not_quote_earlier_answers(client: Client) -> None:
    answers = [ask(client, "Which inn did I book?") for _ in range(8)]
    assert "I remember: I remember" not in answers[-1].replace("Which inn did I book? ", "")
    assert len(answers[-1]) < 300


def test_chinese_question_gets_chinese_answer(client: Client) -> None:
    client.add_sync("我住在里昂。")
    assert "用户住在里昂" in ask(client, "我住在哪里？里昂吗？")


def test_turn_is_added_to_the_conversation(client: Client) -> None:
    response = ask(client, "I own a boat. Do you know?")
    assert conversation(client) == [("user", "I own a boat. Do you know?"), ("assistant", response)]
    client.advance(3)
    assert client.search("boat") == ["The user owns a boat."]


def test_turn_is_not_added_if_disabled(client: Client) -> None:
    before = client.state()
    ask(client, "I own a boat.", add_message_on_answer=False)
    assert client.state() == before


def test_added_turn_has_tags_info_and_ids(client: Client) -> None:
    ask(
        client, "I own a boat.", app_id="web", agent_id="bot", info={"scene": "talk"},
        tags=["boat", "zebra"], allow_public=True,
    )  # fmt: skip
    client.advance(3)
    filters: list[dict[str, Any]] = [{"app_id": "web"}, {"agent_id": "bot"}, {"scene": "talk"}]
    assert client.search("boat", filter={"and": filters}) == ["The user owns a boat."]
    assert client.search("boat", user_id="bo") == ["The user owns a boat."]


def test_turn_may_be_added_to_knowledgebase(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    ask(client, "I own a boat.", allow_knowledgebase_ids=[base])
    client.advance(3)
    assert client.search("boat", user_id="bo", knowledgebase_ids=[base])


def test_chat_applies_limits_and_filters(client: Client) -> None:
    quiet = {"add_message_on_answer": False}
    everything = ask(client, "inn quiet rooms", **quiet)
    assert "Harbour" in everything
    assert "quiet" in everything
    assert "Harbour" not in ask(client, "inn quiet rooms", memory_limit_number=0, **quiet)
    assert "likes" not in ask(client, "inn quiet rooms", include_preference=False, **quiet)
    assert "Harbour" not in ask(client, "inn", filter={"and": [{"app_id": "x"}]}, **quiet)
    assert "Harbour" not in ask(client, "inn quiet", relativity=1, **quiet)


def test_chat_searches_named_knowledgebase(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    client.add_sync("I own a boat.", user_id="bo", allow_knowledgebase_ids=[base])
    quiet = {"add_message_on_answer": False}
    assert "boat" not in ask(client, "who owns a ship or boat", **quiet)
    assert "boat" in ask(client, "who owns a ship or boat", knowledgebase_ids=[base], **quiet)


def test_older_and_unknown_fields_are_ignored(client: Client) -> None:
    ask(
        client, async_mode=True, internet_search=False, force_stop=False, use_mem_os_cube=False,
        source="app", model_name="any", system_prompt="Use {memories}.", max_tokens=8192,
        temperature=2, top_p=0, moscow_mode=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prompt", "remark"), [("", ""), ("Use {memories}.", ""), ("Be kind.", "no {memories}")]
)
def test_journal_warns_about_prompt_without_memories(
    client: Client, prompt: str, remark: str
) -> None:
    ask(client, system_prompt=prompt)
    [*_, last] = client.world.journal
    assert (remark in last.hint) if remark else not last.hint


# --- streamed ---


def test_stream_has_the_same_text_as_plain_answer(client: Client) -> None:
    plain = ask(client, add_message_on_answer=False)
    answer = stream_chat(client)
    assert answer.status == 200
    assert answer.reply.content_type == "text/event-stream; charset=utf-8"
    payloads = events(answer)
    assert "".join(payload["data"] for payload in payloads if payload["type"] == "text") == plain
    assert payloads[-1] == {"type": "end", "data": ""}
    assert [payload["type"] for payload in payloads].count("end") == 1
    assert b"".join(chunk.data for chunk in answer.reply.chunks) == answer.reply.body


def test_streamed_chat_adds_the_turn(client: Client) -> None:
    stream_chat(client)
    assert [role for role, _ in conversation(client)] == ["user", "assistant"]


@pytest.mark.parametrize(("model", "thinks"), [("deepseek-r1", True), ("qwen3-32b", False)])
def test_deepseek_r1_streams_reasoning_first(client: Client, model: str, thinks: bool) -> None:
    kinds = [event["type"] for event in events(stream_chat(client, model_name=model))]
    assert ("reasoning" in kinds) is thinks
    order = ("reasoning", "text", "end")
    assert kinds == sorted(kinds, key=order.index)


def test_stream_is_ascii_for_any_text() -> None:
    client = Client()
    client.add_sync("我住在里昂。")
    client.add_sync("I like \u2028 tea \u0085 and \x1c cakes 🍵.")
    for query in ("我住在里昂吗？", "tea cakes 🍵"):
        for payload in events(stream_chat(client, query=query)):
            assert set(payload) == {"type", "data"}


def test_error_of_streamed_chat_is_plain_json(client: Client) -> None:
    body = {"user_id": "ana", "conversation_id": "c2", "stream": True}
    client.fails(40002, "chat", body)
    client.fails(50123, "chat", body | {"query": "x", "knowledgebase_ids": ["zz"]})
