"""create/knowledgebase and delete/knowledgebase."""

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import NO_ID, QUESTION, FixtureSteps, user_messages
from mock_memos.verification.expectations import UUID, Value, http_status, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

CREATE, DELETE = "create/knowledgebase", "delete/knowledgebase"


def make(session: Session, name: str) -> Value:
    """The id of a new knowledge base."""
    fields = {"knowledgebase_name": session.id_for(name), "knowledgebase_description": "a check"}
    return ok(session.post(CREATE, **fields))["id"]


@fixture
def unlinked_base(session: Session) -> FixtureSteps:
    """A knowledge base that is not linked to the project any more."""
    base = make(session, "unlinked").non_empty_text()
    ok(session.post(DELETE, knowledgebase_id=base))["success"].equals(True)
    yield
    return base


@check("documented", CREATE, DELETE, errors=(50120,))
def a_base_is_made_and_deleted(session: Session) -> None:
    """A knowledge base gets an id; after delete_all it is unknown: 50120."""
    base = make(session, "short").non_empty_text()
    deleted = ok(session.post(DELETE, knowledgebase_id=base, delete_all=True))
    deleted["success"].equals(True)
    refused(session.post(DELETE, knowledgebase_id=base, delete_all=True), 50120)


@check("documented", DELETE, "get/knowledgebase-file", errors=(50123,))
def a_base_can_be_unlinked(session: Session, unlinked_base: str) -> None:
    """delete/knowledgebase without delete_all takes the link alone: 50123 afterwards."""
    refused(session.post("get/knowledgebase-file", knowledgebase_id=unlinked_base), 50123)


@check("documented", "search/memory", errors=(50123,))
def an_unlinked_base_cannot_be_searched(session: Session, unlinked_base: str) -> None:
    """search/memory in a knowledge base that is not linked returns 50123."""
    refused(_search(session, unlinked_base), 50123)


@check("observed", "search/memory")
def an_unlinked_base_has_the_status_500(session: Session, unlinked_base: str) -> None:
    """A search in a knowledge base that is not linked has HTTP status 500."""
    answer = _search(session, unlinked_base)
    refused(answer, 50123)
    http_status(answer).equals(500)


@check("assumed", "search/memory", errors=(50123,))
def an_unknown_base_cannot_be_searched(session: Session) -> None:
    """search/memory in a knowledge base that does not exist returns 50123, too."""
    refused(_search(session, f"base{NO_ID}"), 50123)


@check("documented", "chat", errors=(50123,))
def a_chat_reads_linked_bases_only(session: Session, unlinked_base: str) -> None:
    """chat with a knowledge base that is not linked returns 50123."""
    fields = {"user_id": session.unused_id, "conversation_id": "c", "query": QUESTION}
    options = {"add_message_on_answer": False, "knowledgebase_ids": [unlinked_base]}
    refused(session.post("chat", **fields, **options), 50123)


@check("documented", "add/feedback", errors=(50123,))
def feedback_goes_to_linked_bases_only(session: Session, unlinked_base: str) -> None:
    """add/feedback that allows a knowledge base which is not linked returns 50123."""
    request = {"user_id": session.unused_id, "conversation_id": "c", "feedback_content": "No."}
    refused(session.post("add/feedback", **request, allow_knowledgebase_ids=[unlinked_base]), 50123)


@check("assumed", "add/message", errors=(50123,))
def an_add_writes_to_linked_bases_only(session: Session, unlinked_base: str) -> None:
    """add/message that allows a knowledge base which is not linked returns 50123."""
    request = {"user_id": session.unused_id, "messages": user_messages("I am here.")}
    refused(session.post("add/message", **request, allow_knowledgebase_ids=[unlinked_base]), 50123)


@check("observed", CREATE)
def the_id_of_a_base_is_base_and_a_uuid(session: Session) -> None:
    """The id of a knowledge base is the word base and a UUID."""
    base = make(session, "named")
    ok(session.post(DELETE, knowledgebase_id=base.non_empty_text(), delete_all=True))
    base.text(f"base{UUID}", "base and a UUID")


@check("documented", CREATE, errors=(40002,))
def a_base_needs_a_name(session: Session) -> None:
    """create/knowledgebase without knowledgebase_name returns 40002."""
    refused(session.post(CREATE, knowledgebase_description="a check"), 40002)


@check("documented", CREATE, errors=(40000,))
def the_name_of_a_base_is_a_text(session: Session) -> None:
    """create/knowledgebase with a list as knowledgebase_name returns 40000."""
    refused(session.post(CREATE, knowledgebase_name=["a"]), 40000)


@check("documented", DELETE, errors=(50120,))
def an_unknown_base_is_not_deleted(session: Session) -> None:
    """delete/knowledgebase of an id that does not exist returns 50120."""
    refused(session.post(DELETE, knowledgebase_id=f"base{NO_ID}"), 50120)


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_a_base(session: Session) -> None:
    """delete/knowledgebase without knowledgebase_id returns 40002."""
    refused(session.post(DELETE), 40002)


def _search(session: Session, base: str) -> ServiceResponse:
    request = {"user_id": session.unused_id, "query": QUESTION}
    return session.post("search/memory", **request, knowledgebase_ids=[base])
