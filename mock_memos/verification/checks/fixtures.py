"""Conversations that several checks stand on: begun together, each made once in a run."""

import json
from collections.abc import Generator
from typing import Any, Final, NamedTuple

from mock_memos.verification.check import setup
from mock_memos.verification.expectations import Unasked, Value, ok
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

Made = Generator[None, None, Any]

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
HOME: Final = ("My bicycle stands in the cellar.", "My sister Marta lives in Porto.")
PICTURE: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAUElEQVR42u3PQQkAAAgEsEvi2/4pjGUE"
    "38JgBZbpei0CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICApcFrOLg"
    "8fmtQyEAAAAASUVORK5CYII="
)
"""64 red pixels in a square of as many."""


class Trip(NamedTuple):
    """A user with two conversations: `trip` with every mark that filters know, and `home`."""

    user: str
    agent: str
    conversation: str
    added: Answer
    at_once: Answer
    """The status directly after the add."""
    raw: Answer
    """What is found directly after the add."""
    task: str
    status: Value
    hits: Answer
    """What is found for the question, in every view, without a threshold."""
    listed: Answer

    def facts(self) -> list[Value]:
        """All facts of the user."""
        return ok(self.listed)["memory_detail_list"].some()

    def of_trip(self) -> list[Value]:
        """The facts of the conversation `trip`."""
        found = [one for one in self.facts() if one["conversation_id"].raw == self.conversation]
        if not found:
            raise Unasked("no fact came of the conversation")
        return found


@setup
def trip(site: Site) -> Made:
    user, agent, conversation = site.name("ana"), site.name("bot"), site.name("trip")
    added = site.post(
        "add/message",
        user_id=user,
        agent_id=agent,
        app_id=site.name("web"),
        conversation_id=conversation,
        tags=["travel"],
        info={"scene": "trip", "nights": 3},
        messages=[
            {"role": "user", "content": TRIP},
            {"role": "assistant", "content": "I have noted all of it."},
        ],
    )
    task = site.task_of(added)
    at_once = site.post("get/status", task_id=task)
    raw = site.post("search/memory", user_id=user, query=QUESTION, relativity=0)
    home = site.task_of(site.add(user, *HOME, conversation_id=site.name("home")))
    yield
    status = site.ended(task)
    site.ended(home)
    everything = {"relativity": 0, "include_memory_view": EVERY_VIEW, "memory_limit_number": 25}
    return Trip(
        user=user,
        agent=agent,
        conversation=conversation,
        added=added,
        at_once=at_once,
        raw=raw,
        task=task,
        status=status,
        hits=site.post("search/memory", user_id=user, query=QUESTION, **everything),
        listed=site.post("get/memory", user_id=user, size=50),
    )


class Told(NamedTuple):
    """One call of add/message of a user, once its task has ended."""

    user: str
    added: Answer
    at_once: Answer
    status: Value
    listed: Answer


def tell(site: Site, user: str, messages: list[Any], **more: Any) -> Made:
    """Add messages, and go on when their task has ended."""
    added = site.post("add/message", user_id=user, messages=messages, **more)
    task = site.task_of(added)
    at_once = site.post("get/status", task_id=task)
    yield
    status = site.ended(task)
    listed = site.post("get/memory", user_id=user, size=50)
    return Told(user, added, at_once, status, listed)


def said(*sentences: str) -> list[Any]:
    """Messages of a user."""
    return [{"role": "user", "content": one} for one in sentences]


@setup
def at_once(site: Site) -> Made:
    """A synchronous add."""
    message = said("I keep a telescope on the balcony.")
    return (yield from tell(site, site.name("ben"), message, async_mode=False))


@setup
def only_preferences(site: Site) -> Made:
    """An add that allows one view."""
    message = said("I moved to Ghent. I like short answers.")
    more = {"async_mode": False, "allow_memory_view": ["preference"]}
    return (yield from tell(site, site.name("pia"), message, **more))


@setup
def picture(site: Site) -> Made:
    """A message with a picture, in an add that asks to be synchronous."""
    content = [
        {"type": "text", "text": "This is the colour of my new door."},
        {"type": "image_url", "image_url": {"url": PICTURE}},
    ]
    messages = [{"role": "user", "content": content}]
    return (yield from tell(site, site.name("pic"), messages, async_mode=False))


@setup
def tools(site: Site) -> Made:
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
    more = {"conversation_id": site.name("weather")}
    return (yield from tell(site, site.name("tom"), messages, **more))
