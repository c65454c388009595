"""add/feedback."""

from typing import NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import Made
from mock_memos.verification.expectations import Value, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

FEEDBACK = "add/feedback"
OLD, NEW = "Harbour Inn", "Garden Inn"


class Corrected(NamedTuple):
    """A user whose memory was corrected."""

    user: str
    answer: Answer
    status: Value


@setup
def corrected(site: Site) -> Made:
    user, conversation = site.name("fay"), site.name("hotel")
    said = f"I booked the {OLD} in Lisbon."
    added = site.add(user, said, conversation_id=conversation)
    yield
    site.ended(site.task_of(added))
    answer = site.post(
        FEEDBACK,
        user_id=user,
        conversation_id=conversation,
        feedback_content=f"It is the {NEW}, not the {OLD}.",
    )
    return Corrected(user, answer, site.ended(site.task_of(answer)))


@check("documented", FEEDBACK)
def feedback_answers_a_task(site: Site, corrected: Corrected) -> None:
    """add/feedback answers success, the id of a task, and its status."""
    answer = ok(corrected.answer)
    answer["success"].equals(True)
    answer["task_id"].filled()
    answer["status"].among("running", "completed")


@check("documented", FEEDBACK, "get/status")
def feedback_is_completed_later(site: Site, corrected: Corrected) -> None:
    """get/status tells when feedback is completed."""
    corrected.status["status"].equals("completed")


@check("documented", FEEDBACK, "search/memory")
def feedback_corrects_a_memory(site: Site, corrected: Corrected) -> None:
    """A correction is found afterwards."""
    found = site.search(corrected.user, "Which inn did I book?")["memory_detail_list"]
    values = [one["memory_value"].text() for one in found.some()]
    found.must(any(NEW in value for value in values), f"a fact that names the {NEW}")


@check("documented", FEEDBACK, "search/memory")
def a_corrected_memory_is_not_found(site: Site, corrected: Corrected) -> None:
    """What a correction contradicts is not found any more."""
    found = site.search(corrected.user, "Which inn did I book?")["memory_detail_list"]
    for one in found.some():
        value = one["memory_value"]
        value.must(OLD not in value.text() or NEW in value.text(), f"nothing of the {OLD}")


@check("documented", FEEDBACK, "get/memory")
def irrelevant_feedback_changes_nothing(site: Site) -> None:
    """Feedback that corrects nothing leaves no memory."""
    user = site.name("ivy")
    said = {"conversation_id": site.name("thanks"), "feedback_content": "Thank you."}
    task = site.task_of(site.post(FEEDBACK, user_id=user, **said))
    site.ended(task)["status"].equals("completed")
    site.listed(user)["memory_detail_list"].empty()


@check("sdk", FEEDBACK)
def feedback_needs_no_conversation(site: Site) -> None:
    """add/feedback without conversation_id is accepted, as the SDK sends it."""
    said = {"feedback_content": "Thank you."}
    ok(site.post(FEEDBACK, user_id=site.name("ivy"), **said))["task_id"].filled()


@check("documented", FEEDBACK, errors=(40002,))
def feedback_needs_user_and_content(site: Site) -> None:
    """add/feedback without user_id, or without feedback_content, is refused with 40002."""
    refused(site.post(FEEDBACK, conversation_id="c", feedback_content="No."), 40002)
    refused(site.post(FEEDBACK, user_id=site.name("nil"), conversation_id="c"), 40002)


@check("documented", FEEDBACK, errors=(40010, 40011))
def ids_of_feedback_are_limited(site: Site) -> None:
    """add/feedback refuses a user_id of 101 characters with 40010, a conversation with 40011."""
    said = {"feedback_content": "No."}
    refused(site.post(FEEDBACK, user_id="u" * 101, conversation_id="c", **said), 40010)
    asked = {"user_id": site.name("nil"), "conversation_id": "c" * 101}
    refused(site.post(FEEDBACK, **asked, **said), 40011)


@check("documented", FEEDBACK, errors=(40000,))
def feedback_is_a_text(site: Site) -> None:
    """add/feedback with a list as feedback_content is refused with 40000."""
    asked = {"user_id": site.name("nil"), "conversation_id": "c", "feedback_content": ["No."]}
    refused(site.post(FEEDBACK, **asked), 40000)
