"""Data that several checks use, created once per run."""

import json
from collections.abc import Generator
from typing import Any, Final, NamedTuple

from mock_memos.verification.check import fixture
from mock_memos.verification.expectations import Inconclusive, Value, ok
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

FixtureSteps = Generator[None, None, Any]

EVERY_VIEW: Final = ["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
LISTS: Final = {
    "detail_factual": "memory_detail_list",
    "preference": "preference_detail_list",
    "profile": "profile_detail_list",
    "event": "event_detail_list",
    "tool_memory": "tool_memory_detail_list",
    "skill": "skill_detail_list",
}
NO_ID: Final = "00000000-0000-4000-8000-000000000000"
"""An id that the service has never made."""

QUESTION: Final = "Which hotel did I book in Lisbon?"
TRIP: Final = (
    "I booked a quiet hotel near the harbour in Lisbon. I like rooms with a sea view. "
    "I met Li in Lisbon last Tuesday afternoon."
)
HOME: Final = ("My bicycle is in the cellar.", "My sister Marta lives in Porto.")
PICTURE: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAUElEQVR42u3PQQkAAAgEsEvi2/4pjGUE"
    "38JgBZbpei0CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICApcFrOLg"
    "8fmtQyEAAAAASUVORK5CYII="
)
"""64 red pixels in a square of as many."""


class Traveller(NamedTuple):
    """A user with two conversations: `trip` with all fields for filters, and `home`."""

    user: str
    agent: str
    conversation: str
    added: ServiceResponse
    first_status: ServiceResponse
    """The status directly after the add."""
    first_search: ServiceResponse
    """The search result directly after the add."""
    task: str
    status: Value
    search_result: ServiceResponse
    """The result for the question, in every view, without a threshold."""
    memory_list: ServiceResponse

    def facts(self) -> list[Value]:
        """Returns all facts of the user."""
        return ok(self.memory_list)["memory_detail_list"].non_empty_list()

    def travel_facts(self) -> list[Value]:
        """Returns the facts of the conversation `trip`."""
        result = [item for item in self.facts() if item["conversation_id"].raw == self.conversation]
        if not result:
            raise Inconclusive("no fact was made of the conversation")
        return result


@fixture
def traveller(session: Session) -> FixtureSteps:
    user, agent, conversation = (
        session.id_for("ana"),
        session.id_for("bot"),
        session.id_for("trip"),
    )
    added = session.post(
        "add/message",
        user_id=user,
        agent_id=agent,
        app_id=session.id_for("web"),
        conversation_id=conversation,
        tags=["travel"],
        info={"scene": "trip", "nights": 3},
        messages=[
            {"role": "user", "content": TRIP},
            {"role": "assistant", "content": "I have noted all of it."},
        ],
    )
    task = session.task_id_of(added)
    first_status = session.post("get/status", task_id=task)
    raw = session.post("search/memory", user_id=user, query=QUESTION, relativity=0)
    home = session.task_id_of(
        session.add_messages(user, *HOME, conversation_id=session.id_for("home"))
    )
    yield
    status = session.wait_for_task(task)
    session.wait_for_task(home)
    everything = {"relativity": 0, "include_memory_view": EVERY_VIEW, "memory_limit_number": 25}
    return Traveller(
        user=user,
        agent=agent,
        conversation=conversation,
        added=added,
        first_status=first_status,
        first_search=raw,
        task=task,
        status=status,
        search_result=session.post("search/memory", user_id=user, query=QUESTION, **everything),
        memory_list=session.post("get/memory", user_id=user, size=50),
    )


class CompletedAdd(NamedTuple):
    """A call of add/message whose task has ended."""

    user: str
    added: ServiceResponse
    first_status: ServiceResponse
    status: Value
    memory_list: ServiceResponse


def add_and_wait(session: Session, user: str, messages: list[Any], **fields: Any) -> FixtureSteps:
    """Adds messages, and continues after their task has ended."""
    added = session.post("add/message", user_id=user, messages=messages, **fields)
    task = session.task_id_of(added)
    first_status = session.post("get/status", task_id=task)
    yield
    status = session.wait_for_task(task)
    listed = session.post("get/memory", user_id=user, size=50)
    return CompletedAdd(user, added, first_status, status, listed)


def user_messages(*sentences: str) -> list[Any]:
    """Messages of a user."""
    return [{"role": "user", "content": item} for item in sentences]


@fixture
def synchronous_add(session: Session) -> FixtureSteps:
    """A synchronous add."""
    message = user_messages("I keep a telescope on the balcony.")
    return (yield from add_and_wait(session, session.id_for("ben"), message, async_mode=False))


@fixture
def only_preferences(session: Session) -> FixtureSteps:
    """An add with one allowed view."""
    message = user_messages("I moved to Ghent. I like short answers.")
    fields = {"async_mode": False, "allow_memory_view": ["preference"]}
    return (yield from add_and_wait(session, session.id_for("pia"), message, **fields))


@fixture
def picture(session: Session) -> FixtureSteps:
    """A message with a picture, in a synchronous add."""
    content = [
        {"type": "text", "text": "This is the colour of my new door."},
        {"type": "image_url", "image_url": {"url": PICTURE}},
    ]
    messages = [{"role": "user", "content": content}]
    return (yield from add_and_wait(session, session.id_for("pic"), messages, async_mode=False))


@fixture
def tools(session: Session) -> FixtureSteps:
    """A tool's schema, and five rounds of calls to it."""
    schema = {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    block = f"<tool_schema>{json.dumps([schema])}</tool_schema>"
    messages: list[Any] = [{"role": "system", "content": block}]
    for number, city in enumerate(("Lisbon", "Porto", "Faro", "Braga", "Evora")):
        call = {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": "get_weather", "arguments": json.dumps({"city": city})},
        }
        messages += [
            {"role": "user", "content": f"What is the weather in {city}?"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"call_{number}", "content": f"{city}: sunny"},
            {"role": "assistant", "content": f"It is sunny in {city}."},
        ]
    fields = {"conversation_id": session.id_for("weather")}
    return (yield from add_and_wait(session, session.id_for("tom"), messages, **fields))
