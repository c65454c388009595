"""From accepted messages to what they will become: by the scenario, else by the fixed rules."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos import authoring
from mock_memos.match import Subject
from mock_memos.models.base import Request
from mock_memos.records import VIEWS, Draft, Edit, Message, Role, Scope, Turn, View
from mock_memos.scenario import Course, Then
from mock_memos.world import World

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
    received = authoring.format_chat_time(now, world.settings.time_zone)
    return tuple(
        Message(
            id=world.ids.next("message"),
            role=role,
            text=authoring.text_of(content),
            content=content,
            time=now,
            conversation_id=conversation_id,
            **{"chat_time": received} | more,
        )
        for role, content, more in said
    )


class Outcome(NamedTuple):
    """What messages will become."""

    drafts: Sequence[Draft] = ()
    profile: Sequence[tuple[str, str]] = ()
    edits: Sequence[Edit] = ()


def foresee(
    world: World,
    operation: str,
    request: Request,
    messages: Sequence[Message],
    *,
    views: Sequence[View] = VIEWS,
    tags: Sequence[str] = (),
) -> Outcome:
    """What messages will become: as the first fitting script says, else by the fixed rules."""
    then = script_for(world, operation, request, MEMORIES)
    if then is not None:
        return Outcome(
            [draft for draft in then.drafts() if draft.view in views],
            [(path, _value(given)) for path, given in then.profile.items()],
        )
    lines = authoring.lines_of(messages)
    return Outcome(
        authoring.author(lines, views=views, tags=tags),
        authoring.profile_values(lines) if "profile" in views else (),
    )


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
    fast: bool = True,
    fails: bool = False,
) -> Turn:
    """A turn with all that it will become. `named` are the users and Agents that the call names."""
    return Turn(
        task_id=world.ids.next("task"),
        subjects=tuple(subjects),
        shared=tuple(shared),
        messages=messages,
        fast=_fast(messages) if fast else None,
        drafts=tuple(outcome.drafts),
        profile=tuple(outcome.profile),
        edits=tuple(outcome.edits),
        fails=fails,
        conversation_id=messages[0].conversation_id,
        agent_ids=tuple(agents),
        app_id=app_id,
        related=tuple(dict.fromkeys((*named, *agents))),
        info=info or {},
    )


def _fast(messages: Sequence[Message]) -> Draft | None:
    """The fast memory of a turn, unless there is nothing to show in it."""
    draft = authoring.fast(authoring.lines_of(messages))
    return draft if draft.value else None


def _value(given: Any) -> str:
    return given if isinstance(given, str) else str(given.value)
