"""Whose memories a call sees."""

from typing import NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import QUESTION, Made, Told, Trip, said
from mock_memos.verification.expectations import ok
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

SEARCH, LIST, ADD = "search/memory", "get/memory", "add/message"


class Group(NamedTuple):
    """A group chat of two users."""

    users: tuple[str, str]
    listed: tuple[Answer, Answer]


@setup
def group(site: Site) -> Made:
    users = (site.name("gia"), site.name("hal"))
    message = {"role": "user", "content": "We meet at the lighthouse.", "role_id": users[0]}
    task = site.task_of(site.post("add/message", user_id=list(users), messages=[message]))
    yield
    site.ended(task)
    first, second = (site.post("get/memory", user_id=one) for one in users)
    return Group(users, (first, second))


class Alone(NamedTuple):
    """An Agent that wrote without a user."""

    agent: str
    added: Answer


@setup
def alone(site: Site) -> Made:
    agent = site.name("agent")
    message = said("I keep the printer in the attic.")
    added = site.post("add/message", agent_id=agent, messages=message)
    task = site.task_of(added)
    yield
    site.ended(task)
    return Alone(agent, added)


@check("documented", SEARCH)
def a_search_shows_one_user_alone(site: Site, trip: Trip, at_once: Told) -> None:
    """search/memory of one user never shows a memory of another."""
    found = site.search(at_once.user, QUESTION)["memory_detail_list"]
    others = {one["id"].raw for one in trip.facts()}
    for one in found.items():
        one["id"].must(one["id"].raw not in others, "no memory of another user")
        one["memory_value"].must("Lisbon" not in one["memory_value"].text(), "nothing of Lisbon")


@check("documented", LIST)
def a_list_shows_one_user_alone(site: Site, trip: Trip, at_once: Told) -> None:
    """get/memory of one user never lists a memory of another."""
    others = {one["id"].raw for one in trip.facts()}
    for one in ok(at_once.listed)["memory_detail_list"].some():
        one["id"].must(one["id"].raw not in others, "no memory of another user")


@check("documented", ADD, LIST)
def every_participant_gets_a_copy(site: Site, group: Group) -> None:
    """A call that names two users makes the memory for both of them."""
    for listed in group.listed:
        ok(listed)["memory_detail_list"].some()[0]["memory_value"].mentions("lighthouse")


@check("assumed", ADD, LIST)
def copies_have_ids_of_their_own(site: Site, group: Group) -> None:
    """The copies of two participants have different ids."""
    first, second = (ok(one)["memory_detail_list"].some()[0]["id"] for one in group.listed)
    second.must(second.raw != first.raw, "another id than the first user's copy")


@check("documented", SEARCH)
def a_mark_hides_nothing(site: Site, trip: Trip) -> None:
    """Memories that carry app_id and agent_id are found without naming either."""
    wanted = trip.of_trip()[0]["id"].raw
    found = site.search(trip.user, QUESTION)["memory_detail_list"]
    ids = [one["id"].raw for one in found.some()]
    found.must(wanted in ids, "a memory that was marked")


@check("sdk", ADD)
def an_agent_may_write_alone(site: Site, alone: Alone) -> None:
    """add/message accepts agent_id without user_id."""
    ok(alone.added)["task_id"].filled()


@check("assumed", SEARCH, LIST, backs=("switch agent_memory",))
def an_agent_has_memories_of_its_own(site: Site, alone: Alone) -> None:
    """What an Agent wrote without a user is found and listed under its agent_id."""
    listed = ok(site.post(LIST, agent_id=alone.agent))["memory_detail_list"]
    listed.some()[0]["memory_value"].mentions("printer")
    asked = {"agent_id": alone.agent, "query": "Where is the printer?", "relativity": 0}
    ok(site.post(SEARCH, **asked))["memory_detail_list"].some()


@check("assumed", LIST, backs=("switch agent_memory",))
def a_marking_agent_owns_nothing(site: Site, trip: Trip) -> None:
    """An Agent that stood beside a user only marked the user's memories."""
    ok(site.post(LIST, agent_id=trip.agent))["memory_detail_list"].empty()
