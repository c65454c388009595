"""extract/memory."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import user_messages
from mock_memos.verification.expectations import ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session, first_of

EXTRACT = "extract/memory"


def extract(session: Session, **fields: object) -> ServiceResponse:
    """Extracts memories from two sentences."""
    messages = user_messages("I moved to Ghent.", "I like short answers.")
    return session.post(EXTRACT, messages=messages, **fields)


@check("documented", EXTRACT)
def messages_are_extracted_at_once(session: Session) -> None:
    """extract/memory returns success with facts and preferences."""
    result = ok(extract(session))
    result["success"].equals(True)
    result["memory_detail_list"].non_empty_list()
    result["preference_detail_list"].non_empty_list()


@check("documented", EXTRACT)
def an_extracted_fact_has_no_id(session: Session) -> None:
    """An extracted fact has memory_key, memory_value, memory_type and tags, and no id."""
    for fact in ok(extract(session))["memory_detail_list"].non_empty_list():
        for name in ("memory_key", "memory_value", "memory_type"):
            fact[name].non_empty_text()
        fact["tags"].texts()
        fact.lacks_field("id")


@check("documented", EXTRACT)
def an_extracted_preference_has_its_fields(session: Session) -> None:
    """An extracted preference has preference, reasoning and preference_type."""
    result = ok(extract(session))["preference_detail_list"].items()
    item = first_of(result, "preference of a stated liking")
    item["preference"].non_empty_text()
    item["reasoning"].non_empty_text()
    item["preference_type"].one_of("explicit_preference", "implicit_preference")


@check("documented", EXTRACT)
def only_the_types_asked_for_are_extracted(session: Session) -> None:
    """The list of a type that was not requested is absent."""
    result = ok(extract(session, extraction_types=["memory"]))
    result["memory_detail_list"].non_empty_list()
    result.lacks_field("preference_detail_list")


@check("documented", EXTRACT, "get/memory")
def extracting_stores_nothing(session: Session) -> None:
    """extract/memory leaves no memory, not even for a user whom it names."""
    user = session.id_for("eva")
    ok(extract(session, user_id=user))["memory_detail_list"].non_empty_list()
    session.list_memories(user)["memory_detail_list"].empty_list()


@check("documented", EXTRACT, errors=(40002,))
def extracting_needs_messages(session: Session) -> None:
    """extract/memory without messages returns 40002."""
    refused(session.post(EXTRACT), 40002)


@check("documented", EXTRACT, errors=(40000,))
def extracted_messages_are_a_list(session: Session) -> None:
    """extract/memory with a text as messages returns 40000."""
    refused(session.post(EXTRACT, messages="I am a text."), 40000)


@check("assumed", EXTRACT, errors=(40000,))
def a_type_of_extraction_is_one_of_two(session: Session) -> None:
    """extract/memory with an unknown type returns 40000."""
    refused(extract(session, extraction_types=["dream"]), 40000)


@check("documented", EXTRACT, errors=(40305,), quotas=True)
def an_extraction_has_at_most_8000_tokens(session: Session) -> None:
    """extract/memory with more than 8,000 tokens returns 40305."""
    refused(session.post(EXTRACT, messages=user_messages("word " * 10_000)), 40305)
