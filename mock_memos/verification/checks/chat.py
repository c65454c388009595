"""chat, plain."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import QUESTION, FixtureSteps, Traveller
from mock_memos.verification.expectations import Inconclusive, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

CHAT = "chat"
SAYING = "I keep a spare key under the blue flower pot."


class StoredChat(NamedTuple):
    """A user who chatted once, with the turn stored."""

    user: str
    conversation: str
    answer: ServiceResponse


@fixture
def stored_chat(session: Session) -> FixtureSteps:
    user, conversation = session.id_for("cat"), session.id_for("chat")
    request = {"user_id": user, "conversation_id": conversation}
    answer = session.post(CHAT, **request, query=SAYING)
    yield
    return StoredChat(user, conversation, answer)


def chat(session: Session, user: str, **fields: Any) -> ServiceResponse:
    """Chats without storing the turn."""
    fields = {"conversation_id": session.id_for("aside"), "query": QUESTION, **fields}
    return session.post(CHAT, user_id=user, add_message_on_answer=False, **fields)


@check("documented", CHAT)
def a_chat_answers_a_text(session: Session, stored_chat: StoredChat) -> None:
    """chat returns a text in response."""
    ok(stored_chat.answer)["response"].non_empty_text()


@check("documented", CHAT)
def a_chat_answers_from_memory(session: Session, traveller: Traveller) -> None:
    """chat answers a question from the memories of the user."""
    ok(chat(session, traveller.user))["response"].mentions("hotel")


@check("documented", CHAT, "get/message")
def a_chat_is_stored(session: Session, stored_chat: StoredChat) -> None:
    """A chat is stored in its conversation: the question and the answer."""
    request = {"user_id": stored_chat.user, "conversation_id": stored_chat.conversation}
    for listed in session.poll("get/message", **request):
        messages = ok(listed)["message_detail_list"].items()
        if len(messages) >= 2:
            messages[0]["content"].equals(SAYING)
            messages[1]["role"].equals("assistant")
            messages[1]["content"].equals(ok(stored_chat.answer)["response"].raw)
            return
    raise Inconclusive("the chat was not stored in time")


@check("documented", CHAT, "get/memory")
def a_chat_becomes_memories(session: Session, stored_chat: StoredChat) -> None:
    """What a user says in a chat becomes a memory."""
    for listed in session.poll("get/memory", user_id=stored_chat.user):
        facts = ok(listed)["memory_detail_list"].items()
        if facts:
            facts[0]["memory_value"].mentions("key")
            return
    raise Inconclusive("the chat became no memory in time")


@check("documented", CHAT, "get/message")
def a_chat_can_stay_unstored(session: Session, traveller: Traveller) -> None:
    """With add_message_on_answer false a chat is not stored."""
    ok(chat(session, traveller.user))["response"].non_empty_text()
    request = {"user_id": traveller.user, "conversation_id": session.id_for("aside")}
    ok(session.post("get/message", **request))["message_detail_list"].empty_list()


@check("documented", CHAT)
def a_chat_takes_a_prompt_and_a_model(session: Session, traveller: Traveller) -> None:
    """chat accepts model_name, system_prompt, temperature, top_p and max_tokens."""
    fields = {
        "model_name": "qwen2.5-72b-instruct",
        "system_prompt": "Answer briefly. {memories}",
        "temperature": 0.2,
        "top_p": 0.9,
        "max_tokens": 64,
    }
    ok(chat(session, traveller.user, **fields))["response"].non_empty_text()


@check("documented", CHAT, errors=(40002,))
def a_chat_needs_user_conversation_and_query(session: Session) -> None:
    """chat without user_id, conversation_id or query returns 40002."""
    whole = {"user_id": session.unused_id, "conversation_id": "c", "query": "q"}
    for missing in whole:
        fields = {name: value for name, value in whole.items() if name != missing}
        refused(session.post(CHAT, add_message_on_answer=False, **fields), 40002)


@check("documented", CHAT, errors=(40010, 40011))
def ids_of_a_chat_are_limited(session: Session) -> None:
    """chat rejects a user_id of 101 characters with 40010, a conversation_id with 40011."""
    refused(chat(session, "u" * 101), 40010)
    refused(chat(session, session.unused_id, conversation_id="c" * 101), 40011)


@check("assumed", CHAT, errors=(40012,))
def a_threshold_of_a_chat_is_at_most_one(session: Session) -> None:
    """chat with relativity 1.5 returns 40012."""
    refused(chat(session, session.unused_id, relativity=1.5), 40012)


@check("assumed", CHAT, errors=(40000,))
def a_temperature_is_at_most_two(session: Session) -> None:
    """chat with temperature 3 returns 40000."""
    refused(chat(session, session.unused_id, temperature=3), 40000)


@check("documented", CHAT, errors=(40000,))
def stream_is_true_or_false(session: Session) -> None:
    """chat with a word as stream returns 40000."""
    refused(chat(session, session.unused_id, stream="please"), 40000)


@check("documented", CHAT, errors=(40305,), quotas=True)
def a_chat_has_at_most_8000_tokens(session: Session) -> None:
    """chat with more than 8,000 tokens returns 40305."""
    refused(chat(session, session.unused_id, query="word " * 10_000), 40305)
