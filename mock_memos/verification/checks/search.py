"""search/memory: what is found, and in which order."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import EVERY_VIEW, LISTS, QUESTION, Traveller
from mock_memos.verification.expectations import Value, descending, ok, refused
from mock_memos.verification.session import Session

SEARCH = "search/memory"


def facts_for(session: Session, traveller: Traveller, **fields: object) -> Value:
    """The facts that are found for the question."""
    return session.search(traveller.user, QUESTION, **fields)["memory_detail_list"]


@check("documented", SEARCH)
def a_question_finds_its_memory(session: Session, traveller: Traveller) -> None:
    """A question finds the processed memory that answers it before all others."""
    result = session.search(traveller.user, QUESTION)
    result["memory_detail_list"].non_empty_list()[0]["memory_value"].mentions("Lisbon")


@check("documented", SEARCH)
def lists_of_memories_are_lists(session: Session, traveller: Traveller) -> None:
    """If all views are requested, every list in the response is a list, never null."""
    for name in LISTS.values():
        ok(traveller.search_result)[name].items()


@check("assumed", SEARCH, backs=("setting include_empty_lists",))
def views_not_asked_for_are_empty_lists(session: Session, traveller: Traveller) -> None:
    """Lists of views that were not requested exist and are empty."""
    result = session.search(traveller.user, QUESTION, include_memory_view=["detail_factual"])
    for view, name in LISTS.items():
        if view != "detail_factual":
            result[name].empty_list()


@check("assumed", SEARCH)
def the_best_is_first(session: Session, traveller: Traveller) -> None:
    """Within a list the relativity never increases."""
    descending(ok(traveller.search_result)["memory_detail_list"].non_empty_list(), "relativity")


@check("documented", SEARCH)
def nothing_below_the_threshold_is_found(session: Session, traveller: Traveller) -> None:
    """No memory that is found has less relativity than was asked for."""
    threshold = 0.6
    for item in facts_for(session, traveller, relativity=threshold).items():
        item["relativity"].number(threshold)


@check("documented", SEARCH)
def a_threshold_of_zero_keeps_all(session: Session, traveller: Traveller) -> None:
    """With relativity 0 at least as much is found as with the default."""
    usual = ok(session.post(SEARCH, user_id=traveller.user, query=QUESTION))["memory_detail_list"]
    every = facts_for(session, traveller)
    every.non_empty_list()
    every.expect(len(every.items()) >= len(usual.items()), f"at least {len(usual.items())} facts")


@check("documented", SEARCH)
def the_number_of_memories_is_limited(session: Session, traveller: Traveller) -> None:
    """memory_limit_number is the maximum number of found facts."""
    result = facts_for(session, traveller, memory_limit_number=1)
    result.expect(len(result.non_empty_list()) == 1, "one fact")


@check("documented", SEARCH)
def views_share_the_limit(session: Session, traveller: Traveller) -> None:
    """With include_memory_view, memory_limit_number counts the memories of all views together."""
    result = session.search(
        traveller.user, QUESTION, memory_limit_number=1, include_memory_view=EVERY_VIEW
    )
    number = sum(len(result[name].items()) for name in LISTS.values())
    result.expect(number == 1, "one memory in all lists")


@check("assumed", SEARCH)
def a_limit_over_25_is_lowered(session: Session, traveller: Traveller) -> None:
    """memory_limit_number above 25 is read as 25, which is not an error."""
    facts_for(session, traveller, memory_limit_number=1000).non_empty_list()


@check("assumed", SEARCH)
def a_limit_of_zero_finds_nothing(session: Session, traveller: Traveller) -> None:
    """memory_limit_number 0 finds no fact."""
    facts_for(session, traveller, memory_limit_number=0).empty_list()


@check("documented", SEARCH)
def only_named_views_are_searched(session: Session, traveller: Traveller) -> None:
    """include_memory_view finds memories of the named views alone."""
    query = "Which rooms do I like?"
    result = session.search(traveller.user, query, include_memory_view=["preference"])
    result["preference_detail_list"].non_empty_list()
    for view, name in LISTS.items():
        if view != "preference" and name in result.fields():
            result[name].empty_list()


@check("documented", SEARCH)
def facts_and_preferences_are_the_default(session: Session, traveller: Traveller) -> None:
    """Without include_memory_view facts and preferences are found, and no events."""
    result = session.search(traveller.user, QUESTION)
    result["memory_detail_list"].non_empty_list()
    result["preference_detail_list"].non_empty_list()
    if "event_detail_list" in result.fields():
        result["event_detail_list"].empty_list()


@check("sdk", SEARCH)
def preferences_can_be_switched_off(session: Session, traveller: Traveller) -> None:
    """include_preference false, as older clients send it, finds no preference."""
    result = session.search(traveller.user, QUESTION, include_preference=False)
    result["memory_detail_list"].non_empty_list()
    result["preference_detail_list"].empty_list()


@check("documented", SEARCH)
def a_note_goes_with_preferences(session: Session, traveller: Traveller) -> None:
    """preference_note is filled when a preference is found."""
    ok(traveller.search_result)["preference_detail_list"].non_empty_list()
    ok(traveller.search_result)["preference_note"].non_empty_text()


@check("documented", SEARCH)
def no_note_without_preferences(session: Session, traveller: Traveller) -> None:
    """preference_note is empty when no preference is found."""
    result = session.search(traveller.user, QUESTION, include_memory_view=["detail_factual"])
    result["preference_note"].equals("")


@check("documented", SEARCH)
def a_conversation_is_not_a_filter(session: Session, traveller: Traveller) -> None:
    """conversation_id hides no memory of another conversation."""
    facts_for(session, traveller, conversation_id=session.id_for("home")).non_empty_list()[
        0
    ].fields()
    result = [
        item["conversation_id"].raw for item in facts_for(session, traveller).non_empty_list()
    ]
    facts = facts_for(session, traveller, conversation_id=session.id_for("other"))
    facts.expect(len(facts.items()) == len(result), f"the same {len(result)} facts")


@check("assumed", SEARCH)
def an_unknown_user_finds_nothing(session: Session) -> None:
    """A search for a user without messages is a success, and finds nothing."""
    result = session.search(session.unused_id, QUESTION)
    result["memory_detail_list"].empty_list()
    result["preference_detail_list"].empty_list()


@check("assumed", SEARCH)
def the_user_is_searched_when_an_agent_is_given(session: Session, traveller: Traveller) -> None:
    """With user_id and agent_id the memories of the user are searched."""
    facts_for(session, traveller, agent_id=traveller.agent).non_empty_list()


@check("assumed", SEARCH)
def a_number_may_be_a_text(session: Session, traveller: Traveller) -> None:
    """A decimal text is read where a number is expected."""
    facts_for(session, traveller, memory_limit_number="9", relativity="0").non_empty_list()


@check("sdk", SEARCH)
def a_format_of_the_context_is_accepted(session: Session, traveller: Traveller) -> None:
    """context_format memory is accepted."""
    facts_for(session, traveller, context_format="memory").non_empty_list()


@check("documented", SEARCH)
def every_linked_base_may_be_named_at_once(session: Session, traveller: Traveller) -> None:
    """knowledgebase_ids all is accepted."""
    session.search(traveller.user, QUESTION, knowledgebase_ids="all")[
        "memory_detail_list"
    ].non_empty_list()


@check("documented", SEARCH, errors=(40002,))
def a_search_needs_a_query(session: Session) -> None:
    """search/memory without query, or with an empty one, returns 40002."""
    refused(session.post(SEARCH, user_id=session.unused_id), 40002)
    refused(session.post(SEARCH, user_id=session.unused_id, query=""), 40002)


@check("documented", SEARCH, errors=(40002,))
def a_search_needs_a_subject(session: Session) -> None:
    """search/memory with neither user_id nor agent_id returns 40002."""
    refused(session.post(SEARCH, query=QUESTION), 40002)


@check("documented", SEARCH, errors=(40010, 40011))
def ids_of_a_search_are_limited(session: Session) -> None:
    """search/memory rejects user_id of 101 characters with 40010, conversation_id with 40011."""
    refused(session.post(SEARCH, user_id="u" * 101, query="q"), 40010)
    request = {"user_id": session.unused_id, "query": "q", "conversation_id": "c" * 101}
    refused(session.post(SEARCH, **request), 40011)


@check("documented", SEARCH, errors=(40012,))
def a_threshold_is_at_most_one(session: Session) -> None:
    """search/memory with relativity 1.5 returns 40012."""
    refused(session.post(SEARCH, user_id=session.unused_id, query="q", relativity=1.5), 40012)


@check("documented", SEARCH, errors=(40000,))
def a_threshold_is_a_number(session: Session) -> None:
    """search/memory with a word as relativity returns 40000."""
    refused(session.post(SEARCH, user_id=session.unused_id, query="q", relativity="high"), 40000)


@check("assumed", SEARCH, errors=(40000,))
def a_limit_is_not_negative(session: Session) -> None:
    """search/memory with a negative limit returns 40000."""
    request = {"user_id": session.unused_id, "query": "q", "memory_limit_number": -1}
    refused(session.post(SEARCH, **request), 40000)


@check("assumed", SEARCH, errors=(40000,))
def a_view_is_one_of_six(session: Session) -> None:
    """search/memory with an unknown view returns 40000."""
    request = {"user_id": session.unused_id, "query": "q", "include_memory_view": ["dreams"]}
    refused(session.post(SEARCH, **request), 40000)


@check("documented", SEARCH, errors=(40305,), quotas=True)
def a_query_has_at_most_40000_tokens(session: Session) -> None:
    """search/memory with more than 40,000 tokens returns 40305."""
    refused(session.post(SEARCH, user_id=session.unused_id, query="word " * 50_000), 40305)
