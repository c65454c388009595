"""Filters: conditions that a memory must meet."""

from typing import Any

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import QUESTION, Trip
from mock_memos.verification.expectations import Value, refused
from mock_memos.verification.session import Site

SEARCH, LIST = "search/memory", "get/memory"


def selects_trip(site: Site, trip: Trip, condition: dict[str, Any]) -> None:
    """The condition holds for the facts of the conversation `trip`, and for no others."""
    found = site.listed(trip.user, size=50, filter={"and": [condition]})["memory_detail_list"]
    wanted = {one["id"].raw for one in trip.of_trip()}
    for one in found.some():
        one["id"].must(one["id"].raw in wanted, "only facts that meet the filter")
    found.must(len(found.items()) == len(wanted), f"all {len(wanted)} facts that meet the filter")


def listed_with(site: Site, trip: Trip, condition: dict[str, Any]) -> Value:
    """The facts that meet a whole filter."""
    return site.listed(trip.user, size=50, filter=condition)["memory_detail_list"]


@check("documented", LIST)
def app_id_filters(site: Site, trip: Trip) -> None:
    """A filter on app_id keeps the memories of that application."""
    selects_trip(site, trip, {"app_id": site.name("web")})


@check("documented", LIST)
def agent_id_filters(site: Site, trip: Trip) -> None:
    """A filter on agent_id keeps the memories that the Agent marked."""
    selects_trip(site, trip, {"agent_id": trip.agent})


@check("documented", LIST)
def related_id_filters(site: Site, trip: Trip) -> None:
    """A filter on related_id keeps the memories whose call named one of these ids."""
    selects_trip(site, trip, {"related_id": [trip.agent]})


@check("documented", LIST)
def a_custom_field_filters(site: Site, trip: Trip) -> None:
    """A key of info is a field of filters by its bare name."""
    selects_trip(site, trip, {"scene": "trip"})


@check("documented", LIST)
def numbers_are_compared(site: Site, trip: Trip) -> None:
    """A number in info can be compared: gte keeps what is as large, gt does not."""
    selects_trip(site, trip, {"nights": {"gte": 3}})
    listed_with(site, trip, {"and": [{"nights": {"gt": 3}}]}).empty()


@check("documented", LIST)
def a_tag_filters(site: Site, trip: Trip) -> None:
    """tags with contains keeps the memories that have the whole tag."""
    fact = next((one for one in trip.facts() if one["tags"].texts()), trip.facts()[0])
    tag = fact["tags"].some()[0].filled()
    for one in listed_with(site, trip, {"and": [{"tags": {"contains": tag}}]}).some():
        one["tags"].must(tag in one["tags"].texts(), f"the tag {tag!r} among others")


@check("documented", LIST)
def a_bare_tag_filters(site: Site, trip: Trip) -> None:
    """tags with a bare text means the same as contains."""
    tag = trip.facts()[0]["tags"].some()[0].filled()
    for one in listed_with(site, trip, {"and": [{"tags": tag}]}).some():
        one["tags"].must(tag in one["tags"].texts(), f"the tag {tag!r} among others")


@check("documented", LIST)
def times_filter(site: Site, trip: Trip) -> None:
    """create_time can be compared with dates: all is after 2000, and nothing after 2999."""
    listed_with(site, trip, {"and": [{"create_time": {"gte": "2000-01-01"}}]}).some()
    late = {"create_time": {"gt": "2999-12-31 23:59:59"}}
    listed_with(site, trip, {"and": [late]}).empty()


@check("documented", LIST)
def and_wants_every_condition(site: Site, trip: Trip) -> None:
    """and keeps what meets every condition."""
    listed_with(site, trip, {"and": [{"scene": "trip"}, {"nights": {"gte": 3}}]}).some()
    listed_with(site, trip, {"and": [{"scene": "trip"}, {"nights": {"gte": 4}}]}).empty()


@check("documented", LIST)
def or_wants_one_condition(site: Site, trip: Trip) -> None:
    """or keeps what meets one condition."""
    listed_with(site, trip, {"or": [{"scene": "trip"}, {"scene": "nowhere"}]}).some()
    listed_with(site, trip, {"or": [{"scene": "here"}, {"scene": "nowhere"}]}).empty()


@check("documented", SEARCH)
def a_search_keeps_to_its_filter(site: Site, trip: Trip) -> None:
    """search/memory finds only what meets the filter."""
    fits = site.search(trip.user, QUESTION, filter={"and": [{"scene": "trip"}]})
    for one in fits["memory_detail_list"].some():
        one["conversation_id"].equals(trip.conversation)
    other = site.search(trip.user, QUESTION, filter={"and": [{"scene": "nowhere"}]})
    other["memory_detail_list"].empty()


@check("documented", SEARCH)
def a_filter_may_name_its_source(site: Site, trip: Trip) -> None:
    """A filter may be given for the source user alone."""
    condition = {"user": {"and": [{"scene": "nowhere"}]}}
    site.search(trip.user, QUESTION, filter=condition)["memory_detail_list"].empty()
    condition = {"user": {"and": [{"scene": "trip"}]}}
    site.search(trip.user, QUESTION, filter=condition)["memory_detail_list"].some()


@check("assumed", LIST)
def an_empty_filter_keeps_all(site: Site, trip: Trip) -> None:
    """An empty filter keeps everything."""
    found = listed_with(site, trip, {})
    found.must(len(found.items()) == len(trip.facts()), "as many facts as without a filter")


@check("assumed", LIST)
def a_bare_condition_filters(site: Site, trip: Trip) -> None:
    """A condition without and or or around it is accepted."""
    for one in listed_with(site, trip, {"scene": "trip"}).some():
        one["conversation_id"].equals(trip.conversation)


@check("assumed", LIST)
def a_field_that_no_memory_has_keeps_nothing(site: Site, trip: Trip) -> None:
    """A condition on a field that no memory has keeps nothing, and is no error."""
    listed_with(site, trip, {"and": [{"no_such_field": "x"}]}).empty()


@check("assumed", LIST, errors=(40000,))
def an_unknown_operator_is_refused(site: Site, trip: Trip) -> None:
    """A filter with an unknown operator is refused with 40000."""
    condition = {"and": [{"nights": {"around": 3}}]}
    refused(site.post(LIST, user_id=trip.user, filter=condition), 40000)


@check("assumed", LIST, errors=(40000,))
def not_is_refused(site: Site, trip: Trip) -> None:
    """A filter with not is refused with 40000."""
    condition = {"not": [{"scene": "trip"}]}
    refused(site.post(LIST, user_id=trip.user, filter=condition), 40000)


@check("assumed", LIST, errors=(40000,))
def a_group_is_a_list(site: Site, trip: Trip) -> None:
    """A filter whose and is no list is refused with 40000."""
    refused(site.post(LIST, user_id=trip.user, filter={"and": "scene"}), 40000)


@check("assumed", LIST, errors=(40000,))
def styles_of_filters_are_not_mixed(site: Site, trip: Trip) -> None:
    """A filter that names a source beside a group is refused with 40000."""
    condition = {"user": {"and": [{"scene": "trip"}]}, "and": [{"nights": 3}]}
    refused(site.post(LIST, user_id=trip.user, filter=condition), 40000)
