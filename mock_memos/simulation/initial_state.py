"""The records of a scenario's `given`, as values. World stores them."""

from typing import NamedTuple

import msgspec

from mock_memos.core.clock import to_milliseconds
from mock_memos.core.identifiers import Ids
from mock_memos.core.profile_tree import Fields, flatten
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


class OwnerState(NamedTuple):
    """The memories and messages of one scope, oldest first."""

    scope: Scope
    memories: list[Memory]
    messages: list[Message]


class ProfileState(NamedTuple):
    """A profile: its owner, its template, and the values that differ from the template."""

    scope: Scope
    template: Template
    values: Fields


class InitialState(NamedTuple):
    """Everything that `given` puts into a world."""

    owners: list[OwnerState]
    knowledgebases: list[KnowledgeBase]
    files: list[File]
    templates: list[Template]
    profiles: list[ProfileState]


def initial_state(given: Given, ids: Ids, now: int) -> InitialState:
    """Returns the records of `given` at one moment; `ids` names those without an id."""
    state = InitialState([], [], [], [], [])
    owners: list[tuple[Scope, Entries]] = [
        *((Scope("user", user_id), owner) for user_id, owner in given.users.items()),
        *((Scope("agent", agent_id), owner) for agent_id, owner in given.agents.items()),
        (Scope("public"), given.public),
    ]
    for base_entry in given.knowledgebases:
        base = _knowledgebase(base_entry, ids, now)
        state.knowledgebases.append(base)
        state.files.extend(_file(entry, base.id, ids, now) for entry in base_entry.files)
        owners.append((Scope("knowledgebase", base.id), base_entry))
    for scope, entries in owners:
        memories = [_memory(entry, scope, ids, now) for entry in entries.entries()]
        conversations = entries.conversations if isinstance(entries, Owner) else {}
        messages = [
            _message(entry, conversation_id, ids, now)
            for conversation_id, message_entries in conversations.items()
            for entry in message_entries
        ]
        if memories or conversations:
            state.owners.append(OwnerState(scope, memories, messages))
    for template_entry in given.templates:
        template = _template(template_entry, ids, now)
        state.templates.append(template)
        for binding in template_entry.bind:
            user_id, agent_id = binding.user_id, binding.agent_id
            scope = Scope("user", user_id) if user_id else Scope("agent", agent_id)
            state.profiles.append(ProfileState(scope, template, binding.fields))
    return state


def _message(entry: str | GivenMessage, conversation_id: str, ids: Ids, now: int) -> Message:
    if isinstance(entry, str):
        entry = GivenMessage(content=entry)
    return Message(
        id=ids.next("message"),
        role=entry.role,
        text=entry.content,
        content=entry.content,
        time=now if entry.time is None else to_milliseconds(entry.time),
        conversation_id=conversation_id,
    )


def _memory(entry: Entry, scope: Scope, ids: Ids, now: int) -> Memory:
    agents = (entry.agent_id,) if entry.agent_id else ()
    turn = Turn(
        task_id="",
        subjects=(scope,),
        conversation_id=entry.conversation_id,
        agent_ids=agents,
        app_id=entry.app_id,
        related=tuple(dict.fromkeys((scope.id, *agents))),
        info=entry.info,
    )
    time = now if entry.time is None else to_milliseconds(entry.time)
    memory_id = entry.id or ids.next("memory")
    memory = memory_of(entry.draft(), turn, scope, time, memory_id)
    return msgspec.structs.replace(memory, status=entry.status)


def _knowledgebase(entry: KnowledgeBaseEntry, ids: Ids, now: int) -> KnowledgeBase:
    return KnowledgeBase(
        id=entry.id or ids.next("knowledgebase"),
        name=entry.name,
        description=entry.description,
        created_ms=now,
        linked=entry.linked,
    )


def _file(entry: str | FileEntry, base_id: str, ids: Ids, now: int) -> File:
    if isinstance(entry, str):
        entry = FileEntry(name=entry)
    return File(
        id=entry.id or ids.next("file"),
        knowledgebase_id=base_id,
        name=entry.name,
        type=entry.type,
        size=entry.size,
        status=entry.status,
        created_ms=now,
    )


def _template(entry: TemplateEntry, ids: Ids, now: int) -> Template:
    return Template(
        id=entry.id or ids.next("template"),
        name=entry.name,
        fields=flatten(entry.metadata),
        create_time=now,
        update_time=now,
    )
