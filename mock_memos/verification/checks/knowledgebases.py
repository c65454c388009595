"""create/knowledgebase and delete/knowledgebase."""

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import NO_ID, QUESTION, Made, said
from mock_memos.verification.expectations import UUID, Value, http_status, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

CREATE, DELETE = "create/knowledgebase", "delete/knowledgebase"


def make(site: Site, name: str) -> Value:
    """The id of a new knowledge base."""
    fields = {"knowledgebase_name": site.name(name), "knowledgebase_description": "a check"}
    return ok(site.post(CREATE, **fields))["id"]


@setup
def loose(site: Site) -> Made:
    """A knowledge base that is not linked to the project any more."""
    base = make(site, "loose").filled()
    ok(site.post(DELETE, knowledgebase_id=base))["success"].equals(True)
    yield
    return base


@check("documented", CREATE, DELETE, errors=(50120,))
def a_base_is_made_and_deleted(site: Site) -> None:
    """A knowledge base gets an id; after delete_all it is unknown: 50120."""
    base = make(site, "short").filled()
    deleted = ok(site.post(DELETE, knowledgebase_id=base, delete_all=True))
    deleted["success"].equals(True)
    refused(site.post(DELETE, knowledgebase_id=base, delete_all=True), 50120)


@check("documented", DELETE, "get/knowledgebase-file", errors=(50123,))
def a_base_can_be_unlinked(site: Site, loose: str) -> None:
    """delete/knowledgebase without delete_all takes the link alone: 50123 afterwards."""
    refused(site.post("get/knowledgebase-file", knowledgebase_id=loose), 50123)


@check("documented", "search/memory", errors=(50123,))
def an_unlinked_base_cannot_be_searched(site: Site, loose: str) -> None:
    """search/memory in a knowledge base that is not linked is refused with 50123."""
    refused(_search(site, loose), 50123)


@check("observed", "search/memory")
def an_unlinked_base_has_the_status_500(site: Site, loose: str) -> None:
    """A search in a knowledge base that is not linked has the HTTP status 500."""
    answer = _search(site, loose)
    refused(answer, 50123)
    http_status(answer).equals(500)


@check("assumed", "search/memory", errors=(50123,))
def an_unknown_base_cannot_be_searched(site: Site) -> None:
    """search/memory in a knowledge base that never was is refused with 50123, too."""
    refused(_search(site, f"base{NO_ID}"), 50123)


@check("documented", "chat", errors=(50123,))
def a_chat_reads_linked_bases_only(site: Site, loose: str) -> None:
    """chat with a knowledge base that is not linked is refused with 50123."""
    fields = {"user_id": site.name("nil"), "conversation_id": "c", "query": QUESTION}
    more = {"add_message_on_answer": False, "knowledgebase_ids": [loose]}
    refused(site.post("chat", **fields, **more), 50123)


@check("documented", "add/feedback", errors=(50123,))
def feedback_goes_to_linked_bases_only(site: Site, loose: str) -> None:
    """add/feedback that allows a knowledge base which is not linked is refused with 50123."""
    asked = {"user_id": site.name("nil"), "conversation_id": "c", "feedback_content": "No."}
    refused(site.post("add/feedback", **asked, allow_knowledgebase_ids=[loose]), 50123)


@check("assumed", "add/message", errors=(50123,))
def an_add_writes_to_linked_bases_only(site: Site, loose: str) -> None:
    """add/message that allows a knowledge base which is not linked is refused with 50123."""
    asked = {"user_id": site.name("nil"), "messages": said("I am here.")}
    refused(site.post("add/message", **asked, allow_knowledgebase_ids=[loose]), 50123)


@check("observed", CREATE)
def the_id_of_a_base_is_base_and_a_uuid(site: Site) -> None:
    """The id of a knowledge base is the word base and a UUID."""
    base = make(site, "named")
    ok(site.post(DELETE, knowledgebase_id=base.filled(), delete_all=True))
    base.text(f"base{UUID}", "base and a UUID")


@check("documented", CREATE, errors=(40002,))
def a_base_needs_a_name(site: Site) -> None:
    """create/knowledgebase without knowledgebase_name is refused with 40002."""
    refused(site.post(CREATE, knowledgebase_description="a check"), 40002)


@check("documented", CREATE, errors=(40000,))
def the_name_of_a_base_is_a_text(site: Site) -> None:
    """create/knowledgebase with a list as knowledgebase_name is refused with 40000."""
    refused(site.post(CREATE, knowledgebase_name=["a"]), 40000)


@check("documented", DELETE, errors=(50120,))
def an_unknown_base_is_not_deleted(site: Site) -> None:
    """delete/knowledgebase of an id that never was is refused with 50120."""
    refused(site.post(DELETE, knowledgebase_id=f"base{NO_ID}"), 50120)


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_a_base(site: Site) -> None:
    """delete/knowledgebase without knowledgebase_id is refused with 40002."""
    refused(site.post(DELETE), 40002)


def _search(site: Site, base: str) -> Answer:
    asked = {"user_id": site.name("nil"), "query": QUESTION}
    return site.post("search/memory", **asked, knowledgebase_ids=[base])
