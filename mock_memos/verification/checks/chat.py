"""chat, plain."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import QUESTION, Made, Trip
from mock_memos.verification.expectations import Unasked, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

CHAT = "chat"
SAYING = "I keep a spare key under the blue flower pot."


class Chatted(NamedTuple):
    """A user who chatted once, in a turn that is written."""

    user: str
    conversation: str
    answer: Answer


@setup
def chatted(site: Site) -> Made:
    user, conversation = site.name("cat"), site.name("chat")
    asked = {"user_id": user, "conversation_id": conversation}
    answer = site.post(CHAT, **asked, query=SAYING)
    yield
    return Chatted(user, conversation, answer)


def chat(site: Site, user: str, **more: Any) -> Answer:
    """Ask in a turn that is not written."""
    fields = {"conversation_id": site.name("aside"), "query": QUESTION, **more}
    return site.post(CHAT, user_id=user, add_message_on_answer=False, **fields)


@check("documented", CHAT)
def a_chat_answers_a_text(site: Site, chatted: Chatted) -> None:
    """chat answers a text in response."""
    ok(chatted.answer)["response"].filled()


@check("documented", CHAT)
def a_chat_answers_from_memory(site: Site, trip: Trip) -> None:
    """chat answers a question from what the user's memories say."""
    ok(chat(site, trip.user))["response"].mentions("hotel")


@check("documented", CHAT, "get/message")
def a_chat_is_written(site: Site, chatted: Chatted) -> None:
    """A chat is written to its conversation: the question, and the answer that was given."""
    asked = {"user_id": chatted.user, "conversation_id": chatted.conversation}
    for listed in site.polls("get/message", **asked):
        messages = ok(listed)["message_detail_list"].items()
        if len(messages) >= 2:
            messages[0]["content"].equals(SAYING)
            messages[1]["role"].equals("assistant")
            messages[1]["content"].equals(ok(chatted.answer)["response"].raw)
            return
    raise Unasked("the chat was not written while we waited")


@check("documented", CHAT, "get/memory")
def a_chat_becomes_memories(site: Site, chatted: Chatted) -> None:
    """What a user says in a chat becomes a memory."""
    for listed in site.polls("get/memory", user_id=chatted.user):
        facts = ok(listed)["memory_detail_list"].items()
        if facts:
            facts[0]["memory_value"].mentions("key")
            return
    raise Unasked("no memory came of the chat while we waited")


@check("documented", CHAT, "get/message")
def a_chat_can_leave_no_trace(site: Site, trip: Trip) -> None:
    """With add_message_on_answer false a chat is not written."""
    ok(chat(site, trip.user))["response"].filled()
    asked = {"user_id": trip.user, "conversation_id": site.name("aside")}
    ok(site.post("get/message", **asked))["message_detail_list"].empty()


@check("documented", CHAT)
def a_chat_takes_a_prompt_and_a_model(site: Site, trip: Trip) -> None:
    """chat accepts model_name, system_prompt, temperature, top_p and max_tokens."""
    more = {
        "model_name": "qwen2.5-72b-instruct",
        "system_prompt": "Answer briefly. {memories}",
        "temperature": 0.2,
        "top_p": 0.9,
        "max_tokens": 64,
    }
    ok(chat(site, trip.user, **more))["response"].filled()


@check("documented", CHAT, errors=(40002,))
def a_chat_needs_user_conversation_and_query(site: Site) -> None:
    """chat without user_id, conversation_id or query is refused with 40002."""
    whole = {"user_id": site.name("nil"), "conversation_id": "c", "query": "q"}
    for missing in whole:
        fields = {name: value for name, value in whole.items() if name != missing}
        refused(site.post(CHAT, add_message_on_answer=False, **fields), 40002)


@check("documented", CHAT, errors=(40010, 40011))
def ids_of_a_chat_are_limited(site: Site) -> None:
    """chat refuses a user_id of 101 characters with 40010, a conversation with 40011."""
    refused(chat(site, "u" * 101), 40010)
    refused(chat(site, site.name("nil"), conversation_id="c" * 101), 40011)


@check("assumed", CHAT, errors=(40012,))
def a_threshold_of_a_chat_is_at_most_one(site: Site) -> None:
    """chat with relativity 1.5 is refused with 40012."""
    refused(chat(site, site.name("nil"), relativity=1.5), 40012)


@check("assumed", CHAT, errors=(40000,))
def a_temperature_is_at_most_two(site: Site) -> None:
    """chat with temperature 3 is refused with 40000."""
    refused(chat(site, site.name("nil"), temperature=3), 40000)


@check("documented", CHAT, errors=(40000,))
def stream_is_true_or_false(site: Site) -> None:
    """chat with a word as stream is refused with 40000."""
    refused(chat(site, site.name("nil"), stream="please"), 40000)


@check("documented", CHAT, errors=(40305,), quotas=True)
def a_chat_has_at_most_8000_tokens(site: Site) -> None:
    """chat with more than 8,000 tokens is refused with 40305."""
    refused(chat(site, site.name("nil"), query="word " * 10_000), 40305)
