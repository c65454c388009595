"""add/feedback."""

from typing import NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import FixtureSteps
from mock_memos.verification.expectations import Value, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

FEEDBACK = "add/feedback"
OLD, NEW = "Harbour Inn", "Garden Inn"


class FeedbackTask(NamedTuple):
    """A user whose memory was corrected."""

    user: str
    answer: ServiceResponse
    status: Value


@fixture
def feedback_task(session: Session) -> FixtureSteps:
    user, conversation = session.id_for("fay"), session.id_for("hotel")
    feedback = f"I booked the {OLD} in Lisbon."
    added = session.add_messages(user, feedback, conversation_id=conversation)
    yield
    session.wait_for_task(session.task_id_of(added))
    answer = session.post(
        FEEDBACK,
        user_id=user,
        conversation_id=conversation,
        feedback_content=f"It is the {NEW}, not the {OLD}.",
    )
    return FeedbackTask(user, answer, session.wait_for_task(session.task_id_of(answer)))


@check("documented", FEEDBACK)
def feedback_answers_a_task(session: Session, feedback_task: FeedbackTask) -> None:
    """add/feedback returns success, the id of a task, and its status."""
    answer = ok(feedback_task.answer)
    answer["success"].equals(True)
    answer["task_id"].non_empty_text()
    answer["status"].one_of("running", "completed")


@check("documented", FEEDBACK, "get/status")
def feedback_is_completed_later(session: Session, feedback_task: FeedbackTask) -> None:
    """get/status returns completed after the feedback is processed."""
    feedback_task.status["status"].equals("completed")


@check("documented", FEEDBACK, "search/memory")
def feedback_corrects_a_memory(session: Session, feedback_task: FeedbackTask) -> None:
    """A correction is found afterwards."""
    result = session.search(feedback_task.user, "Which inn did I book?")["memory_detail_list"]
    values = [item["memory_value"].text() for item in result.non_empty_list()]
    result.expect(any(NEW in value for value in values), f"a fact that names the {NEW}")


@check("documented", FEEDBACK, "search/memory")
def a_corrected_memory_is_not_found(session: Session, feedback_task: FeedbackTask) -> None:
    """What a correction contradicts is not found afterwards."""
    result = session.search(feedback_task.user, "Which inn did I book?")["memory_detail_list"]
    for item in result.non_empty_list():
        value = item["memory_value"]
        value.expect(OLD not in value.text() or NEW in value.text(), f"nothing of the {OLD}")


@check("documented", FEEDBACK, "get/memory")
def irrelevant_feedback_changes_nothing(session: Session) -> None:
    """Feedback that corrects nothing leaves no memory."""
    user = session.id_for("ivy")
    feedback = {"conversation_id": session.id_for("thanks"), "feedback_content": "Thank you."}
    task = session.task_id_of(session.post(FEEDBACK, user_id=user, **feedback))
    session.wait_for_task(task)["status"].equals("completed")
    session.list_memories(user)["memory_detail_list"].empty_list()


@check("sdk", FEEDBACK)
def feedback_needs_no_conversation(session: Session) -> None:
    """add/feedback without conversation_id is accepted, as the SDK sends it."""
    feedback = {"feedback_content": "Thank you."}
    ok(session.post(FEEDBACK, user_id=session.id_for("ivy"), **feedback))[
        "task_id"
    ].non_empty_text()


@check("documented", FEEDBACK, errors=(40002,))
def feedback_needs_user_and_content(session: Session) -> None:
    """add/feedback without user_id, or without feedback_content, returns 40002."""
    refused(session.post(FEEDBACK, conversation_id="c", feedback_content="No."), 40002)
    refused(session.post(FEEDBACK, user_id=session.unused_id, conversation_id="c"), 40002)


@check("documented", FEEDBACK, errors=(40010, 40011))
def ids_of_feedback_are_limited(session: Session) -> None:
    """add/feedback rejects a user_id of 101 characters with 40010, a conversation_id with 40011."""
    feedback = {"feedback_content": "No."}
    refused(session.post(FEEDBACK, user_id="u" * 101, conversation_id="c", **feedback), 40010)
    request = {"user_id": session.unused_id, "conversation_id": "c" * 101}
    refused(session.post(FEEDBACK, **request, **feedback), 40011)


@check("documented", FEEDBACK, errors=(40000,))
def feedback_is_a_text(session: Session) -> None:
    """add/feedback with a list as feedback_content returns 40000."""
    request = {"user_id": session.unused_id, "conversation_id": "c", "feedback_content": ["No."]}
    refused(session.post(FEEDBACK, **request), 40000)
