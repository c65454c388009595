"""What a scenario says is there before the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mock_memos.core.clock import to_milliseconds
from mock_memos.core.profile_tree import flatten
from mock_memos.core.records import File, KnowledgeBase, Memory, Message, Scope, Template, Turn
from mock_memos.scenario.language.entries import Entries, Entry
from mock_memos.scenario.language.given import (
    FileEntry,
    Given,
    GivenMessage,
    KnowledgeBaseEntry,
    Owner,
    TemplateEntry,
)  # fmt: skip
from mock_memos.simulation.memory_writer import memory_of

if TYPE_CHECKING:
    from mock_memos.simulation.world import World


def seed(world: World, given: Given) -> None:
    """Put everything there that a scenario gives."""
    for user_id, owner in given.users.items():
        _own(world, Scope("user", user_id), owner)
    for agent_id, owner in given.agents.items():
        _own(world, Scope("agent", agent_id), owner)
    _fill(world, Scope("public"), given.public)
    for base in given.knowledgebases:
        _base(world, base)
    for template in given.templates:
        _template(world, template)


def _own(world: World, scope: Scope, owner: Owner) -> None:
    _fill(world, scope, owner)
    for conversation_id, said in owner.conversations.items():
        world.say(scope, [_message(world, one, conversation_id) for one in said])


def _message(world: World, said: str | GivenMessage, conversation_id: str) -> Message:
    if isinstance(said, str):
        said = GivenMessage(content=said)
    return Message(
        id=world.ids.next("message"),
        role=said.role,
        text=said.content,
        content=said.content,
        time=world.clock.now if said.time is None else to_milliseconds(said.time),
        conversation_id=conversation_id,
    )


def _fill(world: World, scope: Scope, entries: Entries) -> None:
    for entry in entries.entries():
        world.plant(_memory(world, scope, entry))


def _memory(world: World, scope: Scope, entry: Entry) -> Memory:
    time = world.clock.now if entry.time is None else to_milliseconds(entry.time)
    agents = (entry.agent_id,) if entry.agent_id else ()
    given = Turn(
        task_id="",
        subjects=(scope,),
        conversation_id=entry.conversation_id,
        agent_ids=agents,
        app_id=entry.app_id,
        related=tuple(dict.fromkeys((scope.id, *agents))),
        info=entry.info,
    )
    memory_id = entry.id or world.ids.next("memory")
    memory = memory_of(entry.draft(), given, scope, time, memory_id)
    return msgspec.structs.replace(memory, status=entry.status)


def _base(world: World, entry: KnowledgeBaseEntry) -> None:
    now = world.clock.now
    base = KnowledgeBase(
        id=entry.id or world.ids.next("knowledgebase"),
        name=entry.name,
        description=entry.description,
        created=now,
        linked=entry.linked,
    )
    world.bases.put(base)
    for given in entry.files:
        of = FileEntry(name=given) if isinstance(given, str) else given
        file = File(
            id=of.id or world.ids.next("file"),
            knowledgebase_id=base.id,
            name=of.name,
            type=of.type,
            size=of.size,
            status=of.status,
            created=now,
        )
        if file.status == "running":
            world.add_file(file, ())
        else:
            world.bases.put_file(file)
    _fill(world, Scope("knowledgebase", base.id), entry)


def _template(world: World, entry: TemplateEntry) -> None:
    now = world.clock.now
    template = Template(
        id=entry.id or world.ids.next("template"),
        name=entry.name,
        fields=flatten(entry.metadata),
        create_time=now,
        update_time=now,
    )
    world.profiles.put_template(template)
    for bound in entry.bind:
        scope = Scope("user", bound.user_id) if bound.user_id else Scope("agent", bound.agent_id)
        profile = world.bind(scope, template)
        world.write_profile(profile, profile.fields | bound.fields)
