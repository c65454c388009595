"""Whose memories a call sees."""

from typing import NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import (
    QUESTION,
    CompletedAdd,
    FixtureSteps,
    Traveller,
    user_messages,
)
from mock_memos.verification.expectations import ok
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

SEARCH, LIST, ADD = "search/memory", "get/memory", "add/message"


class Group(NamedTuple):
    """A group chat of two users."""

    users: tuple[str, str]
    listed: tuple[ServiceResponse, ServiceResponse]


@fixture
def group(session: Session) -> FixtureSteps:
    users = (session.id_for("gia"), session.id_for("hal"))
    message = {"role": "user", "content": "We meet at the lighthouse.", "role_id": users[0]}
    task = session.task_id_of(session.post("add/message", user_id=list(users), messages=[message]))
    yield
    session.wait_for_task(task)
    first, second = (session.post("get/memory", user_id=item) for item in users)
    return Group(users, (first, second))


class AgentWithoutUser(NamedTuple):
    """An Agent that wrote without a user."""

    agent: str
    added: ServiceResponse


@fixture
def agent_without_user(session: Session) -> FixtureSteps:
    agent = session.id_for("agent")
    message = user_messages("I keep the printer in the attic.")
    added = session.post("add/message", agent_id=agent, messages=message)
    task = session.task_id_of(added)
    yield
    session.wait_for_task(task)
    return AgentWithoutUser(agent, added)


@check("documented", SEARCH)
def a_search_shows_one_user_alone(
    session: Session, traveller: Traveller, synchronous_add: CompletedAdd
) -> None:
    """search/memory of one user never shows a memory of another."""
    result = session.search(synchronous_add.user, QUESTION)["memory_detail_list"]
    other_ids = {item["id"].raw for item in traveller.facts()}
    for item in result.items():
        item["id"].expect(item["id"].raw not in other_ids, "no memory of another user")
        item["memory_value"].expect(
            "Lisbon" not in item["memory_value"].text(), "nothing of Lisbon"
        )


@check("documented", LIST)
def a_list_shows_one_user_alone(
    session: Session, traveller: Traveller, synchronous_add: CompletedAdd
) -> None:
    """get/memory of one user never lists a memory of another."""
    other_ids = {item["id"].raw for item in traveller.facts()}
    for item in ok(synchronous_add.memory_list)["memory_detail_list"].non_empty_list():
        item["id"].expect(item["id"].raw not in other_ids, "no memory of another user")


@check("documented", ADD, LIST)
def every_participant_gets_a_copy(session: Session, group: Group) -> None:
    """A call that names two users makes the memory for both of them."""
    for listed in group.listed:
        ok(listed)["memory_detail_list"].non_empty_list()[0]["memory_value"].mentions("lighthouse")


@check("assumed", ADD, LIST)
def copies_have_different_ids(session: Session, group: Group) -> None:
    """The copies of two participants have different ids."""
    first, second = (
        ok(item)["memory_detail_list"].non_empty_list()[0]["id"] for item in group.listed
    )
    second.expect(second.raw != first.raw, "another id than the first user's copy")


@check("documented", SEARCH)
def a_mark_hides_nothing(session: Session, traveller: Traveller) -> None:
    """Memories that carry app_id and agent_id are found without naming either."""
    expected = traveller.travel_facts()[0]["id"].raw
    result = session.search(traveller.user, QUESTION)["memory_detail_list"]
    ids = [item["id"].raw for item in result.non_empty_list()]
    result.expect(expected in ids, "a memory that was marked")


@check("sdk", ADD)
def an_agent_may_write_alone(session: Session, agent_without_user: AgentWithoutUser) -> None:
    """add/message accepts agent_id without user_id."""
    ok(agent_without_user.added)["task_id"].non_empty_text()


@check("assumed", SEARCH, LIST, backs=("setting agent_memory",))
def an_agent_has_its_own_memories(session: Session, agent_without_user: AgentWithoutUser) -> None:
    """What an Agent wrote without a user is found and listed under its agent_id."""
    listed = ok(session.post(LIST, agent_id=agent_without_user.agent))["memory_detail_list"]
    listed.non_empty_list()[0]["memory_value"].mentions("printer")
    request = {"agent_id": agent_without_user.agent, "query": "Where is the printer?"}
    ok(session.post(SEARCH, **request, relativity=0))["memory_detail_list"].non_empty_list()


@check("assumed", LIST, backs=("setting agent_memory",))
def a_marking_agent_owns_nothing(session: Session, traveller: Traveller) -> None:
    """An Agent that was sent with a user only marks the user's memories."""
    ok(session.post(LIST, agent_id=traveller.agent))["memory_detail_list"].empty_list()
