"""extract/memory."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import said
from mock_memos.verification.expectations import ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site, one_of

EXTRACT = "extract/memory"


def extract(site: Site, **more: object) -> Answer:
    """What two sentences would become."""
    messages = said("I moved to Ghent.", "I like short answers.")
    return site.post(EXTRACT, messages=messages, **more)


@check("documented", EXTRACT)
def messages_are_extracted_at_once(site: Site) -> None:
    """extract/memory answers success with facts and preferences."""
    found = ok(extract(site))
    found["success"].equals(True)
    found["memory_detail_list"].some()
    found["preference_detail_list"].some()


@check("documented", EXTRACT)
def an_extracted_fact_has_no_id(site: Site) -> None:
    """An extracted fact has memory_key, memory_value, memory_type and tags, and no id."""
    for fact in ok(extract(site))["memory_detail_list"].some():
        for name in ("memory_key", "memory_value", "memory_type"):
            fact[name].filled()
        fact["tags"].texts()
        fact.lacks("id")


@check("documented", EXTRACT)
def an_extracted_preference_has_its_fields(site: Site) -> None:
    """An extracted preference has preference, reasoning and preference_type."""
    found = ok(extract(site))["preference_detail_list"].items()
    one = one_of(found, "preference of a stated liking")
    one["preference"].filled()
    one["reasoning"].filled()
    one["preference_type"].among("explicit_preference", "implicit_preference")


@check("documented", EXTRACT)
def only_the_types_asked_for_are_extracted(site: Site) -> None:
    """The list of a type that was not asked for is absent."""
    found = ok(extract(site, extraction_types=["memory"]))
    found["memory_detail_list"].some()
    found.lacks("preference_detail_list")


@check("documented", EXTRACT, "get/memory")
def extracting_stores_nothing(site: Site) -> None:
    """extract/memory leaves no memory, not even for a user whom it names."""
    user = site.name("eva")
    ok(extract(site, user_id=user))["memory_detail_list"].some()
    site.listed(user)["memory_detail_list"].empty()


@check("documented", EXTRACT, errors=(40002,))
def extracting_needs_messages(site: Site) -> None:
    """extract/memory without messages is refused with 40002."""
    refused(site.post(EXTRACT), 40002)


@check("documented", EXTRACT, errors=(40000,))
def extracted_messages_are_a_list(site: Site) -> None:
    """extract/memory with a text as messages is refused with 40000."""
    refused(site.post(EXTRACT, messages="I am a text."), 40000)


@check("assumed", EXTRACT, errors=(40000,))
def a_type_of_extraction_is_one_of_two(site: Site) -> None:
    """extract/memory with an unknown type is refused with 40000."""
    refused(extract(site, extraction_types=["dream"]), 40000)


@check("documented", EXTRACT, errors=(40305,), quotas=True)
def an_extraction_has_at_most_8000_tokens(site: Site) -> None:
    """extract/memory with more than 8,000 tokens is refused with 40305."""
    refused(site.post(EXTRACT, messages=said("word " * 10_000)), 40305)
