"""create/knowledgebase and delete/knowledgebase."""

from mock_memos.verify.check import check
from mock_memos.verify.checks.setups import NO_ID
from mock_memos.verify.expect import UUID, Value, ok, refused
from mock_memos.verify.site import Site

CREATE, DELETE = "create/knowledgebase", "delete/knowledgebase"


def make(site: Site, name: str) -> Value:
    """The id of a new knowledge base."""
    fields = {"knowledgebase_name": site.name(name), "knowledgebase_description": "a check"}
    return ok(site.post(CREATE, **fields))["id"]


@check("documented", CREATE, DELETE, errors=(50120,))
def a_base_is_made_and_deleted(site: Site) -> None:
    """A knowledge base gets an id; after delete_all it is unknown: 50120."""
    base = make(site, "short").filled()
    deleted = ok(site.post(DELETE, knowledgebase_id=base, delete_all=True))
    deleted["success"].equals(True)
    refused(site.post(DELETE, knowledgebase_id=base, delete_all=True), 50120)


@check("documented", DELETE, "get/knowledgebase-file", errors=(50123,))
def a_base_can_be_unlinked(site: Site) -> None:
    """delete/knowledgebase without delete_all takes the link alone: 50123 afterwards."""
    base = make(site, "loose").filled()
    ok(site.post(DELETE, knowledgebase_id=base))["success"].equals(True)
    refused(site.post("get/knowledgebase-file", knowledgebase_id=base), 50123)


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
