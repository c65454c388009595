"""Uploads that are rejected."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.files import ADD, DELETE, GET, NO_FILE, Library, file
from mock_memos.verification.checks.fixtures import NO_ID
from mock_memos.verification.expectations import refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session


@check("documented", ADD, errors=(40002,))
def an_upload_needs_base_and_files(session: Session, library: Library) -> None:
    """add/knowledgebase-file without knowledgebase_id, or without file, returns 40002."""
    refused(session.post(ADD, file=[file("a.txt", "a")]), 40002)
    refused(session.post(ADD, knowledgebase_id=library.base), 40002)


@check("assumed", ADD, errors=(40003,))
def an_upload_is_not_empty(session: Session, library: Library) -> None:
    """add/knowledgebase-file with an empty list of files returns 40003."""
    refused(session.post(ADD, knowledgebase_id=library.base, file=[]), 40003)


@check("documented", ADD, errors=(40000,))
def files_are_a_list(session: Session, library: Library) -> None:
    """add/knowledgebase-file with a text as file returns 40000."""
    refused(session.post(ADD, knowledgebase_id=library.base, file="a.txt"), 40000)


@check("assumed", ADD, errors=(40006,))
def a_file_is_a_document_or_a_skill(session: Session, library: Library) -> None:
    """add/knowledgebase-file with another type than document and skill returns 40006."""
    refused(_upload(session, library, file("a.txt", "a", type="song")), 40006)


@check("documented", ADD, errors=(40007,))
def a_document_has_a_known_extension(session: Session, library: Library) -> None:
    """add/knowledgebase-file of a document with the extension exe returns 40007."""
    refused(_upload(session, library, file("a.exe", "a")), 40007)


@check("assumed", ADD, errors=(40008,))
def a_file_keeps_to_the_alphabet(session: Session, library: Library) -> None:
    """add/knowledgebase-file with characters outside the Base64 alphabet returns 40008."""
    refused(_upload(session, library, {"name": "a.txt", "content": "a*b!"}), 40008)


@check("assumed", ADD, errors=(40009,))
def a_file_is_padded(session: Session, library: Library) -> None:
    """add/knowledgebase-file with wrongly padded Base64 returns 40009."""
    refused(_upload(session, library, {"name": "a.txt", "content": "YWJjZA"}), 40009)


@check("documented", ADD, errors=(50103,))
def an_upload_has_at_most_twenty_files(session: Session, library: Library) -> None:
    """add/knowledgebase-file with 21 files returns 50103."""
    files = [file(f"{number}.txt", "a") for number in range(21)]
    refused(_upload(session, library, *files), 50103)


@check("assumed", ADD, errors=(50107,))
def a_skill_has_a_name(session: Session, library: Library) -> None:
    """add/knowledgebase-file of a skill without name and description returns 50107."""
    refused(_upload(session, library, file("SKILL.md", "# Nothing\n", type="skill")), 50107)


@check("documented", ADD, GET, errors=(50120,))
def an_unknown_base_has_no_files(session: Session) -> None:
    """add and get of files of an unknown knowledge base return 50120."""
    base = f"base{NO_ID}"
    refused(session.post(ADD, knowledgebase_id=base, file=[file("a.txt", "a")]), 50120)
    refused(session.post(GET, knowledgebase_id=base), 50120)


@check("assumed", GET, errors=(40000,))
def files_are_asked_for_in_one_way(session: Session, library: Library) -> None:
    """get/knowledgebase-file with both file_ids and knowledgebase_id returns 40000."""
    request = {"file_ids": [NO_FILE], "knowledgebase_id": library.base}
    refused(session.post(GET, **request), 40000)


@check("assumed", GET, DELETE, errors=(40001,))
def an_unknown_file_is_refused(session: Session) -> None:
    """get and delete of an unknown file return 40001."""
    refused(session.post(GET, file_ids=[NO_FILE]), 40001)
    refused(session.post(DELETE, file_ids=[NO_FILE]), 40001)


@check("assumed", GET, DELETE, errors=(40003,))
def a_list_of_files_is_not_empty(session: Session) -> None:
    """get and delete with an empty list of file_ids return 40003."""
    refused(session.post(GET, file_ids=[]), 40003)
    refused(session.post(DELETE, file_ids=[]), 40003)


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_files(session: Session) -> None:
    """delete/knowledgebase-file without file_ids returns 40002."""
    refused(session.post(DELETE), 40002)


def _upload(session: Session, library: Library, *files: dict[str, str]) -> ServiceResponse:
    return session.post(ADD, knowledgebase_id=library.base, file=list(files))
