"""extract/memory."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import user_messages
from mock_memos.verification.expectations import ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session, first_of

EXTRACT = "extract/memory"


def extract(session: Session, **more: object) -> ServiceResponse:
    """What two sentences would become."""
    messages = user_messages("I moved to Ghent.", "I like short answers.")
    return session.post(EXTRACT, messages=messages, **more)


@check("documented", EXTRACT)
def messages_are_extracted_at_once(session: Session) -> None:
    """extract/memory answers success with facts and preferences."""
    found = ok(extract(session))
    found["success"].equals(True)
    found["memory_detail_list"].non_empty_list()
    found["preference_detail_list"].non_empty_list()


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
    found = ok(extract(session))["preference_detail_list"].items()
    one = first_of(found, "preference of a stated liking")
    one["preference"].non_empty_text()
    one["reasoning"].non_empty_text()
    one["preference_type"].one_of("explicit_preference", "implicit_preference")


@check("documented", EXTRACT)
def only_the_types_asked_for_are_extracted(session: Session) -> None:
    """The list of a type that was not asked for is absent."""
    found = ok(extract(session, extraction_types=["memory"]))
    found["memory_detail_list"].non_empty_list()
    found.lacks_field("preference_detail_list")


@check("documented", EXTRACT, "get/memory")
def extracting_stores_nothing(session: Session) -> None:
    """extract/memory leaves no memory, not even for a user whom it names."""
    user = session.unique_id("eva")
    ok(extract(session, user_id=user))["memory_detail_list"].non_empty_list()
    session.list_memories(user)["memory_detail_list"].empty_list()


@check("documented", EXTRACT, errors=(40002,))
def extracting_needs_messages(session: Session) -> None:
    """extract/memory without messages is refused with 40002."""
    refused(session.post(EXTRACT), 40002)


@check("documented", EXTRACT, errors=(40000,))
def extracted_messages_are_a_list(session: Session) -> None:
    """extract/memory with a text as messages is refused with 40000."""
    refused(session.post(EXTRACT, messages="I am a text."), 40000)


@check("assumed", EXTRACT, errors=(40000,))
def a_type_of_extraction_is_one_of_two(session: Session) -> None:
    """extract/memory with an unknown type is refused with 40000."""
    refused(extract(session, extraction_types=["dream"]), 40000)


@check("documented", EXTRACT, errors=(40305,), quotas=True)
def an_extraction_has_at_most_8000_tokens(session: Session) -> None:
    """extract/memory with more than 8,000 tokens is refused with 40305."""
    refused(session.post(EXTRACT, messages=user_messages("word " * 10_000)), 40305)
