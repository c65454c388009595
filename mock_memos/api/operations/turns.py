"""From accepted messages to what they will become: by the scenario, else by the fixed rules."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.api.models.base import Request
from mock_memos.content.fast_memory import format_chat_time, text_of
from mock_memos.core.records import (  # fmt: skip
    VIEWS,
    Draft,
    Edit,
    Message,
    Role,
    Scope,
    Turn,
    View,
    nothing,
)
from mock_memos.core.request_match import Subject
from mock_memos.scenario.language.scripts import Then
from mock_memos.scenario.language.task_plan import Course
from mock_memos.simulation.world import World

Said = tuple[Role, Any, dict[str, Any]]
"""Role and content of a message, and what else is known of it."""

MEMORIES: Final = (
    "memories", "preferences", "tools", "skills", "events", "profile", "nothing",
)  # fmt: skip
"""The parts of a script that say which memories a turn becomes."""


def script_for(
    world: World, operation: str, request: Request, parts: Collection[str]
) -> Then | None:
    """What the first fitting script says of this request, among those that speak of `parts`."""
    if not world.scenarios:
        return None
    return world.script(Subject.of(operation, msgspec.to_builtins(request)), parts)


def course_for(world: World, operation: str, request: Request) -> Course | None:
    """How the task of this request is told to get to its end."""
    then = script_for(world, operation, request, ("task",))
    return then.task if then else None


def keep(world: World, said: Iterable[Said], conversation_id: str) -> tuple[Message, ...]:
    """Messages as records, from role, content and what else is known of each.

    All messages of one call share the moment of receipt and the conversation, which gets an id
    when it has none.
    """
    now = world.clock.now
    conversation_id = conversation_id or world.ids.next("conversation")
    received = format_chat_time(now, world.settings.time_zone)
    return tuple(
        Message(
            id=world.ids.next("message"),
            role=role,
            text=text_of(content),
            content=content,
            time=now,
            conversation_id=conversation_id,
            **{"chat_time": received} | more,
        )
        for role, content, more in said
    )


class Outcome(NamedTuple):
    """What a scenario or feedback says that messages become; None leaves it to the fixed rules."""

    drafts: Sequence[Draft] | None = None
    profile: Sequence[tuple[str, str]] = ()
    edits: Sequence[Edit] = ()


def foresee(
    world: World, operation: str, request: Request, views: Collection[View] = VIEWS
) -> Outcome:
    """What messages will become by the first fitting script, if there is one."""
    then = script_for(world, operation, request, MEMORIES)
    if then is None:
        return Outcome()
    drafts = [draft for draft in then.drafts() if draft.view in views]
    return Outcome(drafts, tuple(then.profile.items()) if "profile" in views else ())


def turn_of(
    world: World,
    messages: tuple[Message, ...],
    outcome: Outcome,
    *,
    subjects: Sequence[Scope],
    shared: Sequence[Scope] = (),
    named: Sequence[str] = (),
    agents: Sequence[str] = (),
    app_id: str = "",
    info: dict[str, Any] | None = None,
    views: Sequence[View] = VIEWS,
    tags: Sequence[str] = (),
    fast: bool = True,
    fails: bool = False,
) -> Turn:
    """A turn with all that decides what it will become.

    `named` are the users and Agents that the call names.
    """
    return Turn(
        task_id=world.ids.next("task"),
        subjects=tuple(subjects),
        shared=tuple(shared),
        messages=messages,
        views=tuple(views),
        tags=tuple(tags),
        fast=fast and "detail_factual" in views,
        drafts=None if outcome.drafts is None else tuple(outcome.drafts),
        profile=tuple(outcome.profile),
        edits=tuple(outcome.edits),
        fails=fails,
        conversation_id=messages[0].conversation_id,
        agent_ids=tuple(agents),
        app_id=app_id,
        related=tuple(dict.fromkeys((*named, *agents))),
        info=info or nothing(),
    )
