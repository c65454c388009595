"""Snapshots: everything that decides the future replies of a world, as plain values.

The journal is not included. Equal worlds have equal snapshots.
"""

from typing import Any, Final, Literal, Self

import msgspec
from msgspec.structs import asdict

from mock_memos.core.clock import Clock, Mode
from mock_memos.core.errors import UsageError
from mock_memos.core.profile_tree import FieldPath, Fields, Leaf
from mock_memos.core.records import File, KnowledgeBase, Memory, Message, Profile, Scope, Template
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import Faults, SavedFaults
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.quotas import Quotas, UsedQuota
from mock_memos.simulation.schedule import Job
from mock_memos.simulation.tasks import SavedTask
from mock_memos.simulation.world import World

VERSION: Final = 1


class SnapshotStruct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a snapshot."""


class SavedStart(SnapshotStruct, frozen=True):
    """What a reset restores: the settings, and the number of scenarios, counted from the last."""

    settings: Settings
    scenarios: int


class SavedClock(SnapshotStruct, frozen=True):
    """The time and mode of the clock."""

    mode: Mode
    now: int
    speed: float
    step_seconds: float


class SavedConversation(SnapshotStruct, frozen=True):
    """The messages of a user or Agent, oldest first."""

    scope: Scope
    conversation_id: str
    messages: tuple[Message, ...]


class SavedField(SnapshotStruct, frozen=True):
    """A profile value, and the id of its memory if it has one."""

    path: FieldPath
    value: str
    algorithm_updatable: bool
    memory_id: str = ""


class SavedTemplate(SnapshotStruct, frozen=True):
    """A profile template; its tree is a list of paths."""

    id: str
    name: str
    fields: tuple[SavedField, ...]
    create_time: int
    update_time: int


class SavedProfile(SnapshotStruct, frozen=True):
    """A profile; its tree is a list of paths."""

    id: str
    template_id: str
    scope: Scope
    fields: tuple[SavedField, ...]
    created_ms: int
    updated_ms: int


class Snapshot(SnapshotStruct, frozen=True):
    """A whole snapshot. Times are virtual milliseconds since the epoch."""

    version: Literal[1]
    id_namespace: str
    settings: Settings
    initial: SavedStart
    clock: SavedClock
    ids: dict[str, int]
    """The number of identifiers of each kind."""
    quotas: UsedQuota
    faults: SavedFaults
    scenarios: tuple[Scenario, ...]
    rule_uses: dict[str, int]
    """How many calls used each rule."""
    tasks: tuple[SavedTask, ...]
    jobs: tuple[Job, ...]
    last_job: int
    """The order of the newest job, pending or not."""
    memories: tuple[Memory, ...]
    """By scope; each scope in the order of its last writes."""
    conversations: tuple[SavedConversation, ...]
    owners: tuple[Scope, ...]
    """Every user and Agent that ever had messages, memories or a profile."""
    knowledgebases: tuple[KnowledgeBase, ...]
    files: tuple[File, ...]
    templates: tuple[SavedTemplate, ...]
    profiles: tuple[SavedProfile, ...]

    @classmethod
    def read(cls, document: Any) -> Self:
        """Returns a snapshot from its plain values. Raises `UsageError` if it is invalid."""
        try:
            return msgspec.convert(document, cls)
        except (msgspec.ValidationError, UsageError) as problem:
            raise UsageError(f"Invalid snapshot: {problem}") from None


def take_snapshot(world: World) -> dict[str, Any]:
    """Returns the snapshot of a world, as plain values that JSON can hold."""
    world.run_due_jobs()
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_snapshot_of(world)))
    return document


def restore_world(document: Snapshot | Any) -> World:
    """Returns the world of a snapshot, with an empty journal.

    A real clock continues from the moment of the snapshot. Raises `UsageError` for an invalid
    snapshot.
    """
    saved = document if isinstance(document, Snapshot) else Snapshot.read(document)
    world = World(saved.settings, saved.id_namespace)
    _fill(world, saved)
    return world


def _snapshot_of(world: World) -> Snapshot:
    settings, id_namespace, scenarios = world.initial
    clock = world.clock
    return Snapshot(
        version=VERSION,
        id_namespace=id_namespace,
        settings=world.settings,
        initial=SavedStart(settings=settings, scenarios=len(scenarios)),
        clock=SavedClock(
            mode=clock.mode, now=clock.now, speed=clock.speed, step_seconds=clock.step_seconds
        ),
        ids=world.ids.counts,
        quotas=world.quotas.to_used_quota(),
        faults=world.faults.to_saved(),
        scenarios=world.scenarios,
        rule_uses=world.rule_uses,
        tasks=world.tasks.to_saved(),
        jobs=tuple(job for job in world.schedule.jobs() if world.tasks.is_current(job)),
        last_job=world.schedule.last_order,
        memories=tuple(world.memories.by_scope()),
        conversations=tuple(
            SavedConversation(scope=scope, conversation_id=name, messages=messages)
            for scope, name, messages in world.conversations.all()
        ),
        owners=tuple(world.conversations.owners()),
        knowledgebases=tuple(world.knowledgebases.all()),
        files=tuple(world.knowledgebases.all_files()),
        templates=tuple(
            SavedTemplate(**asdict(template) | {"fields": _to_saved_fields(template.fields, {})})
            for template in world.profiles.templates()
        ),
        profiles=tuple(map(_to_saved_profile, world.profiles.all())),
    )


def _fill(world: World, saved: Snapshot) -> None:
    """Puts a snapshot into an empty world."""
    clock, scenarios = saved.clock, saved.scenarios
    world.clock = Clock(
        clock.mode, start_time=clock.now, speed=clock.speed, step_seconds=clock.step_seconds
    )
    world.ids.resume(saved.ids)
    world.quotas = Quotas(saved.quotas)
    world.faults = Faults(world.ids.random_fraction, saved.faults)
    world.schedule.resume(saved.jobs, saved.last_job)
    world.scenarios = scenarios
    initial_scenarios = scenarios[len(scenarios) - saved.initial.scenarios :]
    world.initial = (saved.initial.settings, saved.id_namespace, initial_scenarios)
    world.rule_uses = saved.rule_uses
    for scope in saved.owners:
        world.conversations.append(scope)
    for conversation in saved.conversations:
        world.conversations.append(conversation.scope, conversation.messages)
    for memory in saved.memories:
        world.memories.put(memory)
    for base in saved.knowledgebases:
        world.knowledgebases.put(base)
    for file in saved.files:
        world.knowledgebases.put_file(file)
    for template in saved.templates:
        values = asdict(template) | {"fields": _tree(template.fields)}
        world.profiles.put_template(Template(**values))
    for profile in saved.profiles:
        ids = {field.path: field.memory_id for field in profile.fields if field.memory_id}
        values = asdict(profile) | {"fields": _tree(profile.fields), "memory_ids": ids}
        world.profiles.put(Profile(**values))
    for task in saved.tasks:
        world.tasks.put(task)


def _to_saved_profile(profile: Profile) -> SavedProfile:
    values = asdict(profile) | {"fields": _to_saved_fields(profile.fields, profile.memory_ids)}
    del values["memory_ids"]
    return SavedProfile(**values)


def _to_saved_fields(fields: Fields, memory_ids: dict[FieldPath, str]) -> tuple[SavedField, ...]:
    return tuple(
        SavedField(
            path=path,
            value=leaf.value,
            algorithm_updatable=leaf.algorithm_updatable,
            memory_id=memory_ids.get(path, ""),
        )
        for path, leaf in fields.items()
    )


def _tree(fields: tuple[SavedField, ...]) -> Fields:
    return {field.path: Leaf(field.value, field.algorithm_updatable) for field in fields}
