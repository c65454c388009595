"""Profile templates."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import FixtureSteps
from mock_memos.verification.expectations import ISO, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

ADD, GET = "add/profile_template", "get/profile_template"
LIST, UPDATE = "list/profile_template", "update/profile_template"
DELETE = "delete/profile_template"
NO_TEMPLATE = "tpl_000000000000"
TREE = {
    "Basics": {
        "City": {"value": "Lyon", "algorithm_updatable": False},
        "Job": {"value": "", "algorithm_updatable": True},
    }
}
OTHER = {"Basics": {"Language": {"value": "Dutch", "algorithm_updatable": False}}}


def make(session: Session, name: str, tree: Any = TREE) -> ServiceResponse:
    """Add a template."""
    return session.post(ADD, name=session.id_for(name), metadata=tree)


class SampleTemplate(NamedTuple):
    """A template that no check changes."""

    added: ServiceResponse
    template: str
    name: str
    current: ServiceResponse


@fixture
def sample_template(session: Session) -> FixtureSteps:
    added = make(session, "sample")
    template = ok(added)["profile_template_id"].non_empty_text()
    yield
    current = session.post(GET, profile_template_id=template)
    return SampleTemplate(added, template, session.id_for("sample"), current)


@check("observed", ADD)
def the_id_of_a_template_is_tpl_and_digits(
    session: Session, sample_template: SampleTemplate
) -> None:
    """The id of a template is tpl_ and 12 hex digits."""
    pattern = r"tpl_[0-9a-f]{12}"
    ok(sample_template.added)["profile_template_id"].text(pattern, "tpl_ and 12 hex digits")


@check("documented", ADD)
def a_template_gets_an_id(session: Session, sample_template: SampleTemplate) -> None:
    """add/profile_template returns the id of the new template."""
    ok(sample_template.added)["profile_template_id"].non_empty_text()


@check("documented", GET)
def a_template_is_shown_with_its_tree(session: Session, sample_template: SampleTemplate) -> None:
    """get/profile_template shows name and metadata as they were added."""
    current = ok(sample_template.current)["profile_template"]
    current["profile_template_id"].equals(sample_template.template)
    current["name"].equals(sample_template.name)
    current["metadata"]["Basics"]["City"]["value"].equals("Lyon")
    current["metadata"]["Basics"]["City"]["algorithm_updatable"].equals(False)


@check("documented", LIST)
def templates_are_listed(session: Session, sample_template: SampleTemplate) -> None:
    """list/profile_template lists templates with name, project and number of profiles."""
    listed = ok(session.post(LIST, size=100))["profile_templates"]
    ours = [
        item
        for item in listed.non_empty_list()
        if item["profile_template_id"].raw == sample_template.template
    ]
    listed.expect(bool(ours), "the new template")
    ours[0]["name"].equals(sample_template.name)
    ours[0]["project_id"].non_empty_text()
    ours[0]["instance_count"].equals(0)


@check("documented", LIST, GET)
def times_of_a_template_are_iso(session: Session, sample_template: SampleTemplate) -> None:
    """create_time and update_time of a template are in ISO 8601."""
    current = ok(sample_template.current)["profile_template"]
    current["create_time"].text(ISO, "a time in ISO 8601")
    current["update_time"].text(ISO, "a time in ISO 8601")


@check("documented", LIST)
def the_newest_template_is_first(session: Session) -> None:
    """A new template is listed before older ones."""
    older, newer = (ok(make(session, name))["profile_template_id"] for name in ("old", "new"))
    listed = ok(session.post(LIST, size=100))["profile_templates"]
    ids = [item["profile_template_id"].raw for item in listed.non_empty_list()]
    for template in (older.non_empty_text(), newer.non_empty_text()):
        ok(session.post(DELETE, profile_template_id=template))
    listed.expect(newer.raw in ids and older.raw in ids, "both new templates")
    listed.expect(ids.index(newer.raw) < ids.index(older.raw), "the newest template first")


@check("documented", LIST)
def templates_are_listed_page_by_page(session: Session, sample_template: SampleTemplate) -> None:
    """A page of templates has total, current, size and pages."""
    page = ok(session.post(LIST, page=1, size=1))
    page["profile_templates"].expect(len(page["profile_templates"].items()) == 1, "one template")
    page["current"].equals(1)
    page["size"].equals(1)
    page["pages"].equals(page["total"].integer(1))


@check("documented", LIST)
def a_page_of_templates_beyond_the_end_is_empty(
    session: Session, sample_template: SampleTemplate
) -> None:
    """A page after the last one has no templates, and the true total."""
    page = ok(session.post(LIST, page=9999, size=100))
    page["profile_templates"].empty_list()
    page["total"].integer(1)


@check("documented", UPDATE, GET)
def a_template_is_replaced_as_a_whole(session: Session) -> None:
    """update/profile_template replaces name and tree."""
    template = ok(make(session, "draft"))["profile_template_id"].non_empty_text()
    changed = {"name": session.id_for("final"), "metadata": OTHER}
    answer = ok(session.post(UPDATE, profile_template_id=template, **changed))
    current = ok(session.post(GET, profile_template_id=template))["profile_template"]
    ok(session.post(DELETE, profile_template_id=template))
    answer["success"].equals(True)
    answer["affected_instances"].equals(0)
    current["name"].equals(session.id_for("final"))
    current["metadata"]["Basics"]["Language"]["value"].equals("Dutch")
    current["metadata"]["Basics"].lacks_field("City")


@check("documented", DELETE)
def a_template_is_deleted(session: Session) -> None:
    """delete/profile_template names the template, and counts the profiles that go with it."""
    template = ok(make(session, "brief"))["profile_template_id"].non_empty_text()
    answer = ok(session.post(DELETE, profile_template_id=template))
    answer["success"].equals(True)
    answer["profile_template_id"].equals(template)
    answer["deleted_instances"].equals(0)


@check("documented", ADD, errors=(40002,))
def a_template_needs_name_and_tree(session: Session) -> None:
    """add/profile_template without a name that is not blank, or without metadata, returns 40002."""
    refused(session.post(ADD, metadata=TREE), 40002)
    refused(session.post(ADD, name="   ", metadata=TREE), 40002)
    refused(session.post(ADD, name=session.id_for("bare")), 40002)


@check("assumed", ADD, errors=(40000,))
def a_tree_has_at_most_three_levels(session: Session) -> None:
    """add/profile_template with a tree of four levels returns 40000."""
    tree: Any = {"value": "x"}
    for name in "dcba":
        tree = {name: tree}
    refused(make(session, "deep", tree), 40000)


@check("documented", ADD, LIST, errors=(40000,))
def fields_of_templates_have_their_types(session: Session) -> None:
    """A list as name of a template, or a word as size of a page, is rejected with 40000."""
    refused(session.post(ADD, name=["a"], metadata=TREE), 40000)
    refused(session.post(LIST, size="all"), 40000)


@check("assumed", GET, UPDATE, DELETE, errors=(40001,))
def an_unknown_template_is_refused(session: Session) -> None:
    """get, update and delete of an unknown template return 40001."""
    refused(session.post(GET, profile_template_id=NO_TEMPLATE), 40001)
    changed = {"name": session.id_for("ghost"), "metadata": TREE}
    refused(session.post(UPDATE, profile_template_id=NO_TEMPLATE, **changed), 40001)
    refused(session.post(DELETE, profile_template_id=NO_TEMPLATE), 40001)


@check("documented", GET, UPDATE, DELETE, errors=(40002,))
def a_template_is_named_by_its_id(session: Session) -> None:
    """get, update and delete of a template without profile_template_id return 40002."""
    refused(session.post(GET), 40002)
    refused(session.post(UPDATE, name=session.id_for("ghost"), metadata=TREE), 40002)
    refused(session.post(DELETE), 40002)
