"""get/message."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import Made, Trip
from mock_memos.verification.expectations import ISO, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

MESSAGES = "get/message"


class Talk(NamedTuple):
    """A conversation of ten messages, of which eight are the user's and the assistant's."""

    user: str
    conversation: str
    sentences: list[str]

    def ask(self, site: Site, **more: Any) -> Answer:
        return site.post(
            "get/message", user_id=self.user, conversation_id=self.conversation, **more
        )


@setup
def talk(site: Site) -> Made:
    user, conversation = site.name("con"), site.name("talk")
    sentences = [f"Sentence number {number}." for number in range(1, 9)]
    messages = [{"role": "system", "content": "Be brief."}]
    for number, sentence in enumerate(sentences):
        role = "assistant" if number % 2 else "user"
        messages.append({"role": role, "content": sentence})
    messages.append({"role": "tool", "tool_call_id": "call_9", "content": "nothing"})
    task = site.task_of(
        site.post("add/message", user_id=user, conversation_id=conversation, messages=messages)
    )
    yield
    site.ended(task)
    return Talk(user, conversation, sentences)


@check("documented", MESSAGES)
def messages_are_kept_as_they_were_sent(site: Site, talk: Talk) -> None:
    """get/message lists messages with role and text as they were sent."""
    for message in ok(talk.ask(site))["message_detail_list"].some():
        message["role"].among("user", "assistant")
        message["content"].among(*talk.sentences)


@check("documented", MESSAGES)
def six_messages_are_listed_by_default(site: Site, talk: Talk) -> None:
    """Without message_limit_number six messages are listed."""
    listed = ok(talk.ask(site))["message_detail_list"]
    listed.must(len(listed.items()) == 6, "six messages")


@check("documented", MESSAGES)
def the_number_of_messages_is_limited(site: Site, talk: Talk) -> None:
    """message_limit_number is how many messages are listed at most."""
    listed = ok(talk.ask(site, message_limit_number=2))["message_detail_list"]
    listed.must(len(listed.items()) == 2, "two messages")


@check("assumed", MESSAGES)
def the_newest_messages_are_listed_oldest_first(site: Site, talk: Talk) -> None:
    """The newest messages are listed, in the order in which they were said."""
    listed = ok(talk.ask(site, message_limit_number=3))["message_detail_list"]
    for one, sentence in zip(listed.some(), talk.sentences[-3:], strict=False):
        one["content"].equals(sentence)


@check("assumed", MESSAGES)
def only_users_and_assistants_are_listed(site: Site, talk: Talk) -> None:
    """Messages of the roles system and tool are not listed."""
    listed = ok(talk.ask(site, message_limit_number=50))["message_detail_list"]
    listed.must(len(listed.items()) == len(talk.sentences), f"{len(talk.sentences)} messages")
    for one in listed.items():
        one["role"].among("user", "assistant")


@check("documented", MESSAGES)
def times_of_messages_are_texts(site: Site, talk: Talk) -> None:
    """create_time and update_time of a message are texts."""
    for one in ok(talk.ask(site))["message_detail_list"].some():
        one["create_time"].filled()
        one["update_time"].filled()


@check(
    "assumed",
    MESSAGES,
    backs=("MessageDetail.create_time", "MessageDetail.update_time", "switch message_time_format"),
)
def times_of_messages_are_iso(site: Site, talk: Talk) -> None:
    """Times of messages are written in ISO 8601."""
    for one in ok(talk.ask(site))["message_detail_list"].some():
        one["create_time"].text(ISO, "a time in ISO 8601")
        one["update_time"].text(ISO, "a time in ISO 8601")


@check("assumed", MESSAGES, backs=("MessageDetail.conversation_id", "MessageDetail.message_id"))
def messages_tell_their_ids(site: Site, talk: Talk) -> None:
    """Each message carries conversation_id and message_id, which the documentation leaves out."""
    for one in ok(talk.ask(site))["message_detail_list"].some():
        one["conversation_id"].equals(talk.conversation)
        one["message_id"].filled()


@check("documented", MESSAGES)
def a_conversation_keeps_its_messages_to_itself(site: Site, trip: Trip) -> None:
    """get/message lists the messages of the named conversation alone."""
    asked = {"user_id": trip.user, "conversation_id": site.name("home")}
    for one in ok(site.post(MESSAGES, **asked))["message_detail_list"].some():
        one.must("hotel" not in one["content"].text(), "no message of the other conversation")


@check("assumed", MESSAGES)
def an_unknown_conversation_is_empty(site: Site) -> None:
    """A user or conversation that never was has no messages; that is no error."""
    asked = {"user_id": site.name("nil"), "conversation_id": site.name("nothing")}
    ok(site.post(MESSAGES, **asked))["message_detail_list"].empty()


@check("assumed", MESSAGES)
def the_limit_of_messages_is_lowered_to_fifty(site: Site, talk: Talk) -> None:
    """message_limit_number over 50 is read as 50, and no error."""
    ok(talk.ask(site, message_limit_number=1000))["message_detail_list"].some()


@check("documented", MESSAGES, errors=(40002,))
def messages_are_asked_for_with_user_and_conversation(site: Site) -> None:
    """get/message without user_id, or without conversation_id, is refused with 40002."""
    refused(site.post(MESSAGES, conversation_id="c"), 40002)
    refused(site.post(MESSAGES, user_id=site.name("nil")), 40002)


@check("documented", MESSAGES, errors=(40010, 40011))
def ids_of_get_message_are_limited(site: Site) -> None:
    """get/message refuses a user_id of 101 characters with 40010, a conversation with 40011."""
    refused(site.post(MESSAGES, user_id="u" * 101, conversation_id="c"), 40010)
    refused(site.post(MESSAGES, user_id=site.name("nil"), conversation_id="c" * 101), 40011)


@check("documented", MESSAGES, errors=(40000,))
def the_limit_of_messages_is_a_number(site: Site) -> None:
    """get/message with a word as message_limit_number is refused with 40000."""
    asked = {"user_id": site.name("nil"), "conversation_id": "c", "message_limit_number": "many"}
    refused(site.post(MESSAGES, **asked), 40000)
