"""Accepts turns: stores the messages of a call and creates the task that makes memories of them.

A scenario or the built-in rules decide which memories a turn becomes.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec

from mock_memos.api.models.chat import Chat
from mock_memos.api.models.feedback import AddFeedback
from mock_memos.api.models.messages import AddMessage
from mock_memos.api.operations.scopes import PUBLIC, id_list, linked_bases, subjects_of
from mock_memos.content.fast_memory import format_chat_time
from mock_memos.core.records import VIEWS, Draft, Edit, Message, Scope, Task, TaskKind, Turn, View
from mock_memos.core.records import empty_mapping as empty
from mock_memos.core.request_facts import RequestFacts
from mock_memos.scenario.language.rules import Then
from mock_memos.scenario.language.task_plan import DEFAULT_PLAN, TaskPlan
from mock_memos.simulation.world import World

MEMORY_EFFECTS: Final = (
    "memories", "preferences", "tools", "skills", "events", "profile", "no_memories",
)  # fmt: skip
"""The effects of a scenario rule that decide which memories a turn becomes."""


class TurnScopes(NamedTuple):
    """Whose memories a turn becomes. Only those of `subjects` count for its task."""

    subjects: tuple[Scope, ...]
    shared: tuple[Scope, ...]


class TurnOutcome(NamedTuple):
    """What a turn will become. With `drafts=None` the built-in rules decide."""

    drafts: Sequence[Draft] | None = None
    profile: Sequence[tuple[str, str]] = ()
    edits: Sequence[Edit] = ()
    views: Sequence[View] = VIEWS
    fails: bool = False


def then_for(
    world: World, effects: Collection[str], facts: RequestFacts | None = None
) -> Then | None:
    """Returns the effects of the first rule that matches a request and has one of `effects`.

    The request is that of the present call, unless `facts` are given.
    """
    return world.rule_for(facts or world.context.facts, effects) if world.scenarios else None


def task_plan_for(world: World, facts: RequestFacts | None = None) -> TaskPlan:
    """Returns how a scenario plans the task of a request; the default plan without a rule."""
    then = then_for(world, ("task",), facts)
    return (then.task if then else None) or DEFAULT_PLAN


def scripted_outcome(
    world: World,
    views: Sequence[View] = VIEWS,
    *,
    fails: bool = False,
    facts: RequestFacts | None = None,
) -> TurnOutcome:
    """Returns the outcome by a scenario, limited to `views`; without a rule it has no drafts."""
    then = then_for(world, MEMORY_EFFECTS, facts)
    if then is None:
        return TurnOutcome(views=views, fails=fails)
    drafts = [draft for draft in then.drafts() if draft.view in views]
    profile = tuple(then.profile.items()) if "profile" in views else ()
    return TurnOutcome(drafts, profile, views=views, fails=fails)


def turn_scopes(world: World, request: AddMessage | AddFeedback | Chat) -> TurnScopes:
    """Returns the scopes that a request writes to.

    Raises 40002 if it has no owner, 50123 for a knowledge base that is not linked.
    """
    subjects: tuple[Scope, ...] = (
        subjects_of(world, request.user_id, request.agent_id)
        if isinstance(request, AddMessage)
        else (Scope("user", request.user_id),)
    )
    bases = linked_bases(world, request.allow_knowledgebase_ids)
    return TurnScopes(subjects, (PUBLIC, *bases) if request.allow_public else bases)


def accept_turn(
    world: World,
    request: AddMessage | AddFeedback | Chat,
    messages: Sequence[Message],
    outcome: TurnOutcome,
    kind: TaskKind,
    *,
    scopes: TurnScopes,
    delay_seconds: float,
    synchronous: bool = False,
) -> Task:
    """Stores the messages of a request and creates the task that turns them into memories.

    All messages share the time of receipt and the conversation, which gets an id if the request
    has none. `delay_seconds` is the processing delay; a synchronous task is completed immediately.
    """
    now = world.clock.now
    conversation_id = request.conversation_id or world.ids.next("conversation")
    receipt_time = format_chat_time(now, world.settings.time_zone)
    stored_messages = tuple(
        msgspec.structs.replace(
            message,
            id=world.ids.next("message"),
            time=now,
            conversation_id=conversation_id,
            chat_time=message.chat_time or receipt_time,
        )
        for message in messages
    )
    agents = id_list(request.agent_id)
    marks = None if isinstance(request, AddFeedback) else request
    turn = Turn(
        task_id=world.ids.next("task"),
        subjects=scopes.subjects,
        shared=scopes.shared,
        messages=stored_messages,
        views=tuple(outcome.views),
        tags=tuple(marks.tags) if marks else (),
        fast=kind != "feedback" and "detail_factual" in outcome.views,
        drafts=None if outcome.drafts is None else tuple(outcome.drafts),
        profile=tuple(outcome.profile),
        edits=tuple(outcome.edits),
        fails=outcome.fails,
        conversation_id=conversation_id,
        agent_ids=agents,
        app_id=request.app_id,
        related=tuple(dict.fromkeys((*id_list(request.user_id), *agents))),
        info=(marks.info if marks else None) or empty(),
    )
    plan = task_plan_for(world)
    return world.submit(
        turn, delay_seconds=delay_seconds, kind=kind, plan=plan, synchronous=synchronous
    )
