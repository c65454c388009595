"""get/message."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import FixtureSteps, Traveller
from mock_memos.verification.expectations import ISO, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

MESSAGES = "get/message"


class Talk(NamedTuple):
    """A conversation of ten messages, eight of them by user and assistant."""

    user: str
    conversation: str
    sentences: list[str]

    def ask(self, session: Session, **fields: Any) -> ServiceResponse:
        return session.post(
            "get/message", user_id=self.user, conversation_id=self.conversation, **fields
        )


@fixture
def talk(session: Session) -> FixtureSteps:
    user, conversation = session.id_for("con"), session.id_for("talk")
    sentences = [f"Sentence number {number}." for number in range(1, 9)]
    messages = [{"role": "system", "content": "Be brief."}]
    for number, sentence in enumerate(sentences):
        role = "assistant" if number % 2 else "user"
        messages.append({"role": role, "content": sentence})
    messages.append({"role": "tool", "tool_call_id": "call_9", "content": "nothing"})
    task = session.task_id_of(
        session.post("add/message", user_id=user, conversation_id=conversation, messages=messages)
    )
    yield
    session.wait_for_task(task)
    return Talk(user, conversation, sentences)


@check("documented", MESSAGES)
def messages_are_kept_as_they_were_sent(session: Session, talk: Talk) -> None:
    """get/message lists messages with role and text as they were sent."""
    for message in ok(talk.ask(session))["message_detail_list"].non_empty_list():
        message["role"].one_of("user", "assistant")
        message["content"].one_of(*talk.sentences)


@check("documented", MESSAGES)
def six_messages_are_listed_by_default(session: Session, talk: Talk) -> None:
    """Without message_limit_number six messages are listed."""
    listed = ok(talk.ask(session))["message_detail_list"]
    listed.expect(len(listed.items()) == 6, "six messages")


@check("documented", MESSAGES)
def the_number_of_messages_is_limited(session: Session, talk: Talk) -> None:
    """message_limit_number is the maximum number of listed messages."""
    listed = ok(talk.ask(session, message_limit_number=2))["message_detail_list"]
    listed.expect(len(listed.items()) == 2, "two messages")


@check("assumed", MESSAGES)
def the_newest_messages_are_listed_oldest_first(session: Session, talk: Talk) -> None:
    """The newest messages are listed, oldest first."""
    listed = ok(talk.ask(session, message_limit_number=3))["message_detail_list"]
    for item, sentence in zip(listed.non_empty_list(), talk.sentences[-3:], strict=False):
        item["content"].equals(sentence)


@check("assumed", MESSAGES)
def only_users_and_assistants_are_listed(session: Session, talk: Talk) -> None:
    """Messages of the roles system and tool are not listed."""
    listed = ok(talk.ask(session, message_limit_number=50))["message_detail_list"]
    listed.expect(len(listed.items()) == len(talk.sentences), f"{len(talk.sentences)} messages")
    for item in listed.items():
        item["role"].one_of("user", "assistant")


@check("documented", MESSAGES)
def times_of_messages_are_texts(session: Session, talk: Talk) -> None:
    """create_time and update_time of a message are texts."""
    for item in ok(talk.ask(session))["message_detail_list"].non_empty_list():
        item["create_time"].non_empty_text()
        item["update_time"].non_empty_text()


@check(
    "assumed",
    MESSAGES,
    backs=("MessageDetail.create_time", "MessageDetail.update_time", "setting message_time_format"),
)
def times_of_messages_are_iso(session: Session, talk: Talk) -> None:
    """Times of messages are written in ISO 8601."""
    for item in ok(talk.ask(session))["message_detail_list"].non_empty_list():
        item["create_time"].text(ISO, "a time in ISO 8601")
        item["update_time"].text(ISO, "a time in ISO 8601")


@check("assumed", MESSAGES, backs=("MessageDetail.conversation_id", "MessageDetail.message_id"))
def messages_have_ids(session: Session, talk: Talk) -> None:
    """Each message carries conversation_id and message_id, which the documentation leaves out."""
    for item in ok(talk.ask(session))["message_detail_list"].non_empty_list():
        item["conversation_id"].equals(talk.conversation)
        item["message_id"].non_empty_text()


@check("documented", MESSAGES)
def a_conversation_keeps_its_messages_to_itself(session: Session, traveller: Traveller) -> None:
    """get/message lists the messages of the named conversation alone."""
    request = {"user_id": traveller.user, "conversation_id": session.id_for("home")}
    for item in ok(session.post(MESSAGES, **request))["message_detail_list"].non_empty_list():
        item.expect("hotel" not in item["content"].text(), "no message of the other conversation")


@check("assumed", MESSAGES)
def an_unknown_conversation_is_empty(session: Session) -> None:
    """A user or conversation that does not exist has no messages, which is not an error."""
    request = {"user_id": session.unused_id, "conversation_id": session.id_for("nothing")}
    ok(session.post(MESSAGES, **request))["message_detail_list"].empty_list()


@check("assumed", MESSAGES)
def the_limit_of_messages_is_lowered_to_fifty(session: Session, talk: Talk) -> None:
    """message_limit_number above 50 is read as 50, which is not an error."""
    ok(talk.ask(session, message_limit_number=1000))["message_detail_list"].non_empty_list()


@check("documented", MESSAGES, errors=(40002,))
def messages_are_asked_for_with_user_and_conversation(session: Session) -> None:
    """get/message without user_id, or without conversation_id, returns 40002."""
    refused(session.post(MESSAGES, conversation_id="c"), 40002)
    refused(session.post(MESSAGES, user_id=session.unused_id), 40002)


@check("documented", MESSAGES, errors=(40010, 40011))
def ids_of_get_message_are_limited(session: Session) -> None:
    """get/message rejects a user_id of 101 characters with 40010, a conversation_id with 40011."""
    refused(session.post(MESSAGES, user_id="u" * 101, conversation_id="c"), 40010)
    refused(session.post(MESSAGES, user_id=session.unused_id, conversation_id="c" * 101), 40011)


@check("documented", MESSAGES, errors=(40000,))
def the_limit_of_messages_is_a_number(session: Session) -> None:
    """get/message with a word as message_limit_number returns 40000."""
    request = {"user_id": session.unused_id, "conversation_id": "c", "message_limit_number": "many"}
    refused(session.post(MESSAGES, **request), 40000)
