"""Filters: conditions that a memory must meet."""

from typing import Any

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import QUESTION, Traveller
from mock_memos.verification.expectations import Value, refused
from mock_memos.verification.session import Session

SEARCH, LIST = "search/memory", "get/memory"


def selects_trip(session: Session, traveller: Traveller, condition: dict[str, Any]) -> None:
    """The condition holds for the facts of the conversation `trip`, and for no others."""
    result = session.list_memories(traveller.user, size=50, filter={"and": [condition]})[
        "memory_detail_list"
    ]
    expected = {item["id"].raw for item in traveller.travel_facts()}
    for item in result.non_empty_list():
        item["id"].expect(item["id"].raw in expected, "only facts that meet the filter")
    result.expect(
        len(result.items()) == len(expected), f"all {len(expected)} facts that meet the filter"
    )


def listed_with(session: Session, traveller: Traveller, condition: dict[str, Any]) -> Value:
    """The facts that meet a whole filter."""
    return session.list_memories(traveller.user, size=50, filter=condition)["memory_detail_list"]


@check("documented", LIST)
def app_id_filters(session: Session, traveller: Traveller) -> None:
    """A filter on app_id keeps the memories of that application."""
    selects_trip(session, traveller, {"app_id": session.id_for("web")})


@check("documented", LIST)
def agent_id_filters(session: Session, traveller: Traveller) -> None:
    """A filter on agent_id keeps the memories that the Agent marked."""
    selects_trip(session, traveller, {"agent_id": traveller.agent})


@check("documented", LIST)
def related_id_filters(session: Session, traveller: Traveller) -> None:
    """A filter on related_id keeps the memories whose call named one of these ids."""
    selects_trip(session, traveller, {"related_id": [traveller.agent]})


@check("documented", LIST)
def a_custom_field_filters(session: Session, traveller: Traveller) -> None:
    """A key of info is a field of filters by its bare name."""
    selects_trip(session, traveller, {"scene": "trip"})


@check("documented", LIST)
def numbers_are_compared(session: Session, traveller: Traveller) -> None:
    """A number in info can be compared: gte keeps what is as large, gt does not."""
    selects_trip(session, traveller, {"nights": {"gte": 3}})
    listed_with(session, traveller, {"and": [{"nights": {"gt": 3}}]}).empty_list()


@check("documented", LIST)
def a_tag_filters(session: Session, traveller: Traveller) -> None:
    """tags with contains keeps the memories that have the whole tag."""
    fact = next((item for item in traveller.facts() if item["tags"].texts()), traveller.facts()[0])
    tag = fact["tags"].non_empty_list()[0].non_empty_text()
    for item in listed_with(
        session, traveller, {"and": [{"tags": {"contains": tag}}]}
    ).non_empty_list():
        item["tags"].expect(tag in item["tags"].texts(), f"the tag {tag!r} among others")


@check("documented", LIST)
def a_bare_tag_filters(session: Session, traveller: Traveller) -> None:
    """tags with a bare text means the same as contains."""
    tag = traveller.facts()[0]["tags"].non_empty_list()[0].non_empty_text()
    for item in listed_with(session, traveller, {"and": [{"tags": tag}]}).non_empty_list():
        item["tags"].expect(tag in item["tags"].texts(), f"the tag {tag!r} among others")


@check("documented", LIST)
def times_filter(session: Session, traveller: Traveller) -> None:
    """create_time can be compared with dates: all is after 2000, and nothing after 2999."""
    listed_with(
        session, traveller, {"and": [{"create_time": {"gte": "2000-01-01"}}]}
    ).non_empty_list()
    late = {"create_time": {"gt": "2999-12-31 23:59:59"}}
    listed_with(session, traveller, {"and": [late]}).empty_list()


@check("documented", LIST)
def and_wants_every_condition(session: Session, traveller: Traveller) -> None:
    """and keeps what meets every condition."""
    listed_with(
        session, traveller, {"and": [{"scene": "trip"}, {"nights": {"gte": 3}}]}
    ).non_empty_list()
    listed_with(
        session, traveller, {"and": [{"scene": "trip"}, {"nights": {"gte": 4}}]}
    ).empty_list()


@check("documented", LIST)
def or_wants_one_condition(session: Session, traveller: Traveller) -> None:
    """or keeps what meets one condition."""
    listed_with(
        session, traveller, {"or": [{"scene": "trip"}, {"scene": "nowhere"}]}
    ).non_empty_list()
    listed_with(session, traveller, {"or": [{"scene": "here"}, {"scene": "nowhere"}]}).empty_list()


@check("documented", SEARCH)
def a_search_keeps_to_its_filter(session: Session, traveller: Traveller) -> None:
    """search/memory finds only what meets the filter."""
    fits = session.search(traveller.user, QUESTION, filter={"and": [{"scene": "trip"}]})
    for item in fits["memory_detail_list"].non_empty_list():
        item["conversation_id"].equals(traveller.conversation)
    other = session.search(traveller.user, QUESTION, filter={"and": [{"scene": "nowhere"}]})
    other["memory_detail_list"].empty_list()


@check("documented", SEARCH)
def a_filter_may_name_its_source(session: Session, traveller: Traveller) -> None:
    """A filter may be given for the source user alone."""
    condition = {"user": {"and": [{"scene": "nowhere"}]}}
    session.search(traveller.user, QUESTION, filter=condition)["memory_detail_list"].empty_list()
    condition = {"user": {"and": [{"scene": "trip"}]}}
    session.search(traveller.user, QUESTION, filter=condition)[
        "memory_detail_list"
    ].non_empty_list()


@check("assumed", LIST)
def an_empty_filter_keeps_all(session: Session, traveller: Traveller) -> None:
    """An empty filter keeps everything."""
    result = listed_with(session, traveller, {})
    result.expect(
        len(result.items()) == len(traveller.facts()), "as many facts as without a filter"
    )


@check("assumed", LIST)
def a_bare_condition_filters(session: Session, traveller: Traveller) -> None:
    """A condition without and or or around it is accepted."""
    for item in listed_with(session, traveller, {"scene": "trip"}).non_empty_list():
        item["conversation_id"].equals(traveller.conversation)


@check("assumed", LIST)
def a_field_that_no_memory_has_keeps_nothing(session: Session, traveller: Traveller) -> None:
    """A condition on a field that no memory has matches nothing, and is not an error."""
    listed_with(session, traveller, {"and": [{"no_such_field": "x"}]}).empty_list()


@check("assumed", LIST, errors=(40000,))
def an_unknown_operator_is_refused(session: Session, traveller: Traveller) -> None:
    """A filter with an unknown operator returns 40000."""
    condition = {"and": [{"nights": {"around": 3}}]}
    refused(session.post(LIST, user_id=traveller.user, filter=condition), 40000)


@check("assumed", LIST, errors=(40000,))
def not_is_refused(session: Session, traveller: Traveller) -> None:
    """A filter with not returns 40000."""
    condition = {"not": [{"scene": "trip"}]}
    refused(session.post(LIST, user_id=traveller.user, filter=condition), 40000)


@check("assumed", LIST, errors=(40000,))
def a_group_is_a_list(session: Session, traveller: Traveller) -> None:
    """A filter whose and is not a list returns 40000."""
    refused(session.post(LIST, user_id=traveller.user, filter={"and": "scene"}), 40000)


@check("assumed", LIST, errors=(40000,))
def styles_of_filters_are_not_mixed(session: Session, traveller: Traveller) -> None:
    """A filter with a source and a group returns 40000."""
    condition = {"user": {"and": [{"scene": "trip"}]}, "and": [{"nights": 3}]}
    refused(session.post(LIST, user_id=traveller.user, filter=condition), 40000)
