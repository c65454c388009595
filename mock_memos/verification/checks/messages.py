"""add/message."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import CompletedAdd, Traveller, user_messages
from mock_memos.verification.expectations import UUID, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

ADD = "add/message"


@check("documented", ADD)
def an_add_answers_a_running_task(session: Session, traveller: Traveller) -> None:
    """add/message returns at once: success, the id of a task, and the status running."""
    added = ok(traveller.added)
    added["success"].equals(True)
    added["task_id"].non_empty_text()
    added["status"].equals("running")


@check("observed", ADD)
def ids_of_tasks_are_uuids(
    session: Session, traveller: Traveller, synchronous_add: CompletedAdd
) -> None:
    """The id of a task is a UUID, of asynchronous and of synchronous adds."""
    for answer in (traveller.added, synchronous_add.added):
        ok(answer)["task_id"].text(UUID, "a UUID")


@check("documented", ADD)
def a_synchronous_add_answers_when_it_is_done(
    session: Session, synchronous_add: CompletedAdd
) -> None:
    """With async_mode false add/message returns the status completed."""
    ok(synchronous_add.added)["status"].equals("completed")


@check("documented", ADD)
def a_synchronous_add_has_made_its_memories(
    session: Session, synchronous_add: CompletedAdd
) -> None:
    """After a synchronous add the processed memory exists, and no fast one."""
    for fact in ok(synchronous_add.memory_list)["memory_detail_list"].non_empty_list():
        tags = fact["tags"]
        tags.expect("mode:fast" not in tags.texts(), "no tag mode:fast")


@check("documented", ADD)
def a_picture_makes_an_add_asynchronous(session: Session, picture: CompletedAdd) -> None:
    """A message with a picture is processed asynchronously for every async_mode."""
    ok(picture.added)["status"].equals("running")


@check("documented", ADD)
def content_may_be_a_list_of_parts(session: Session) -> None:
    """The content of a message may be a list of parts of type text."""
    parts = [{"type": "text", "text": "I own a kayak."}]
    messages = [{"role": "user", "content": parts}]
    ok(session.post(ADD, user_id=session.id_for("kim"), messages=messages))[
        "task_id"
    ].non_empty_text()


@check("documented", ADD)
def the_conversation_may_be_left_out(session: Session, synchronous_add: CompletedAdd) -> None:
    """add/message works without conversation_id; the memory carries one all the same."""
    for fact in ok(synchronous_add.memory_list)["memory_detail_list"].non_empty_list():
        fact["conversation_id"].non_empty_text()


@check("documented", ADD)
def custom_fields_take_texts_numbers_and_lists(session: Session) -> None:
    """Values of info may be texts, numbers and lists of texts."""
    info = {"scene": "work", "floor": 3, "rooms": ["a", "b"]}
    ok(session.add_messages(session.id_for("kim"), "My office is on the third floor.", info=info))


@check("documented", ADD)
def an_extraction_prompt_may_come_along(session: Session) -> None:
    """custom_extract_prompt, an object with a text for a view, is accepted."""
    prompt = {"detail_factual": "Keep names of places."}
    ok(
        session.add_messages(
            session.id_for("kim"), "I was born in Bruges.", custom_extract_prompt=prompt
        )
    )


@check("documented", ADD)
def an_assistant_that_calls_a_tool_needs_no_content(session: Session, tools: CompletedAdd) -> None:
    """An assistant's message with tool_calls is accepted without content."""
    ok(tools.added)["task_id"].non_empty_text()


@check("documented", ADD)
def only_allowed_views_are_made(session: Session, only_preferences: CompletedAdd) -> None:
    """allow_memory_view limits what a turn becomes: preferences alone make no fact."""
    listed = ok(only_preferences.memory_list)
    listed["preference_detail_list"].non_empty_list()
    listed["memory_detail_list"].empty_list()


@check("sdk", ADD)
def unknown_fields_are_ignored(session: Session) -> None:
    """Fields that the documentation does not name change nothing: source, and made-up ones."""
    fields = {"source": "mock-memos", "no_such_field": {"a": 1}}
    ok(session.add_messages(session.id_for("kim"), "I play the cello.", **fields))


@check("sdk", ADD)
def null_is_absent(session: Session) -> None:
    """A field that is null counts as absent, as the SDK sends every argument that is not given."""
    fields = dict.fromkeys(("agent_id", "app_id", "tags", "info", "async_mode", "allow_public"))
    ok(session.add_messages(session.id_for("kim"), "I play chess on Mondays.", **fields))


@check("sdk", ADD)
def the_older_name_of_async_mode_works(session: Session) -> None:
    """asyncMode, as older releases of the SDK write it, means async_mode."""
    added = session.add_messages(session.id_for("kim"), "I own two canoes.", asyncMode=False)
    ok(added)["status"].equals("completed")


@check("documented", ADD, errors=(40002,))
def an_add_needs_messages(session: Session) -> None:
    """add/message without messages, or with an empty list of them, returns 40002."""
    user_id = session.unused_id
    refused(session.post(ADD, user_id=user_id), 40002)
    refused(session.post(ADD, user_id=user_id, messages=[]), 40002)


@check("assumed", ADD, errors=(40002,))
def an_add_needs_a_subject(session: Session) -> None:
    """add/message with neither user_id nor agent_id returns 40002."""
    refused(session.post(ADD, messages=user_messages("I am here.")), 40002)


@check("assumed", ADD, errors=(40002,))
def a_message_needs_content(session: Session) -> None:
    """add/message with an empty content of a user returns 40002."""
    refused(session.add_messages(session.unused_id, ""), 40002)


@check("documented", ADD, errors=(40000,))
def messages_are_a_list(session: Session) -> None:
    """add/message with a text as messages returns 40000."""
    refused(session.post(ADD, user_id=session.unused_id, messages="I am a text."), 40000)


@check("assumed", ADD, errors=(40000,))
def a_role_is_one_of_four(session: Session) -> None:
    """add/message with an unknown role returns 40000."""
    messages = [{"role": "robot", "content": "Beep."}]
    refused(session.post(ADD, user_id=session.unused_id, messages=messages), 40000)


@check("assumed", ADD, errors=(40000,))
def an_allowed_view_is_one_of_six(session: Session) -> None:
    """add/message with an unknown view in allow_memory_view returns 40000."""
    refused(
        session.add_messages(session.unused_id, "I am here.", allow_memory_view=["dreams"]), 40000
    )


@check("assumed", ADD, errors=(40000,))
def a_group_has_at_most_twenty_users(session: Session) -> None:
    """add/message for 21 users returns 40000."""
    users = [session.id_for(f"nil{number}") for number in range(21)]
    refused(session.add_messages(users, "We are many."), 40000)


@check("assumed", ADD, errors=(40006,))
def a_part_has_a_known_type(session: Session) -> None:
    """add/message with a part of an unknown type returns 40006."""
    messages = [{"role": "user", "content": [{"type": "smell", "text": "roses"}]}]
    refused(session.post(ADD, user_id=session.unused_id, messages=messages), 40006)


@check("assumed", ADD, errors=(40008,))
def a_file_part_keeps_to_the_alphabet(session: Session) -> None:
    """add/message with a file part outside the Base64 alphabet returns 40008."""
    refused(_add_file(session, "a*b!"), 40008)


@check("assumed", ADD, errors=(40009,))
def a_file_part_is_padded(session: Session) -> None:
    """add/message with a wrongly padded file part returns 40009."""
    refused(_add_file(session, "YWJjZA"), 40009)


@check("documented", ADD, errors=(40010,))
def a_user_id_has_at_most_100_characters(session: Session) -> None:
    """add/message with a user_id of 101 characters, alone or in a list, returns 40010."""
    longest = session.unused_id.ljust(101, "x")
    refused(session.add_messages(longest, "I am long."), 40010)
    refused(session.add_messages([session.unused_id, longest], "We are long."), 40010)


@check("documented", ADD, errors=(40011,))
def a_conversation_id_has_at_most_100_characters(session: Session) -> None:
    """add/message with a conversation_id of 101 characters returns 40011."""
    refused(session.add_messages(session.unused_id, "I am long.", conversation_id="c" * 101), 40011)


@check("documented", ADD, errors=(40305,), quotas=True)
def an_add_has_at_most_40000_tokens(session: Session) -> None:
    """add/message with more than 40,000 tokens returns 40305."""
    refused(session.add_messages(session.unused_id, "word " * 50_000), 40305)


def _add_file(session: Session, data: str) -> ServiceResponse:
    part = {"type": "file", "file": {"file_data": data}}
    messages = [{"role": "user", "content": [part]}]
    return session.post(ADD, user_id=session.unused_id, messages=messages)
