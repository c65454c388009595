"""search/memory: what is found, and in which order."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import EVERY_VIEW, LISTS, QUESTION, Trip
from mock_memos.verification.expectations import Value, descending, ok, refused
from mock_memos.verification.session import Site

SEARCH = "search/memory"


def facts_for(site: Site, trip: Trip, **more: object) -> Value:
    """The facts that are found for the question."""
    return site.search(trip.user, QUESTION, **more)["memory_detail_list"]


@check("documented", SEARCH)
def a_question_finds_its_memory(site: Site, trip: Trip) -> None:
    """A question finds the processed memory that answers it before all others."""
    found = site.search(trip.user, QUESTION)
    found["memory_detail_list"].some()[0]["memory_value"].mentions("Lisbon")


@check("documented", SEARCH)
def lists_of_memories_are_lists(site: Site, trip: Trip) -> None:
    """Every list of an answer that asked for all views is a list, and none is null."""
    for name in LISTS.values():
        ok(trip.hits)[name].items()


@check("assumed", SEARCH, backs=("switch include_empty_lists",))
def views_not_asked_for_are_empty_lists(site: Site, trip: Trip) -> None:
    """Lists of views that were not asked for are there, and empty."""
    found = site.search(trip.user, QUESTION, include_memory_view=["detail_factual"])
    for view, name in LISTS.items():
        if view != "detail_factual":
            found[name].empty()


@check("assumed", SEARCH)
def the_best_stands_first(site: Site, trip: Trip) -> None:
    """Within a list the relativity never rises."""
    descending(ok(trip.hits)["memory_detail_list"].some(), "relativity")


@check("documented", SEARCH)
def nothing_below_the_threshold_is_found(site: Site, trip: Trip) -> None:
    """No memory that is found has less relativity than was asked for."""
    threshold = 0.6
    for one in facts_for(site, trip, relativity=threshold).items():
        one["relativity"].number(threshold)


@check("documented", SEARCH)
def a_threshold_of_zero_is_none(site: Site, trip: Trip) -> None:
    """With relativity 0 at least as much is found as with the default."""
    usual = ok(site.post(SEARCH, user_id=trip.user, query=QUESTION))["memory_detail_list"]
    every = facts_for(site, trip)
    every.some()
    every.must(len(every.items()) >= len(usual.items()), f"at least {len(usual.items())} facts")


@check("documented", SEARCH)
def the_number_of_memories_is_limited(site: Site, trip: Trip) -> None:
    """memory_limit_number is how many facts are found at most."""
    found = facts_for(site, trip, memory_limit_number=1)
    found.must(len(found.some()) == 1, "one fact")


@check("documented", SEARCH)
def views_share_the_limit(site: Site, trip: Trip) -> None:
    """With include_memory_view, memory_limit_number counts the memories of all views together."""
    found = site.search(trip.user, QUESTION, memory_limit_number=1, include_memory_view=EVERY_VIEW)
    number = sum(len(found[name].items()) for name in LISTS.values())
    found.must(number == 1, "one memory in all lists")


@check("assumed", SEARCH)
def a_limit_over_25_is_lowered(site: Site, trip: Trip) -> None:
    """memory_limit_number over 25 is read as 25, and no error."""
    facts_for(site, trip, memory_limit_number=1000).some()


@check("assumed", SEARCH)
def a_limit_of_zero_finds_nothing(site: Site, trip: Trip) -> None:
    """memory_limit_number 0 finds no fact."""
    facts_for(site, trip, memory_limit_number=0).empty()


@check("documented", SEARCH)
def only_named_views_are_searched(site: Site, trip: Trip) -> None:
    """include_memory_view finds memories of the named views alone."""
    query = "Which rooms do I like?"
    found = site.search(trip.user, query, include_memory_view=["preference"])
    found["preference_detail_list"].some()
    for view, name in LISTS.items():
        if view != "preference" and name in found.fields():
            found[name].empty()


@check("documented", SEARCH)
def facts_and_preferences_are_the_default(site: Site, trip: Trip) -> None:
    """Without include_memory_view facts and preferences are found, and no events."""
    found = site.search(trip.user, QUESTION)
    found["memory_detail_list"].some()
    found["preference_detail_list"].some()
    if "event_detail_list" in found.fields():
        found["event_detail_list"].empty()


@check("sdk", SEARCH)
def preferences_can_be_switched_off(site: Site, trip: Trip) -> None:
    """include_preference false, as older clients send it, finds no preference."""
    found = site.search(trip.user, QUESTION, include_preference=False)
    found["memory_detail_list"].some()
    found["preference_detail_list"].empty()


@check("documented", SEARCH)
def a_note_goes_with_preferences(site: Site, trip: Trip) -> None:
    """preference_note is filled when a preference is found."""
    ok(trip.hits)["preference_detail_list"].some()
    ok(trip.hits)["preference_note"].filled()


@check("documented", SEARCH)
def no_note_without_preferences(site: Site, trip: Trip) -> None:
    """preference_note is empty when no preference is found."""
    found = site.search(trip.user, QUESTION, include_memory_view=["detail_factual"])
    found["preference_note"].equals("")


@check("documented", SEARCH)
def a_conversation_is_no_filter(site: Site, trip: Trip) -> None:
    """conversation_id hides no memory of another conversation."""
    facts_for(site, trip, conversation_id=site.name("home")).some()[0].fields()
    found = [one["conversation_id"].raw for one in facts_for(site, trip).some()]
    facts = facts_for(site, trip, conversation_id=site.name("other"))
    facts.must(len(facts.items()) == len(found), f"the same {len(found)} facts")


@check("assumed", SEARCH)
def an_unknown_user_finds_nothing(site: Site) -> None:
    """A search for a user who never wrote is a success, and finds nothing."""
    found = site.search(site.name("nil"), QUESTION)
    found["memory_detail_list"].empty()
    found["preference_detail_list"].empty()


@check("assumed", SEARCH)
def the_user_counts_when_an_agent_comes_too(site: Site, trip: Trip) -> None:
    """With user_id and agent_id the memories of the user are searched."""
    facts_for(site, trip, agent_id=trip.agent).some()


@check("assumed", SEARCH)
def a_number_may_be_a_text(site: Site, trip: Trip) -> None:
    """A decimal text is read where a number is expected."""
    facts_for(site, trip, memory_limit_number="9", relativity="0").some()


@check("sdk", SEARCH)
def a_format_of_the_context_is_accepted(site: Site, trip: Trip) -> None:
    """context_format memory is accepted."""
    facts_for(site, trip, context_format="memory").some()


@check("documented", SEARCH)
def every_linked_base_may_be_named_at_once(site: Site, trip: Trip) -> None:
    """knowledgebase_ids all is accepted."""
    site.search(trip.user, QUESTION, knowledgebase_ids="all")["memory_detail_list"].some()


@check("documented", SEARCH, errors=(40002,))
def a_search_needs_a_query(site: Site) -> None:
    """search/memory without query, or with an empty one, is refused with 40002."""
    refused(site.post(SEARCH, user_id=site.name("nil")), 40002)
    refused(site.post(SEARCH, user_id=site.name("nil"), query=""), 40002)


@check("documented", SEARCH, errors=(40002,))
def a_search_needs_a_subject(site: Site) -> None:
    """search/memory with neither user_id nor agent_id is refused with 40002."""
    refused(site.post(SEARCH, query=QUESTION), 40002)


@check("documented", SEARCH, errors=(40010, 40011))
def ids_of_a_search_are_limited(site: Site) -> None:
    """search/memory refuses a user_id of 101 characters with 40010, a conversation with 40011."""
    refused(site.post(SEARCH, user_id="u" * 101, query="q"), 40010)
    asked = {"user_id": site.name("nil"), "query": "q", "conversation_id": "c" * 101}
    refused(site.post(SEARCH, **asked), 40011)


@check("documented", SEARCH, errors=(40012,))
def a_threshold_is_at_most_one(site: Site) -> None:
    """search/memory with relativity 1.5 is refused with 40012."""
    refused(site.post(SEARCH, user_id=site.name("nil"), query="q", relativity=1.5), 40012)


@check("documented", SEARCH, errors=(40000,))
def a_threshold_is_a_number(site: Site) -> None:
    """search/memory with a word as relativity is refused with 40000."""
    refused(site.post(SEARCH, user_id=site.name("nil"), query="q", relativity="high"), 40000)


@check("assumed", SEARCH, errors=(40000,))
def a_limit_is_not_negative(site: Site) -> None:
    """search/memory with a negative limit is refused with 40000."""
    asked = {"user_id": site.name("nil"), "query": "q", "memory_limit_number": -1}
    refused(site.post(SEARCH, **asked), 40000)


@check("assumed", SEARCH, errors=(40000,))
def a_view_is_one_of_six(site: Site) -> None:
    """search/memory with an unknown view is refused with 40000."""
    asked = {"user_id": site.name("nil"), "query": "q", "include_memory_view": ["dreams"]}
    refused(site.post(SEARCH, **asked), 40000)


@check("documented", SEARCH, errors=(40305,), quotas=True)
def a_query_has_at_most_40000_tokens(site: Site) -> None:
    """search/memory with more than 40,000 tokens is refused with 40305."""
    refused(site.post(SEARCH, user_id=site.name("nil"), query="word " * 50_000), 40305)
