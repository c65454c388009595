"""The files of a knowledge base."""

import base64
from typing import Any, NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import FixtureSteps
from mock_memos.verification.checks.knowledgebases import make
from mock_memos.verification.expectations import Inconclusive, Value, ok
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

ADD, GET, DELETE = "add/knowledgebase-file", "get/knowledgebase-file", "delete/knowledgebase-file"
SEARCH = "search/memory"
NO_FILE = "0" * 32
RULES = "# Refunds\nA refund takes seven working days.\n"
SKILL = (
    "---\nname: Refund a guest\ndescription: How to refund a guest\n---\n"
    "## Procedure\n1. Find the booking\n2. Refund it\n"
)


def file(name: str, text: str, **fields: str) -> dict[str, str]:
    """A file as an upload carries it."""
    return {"name": name, "content": base64.b64encode(text.encode()).decode(), **fields}


class Library(NamedTuple):
    """A knowledge base with three documents and a skill."""

    base: str
    added: ServiceResponse
    form: ServiceResponse
    """The answer to a file that came as a form."""
    ended: ServiceResponse
    """All files, once none of them is running."""

    def id_of(self, name: str) -> str:
        """The id of one file."""
        for item in ok(self.added).items():
            if item["name"].raw == name:
                return item["id"].non_empty_text()
        raise Inconclusive(f"the service took no file {name}")

    def listed_files(self) -> list[Value]:
        return ok(self.ended)["file_detail_list"].non_empty_list()


@fixture
def library(session: Session) -> FixtureSteps:
    base = make(session, "library").non_empty_text()
    files = [
        file("rules.md", RULES),
        file("doomed.txt", "The lighthouse is closed on Mondays."),
        file("SKILL.md", SKILL, type="skill"),
    ]
    added = session.post(ADD, knowledgebase_id=base, file=files)
    parts = [("file", ("hours.txt", b"Breakfast is served from seven."))]
    form = session.send("POST", ADD, files=parts, params={"knowledgebase_id": base})
    yield
    for ended in session.poll(GET, knowledgebase_id=base):
        files_now = ok(ended)["file_detail_list"].non_empty_list()
        if all(item["status"].raw != "running" for item in files_now):
            return Library(base, added, form, ended)
    raise Inconclusive("the files were not processed while we waited")


@check("documented", ADD)
def an_upload_answers_a_list(session: Session, library: Library) -> None:
    """add/knowledgebase-file returns a list: id, name, type and sizeMB of each file."""
    answer = ok(library.added)
    answer.expect(len(answer.items()) == 3, "three files")
    for item in answer.items():
        item["id"].non_empty_text()
        item["name"].non_empty_text()
        item["type"].one_of("document", "skill")
        item["sizeMB"].number(0, 1)


@check("documented", ADD)
def a_new_file_is_running(session: Session, library: Library) -> None:
    """A file that was just uploaded is running."""
    for item in ok(library.added).non_empty_list():
        item["status"].equals("running")


@check("observed", ADD)
def ids_of_files_are_hex_digits(session: Session, library: Library) -> None:
    """The id of a file is 32 hex digits."""
    for item in ok(library.added).non_empty_list():
        item["id"].text(r"[0-9a-f]{32}", "32 hex digits")


@check("sdk", ADD)
def a_file_may_come_as_a_form(session: Session, library: Library) -> None:
    """A file may come as a form with parts named file, the base in the query, as the SDK sends."""
    ok(library.form).non_empty_list()[0]["name"].equals("hours.txt")


@check("documented", GET)
def a_file_is_completed_later(session: Session, library: Library) -> None:
    """A file ends completed."""
    for item in library.listed_files():
        item["status"].equals("completed")


@check("documented", GET)
def files_are_listed_with_their_place(session: Session, library: Library) -> None:
    """get/knowledgebase-file returns total, page and page_size, by default page 1 of 20 files."""
    page = ok(library.ended)
    page["total"].equals(len(library.listed_files()))
    page["page"].equals(1)
    page["page_size"].equals(20)


@check("documented", GET)
def a_listed_file_has_its_fields(session: Session, library: Library) -> None:
    """A listed file has id, name, type and size, which is a text."""
    for item in library.listed_files():
        item["id"].non_empty_text()
        item["name"].non_empty_text()
        item["type"].one_of("document", "skill")
        item["size"].non_empty_text()


@check("assumed", GET, backs=("FileDetail.size", "FileDetail.sizeMB"))
def the_size_of_a_file_is_in_bytes(session: Session, library: Library) -> None:
    """size of a listed file is its number of bytes as a decimal text; sizeMB exists too."""
    for item in library.listed_files():
        item["size"].text(r"\d+", "a decimal number as text")
        item["sizeMB"].number(0, 1)


@check("documented", GET)
def files_are_shown_by_their_ids(session: Session, library: Library) -> None:
    """get/knowledgebase-file with file_ids shows these files."""
    expected = library.id_of("rules.md")
    listed_files = ok(session.post(GET, file_ids=[expected]))["file_detail_list"].non_empty_list()
    listed_files[0]["id"].equals(expected)
    listed_files[0]["name"].equals("rules.md")


@check("documented", GET)
def files_are_listed_page_by_page(session: Session, library: Library) -> None:
    """page_size is the number of files per page, and page selects one."""
    request = {"knowledgebase_id": library.base, "page_size": 1}
    first, second = (
        ok(session.post(GET, **request, page=page))["file_detail_list"].non_empty_list()
        for page in (1, 2)
    )
    second[0]["id"].expect(second[0]["id"].raw != first[0]["id"].raw, "another file than on page 1")


@check("documented", GET)
def files_are_listed_by_type(session: Session, library: Library) -> None:
    """type lists documents alone, or skills alone."""
    request = {"knowledgebase_id": library.base, "type": "skill"}
    for item in ok(session.post(GET, **request))["file_detail_list"].non_empty_list():
        item["type"].equals("skill")


@check("documented", SEARCH, ADD)
def a_document_is_found_with_its_knowledge_base(session: Session, library: Library) -> None:
    """The text of a document is found for any user who names its knowledge base."""
    for bases in ([library.base], "all"):
        result = _ask(session, knowledgebase_ids=bases)["memory_detail_list"].non_empty_list()
        result[0]["memory_value"].mentions("seven")


@check("documented", SEARCH)
def a_base_that_is_not_named_is_not_searched(session: Session, library: Library) -> None:
    """The text of a document is not found without naming its knowledge base."""
    _ask(session)["memory_detail_list"].empty_list()


@check("observed", SEARCH)
def a_memory_of_a_document_is_marked(session: Session, library: Library) -> None:
    """A memory of a document has the conversation default_session and marking tags."""
    fact = _ask(session, knowledgebase_ids=[library.base])["memory_detail_list"].non_empty_list()[0]
    fact["conversation_id"].equals("default_session")
    for tag in ("mode:fine", "multimodal:file"):
        fact["tags"].expect(tag in fact["tags"].texts(), f"the tag {tag}")


@check("documented", SEARCH, ADD)
def a_skill_file_becomes_a_skill(session: Session, library: Library) -> None:
    """A skill that was uploaded is found in the view skill, with the name in its file."""
    request = {"include_memory_view": ["skill"], "knowledgebase_ids": [library.base]}
    result = session.search(session.unused_id, "How do I refund a guest?", **request)
    skill = result["skill_detail_list"].non_empty_list()[0]["skill_value"]
    skill["name"].equals("Refund a guest")


@check("assumed", SEARCH, ADD)
def sections_of_a_skill_file_are_its_fields(session: Session, library: Library) -> None:
    """The section Procedure of a skill that was uploaded is its procedure."""
    request = {"include_memory_view": ["skill"], "knowledgebase_ids": [library.base]}
    result = session.search(session.unused_id, "How do I refund a guest?", **request)
    skill = result["skill_detail_list"].non_empty_list()[0]["skill_value"]
    skill["procedure"].mentions("Find the booking")


@check("documented", DELETE, GET, SEARCH)
def a_deleted_file_takes_its_memories_along(session: Session, library: Library) -> None:
    """A deleted file is not listed, and its text is not found."""
    doomed = library.id_of("doomed.txt")
    ok(session.post(DELETE, file_ids=[doomed]))["success"].equals(True)
    for item in ok(session.post(GET, knowledgebase_id=library.base))[
        "file_detail_list"
    ].non_empty_list():
        item["id"].expect(item["id"].raw != doomed, "no deleted file")
    query = "When is the lighthouse closed?"
    result = session.search(session.unused_id, query, knowledgebase_ids=[library.base])
    for item in result["memory_detail_list"].items():
        value = item["memory_value"]
        value.expect("lighthouse" not in value.text(), "nothing of the deleted file")


def _ask(session: Session, **fields: Any) -> Value:
    return session.search(session.unused_id, "How long does a refund take?", **fields)
