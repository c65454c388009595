"""A world as a document: everything that decides what it will answer, in plain values.

The journal is left out, because it only says what was answered before. Equal worlds give equal
documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import msgspec

from mock_memos.core.clock import Clock, Mode
from mock_memos.core.errors import UsageError
from mock_memos.core.profile_tree import Fields, Leaf, Path
from mock_memos.core.records import File, KnowledgeBase, Memory, Message, Profile, Scope, Template
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import Faults, SavedFaults
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.quotas import Quotas, Used
from mock_memos.simulation.schedule import Action, Job
from mock_memos.simulation.tasks import SavedTask

if TYPE_CHECKING:
    from mock_memos.simulation.world import World

VERSION: Final = 1


class Saved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a document."""


class Beginning(Saved, frozen=True):
    """What a reset goes back to: settings, and the last so many of all scenarios."""

    settings: Settings
    scenarios: int


class SavedClock(Saved, frozen=True):
    """Where the clock stands, and how it moves."""

    mode: Mode
    now: int
    speed: float
    step_seconds: float


class SavedJob(Saved, frozen=True):
    """What happens to a task at its moment; `order` decides between jobs of one moment."""

    due: int
    order: int
    action: Action
    task_id: str


class Conversation(Saved, frozen=True):
    """The messages of a user or Agent, oldest first."""

    scope: Scope
    conversation_id: str
    messages: tuple[Message, ...]


class SavedField(Saved, frozen=True):
    """A value of a profile tree, and the id of the memory behind it if there is one."""

    path: Path
    value: str
    algorithm_updatable: bool
    memory_id: str = ""


class SavedTemplate(Saved, frozen=True):
    """A profile template with its tree as a list."""

    id: str
    name: str
    fields: tuple[SavedField, ...]
    create_time: int
    update_time: int


class SavedProfile(Saved, frozen=True):
    """A profile with its tree as a list."""

    id: str
    template_id: str
    scope: Scope
    fields: tuple[SavedField, ...]
    created: int
    updated: int


class Snapshot(Saved, frozen=True):
    """The whole document. Times are virtual milliseconds since the epoch."""

    version: Literal[1]
    realm: str
    settings: Settings
    began: Beginning
    clock: SavedClock
    ids: dict[str, int]
    """How many identifiers of each kind there were."""
    quotas: Used
    faults: SavedFaults
    scenarios: tuple[Scenario, ...]
    used: dict[str, int]
    """How often each script was used."""
    tasks: tuple[SavedTask, ...]
    jobs: tuple[SavedJob, ...]
    order: int
    """The number of the newest job, done or not."""
    memories: tuple[Memory, ...]
    """By owner, and for each in the order in which they were last written."""
    conversations: tuple[Conversation, ...]
    wrote: tuple[Scope, ...]
    """Every user and Agent that ever wrote."""
    knowledgebases: tuple[KnowledgeBase, ...]
    files: tuple[File, ...]
    templates: tuple[SavedTemplate, ...]
    profiles: tuple[SavedProfile, ...]

    @classmethod
    def read(cls, document: Any) -> Self:
        """A document as it was written. Raises `UsageError` for anything else."""
        try:
            return msgspec.convert(document, cls)
        except (msgspec.ValidationError, UsageError) as problem:
            raise UsageError(f"this is no snapshot that can be restored here: {problem}") from None


def take(world: World) -> Snapshot:
    """The document of a world that is up to date."""
    settings, realm, scenarios = world.origin
    clock = world.clock
    return Snapshot(
        version=VERSION,
        realm=realm,
        settings=world.settings,
        began=Beginning(settings=settings, scenarios=len(scenarios)),
        clock=SavedClock(
            mode=clock.mode, now=clock.now, speed=clock.speed, step_seconds=clock.step_seconds
        ),
        ids=world.ids.counts,
        quotas=world.quotas.used,
        faults=world.faults.saved,
        scenarios=world.scenarios,
        used=world._used,
        tasks=world.tasks.saved(),
        jobs=tuple(
            SavedJob(due=job.due, order=job.order, action=job.action, task_id=job.payload)
            for job in world._schedule.jobs()
            if world.tasks.awaits(job)
        ),
        order=world._schedule.order,
        memories=tuple(world._memories.by_scope()),
        conversations=tuple(
            Conversation(scope=scope, conversation_id=name, messages=messages)
            for scope, name, messages in world.conversations()
        ),
        wrote=tuple(world.writers()),
        knowledgebases=tuple(world.bases.all()),
        files=tuple(world.bases.all_files()),
        templates=tuple(
            SavedTemplate(
                id=one.id,
                name=one.name,
                fields=tuple(_listed(one.fields, {})),
                create_time=one.create_time,
                update_time=one.update_time,
            )
            for one in world.profiles.templates()
        ),
        profiles=tuple(
            SavedProfile(
                id=one.id,
                template_id=one.template_id,
                scope=one.scope,
                fields=tuple(_listed(one.fields, one.memory_ids)),
                created=one.created,
                updated=one.updated,
            )
            for one in world.profiles.all()
        ),
    )


def fill(world: World, saved: Snapshot) -> None:
    """Put everything that was saved into a world that holds nothing."""
    now, loaded = saved.clock, saved.scenarios
    world.clock = Clock(
        now.mode, start_time=now.now, speed=now.speed, step_seconds=now.step_seconds
    )
    world.ids.resume(saved.ids)
    world.quotas = Quotas(saved.quotas)
    world.faults = Faults(world.ids.random_fraction, saved.faults)
    world._schedule.resume(
        (Job(job.due, job.order, job.action, job.task_id) for job in saved.jobs), saved.order
    )
    world.scenarios = loaded
    world.origin = (
        saved.began.settings, saved.realm, loaded[len(loaded) - saved.began.scenarios :],
    )  # fmt: skip
    world._used = saved.used
    for scope in saved.wrote:
        world.say(scope, ())
    for talk in saved.conversations:
        world.say(talk.scope, talk.messages)
    for memory in saved.memories:
        world._memories.put(memory)
    for base in saved.knowledgebases:
        world.bases.put(base)
    for file in saved.files:
        world.bases.put_file(file)
    for template in saved.templates:
        own = msgspec.structs.asdict(template) | {"fields": _tree(template.fields)}
        world.profiles.put_template(Template(**own))
    for profile in saved.profiles:
        ids = {field.path: field.memory_id for field in profile.fields if field.memory_id}
        own = msgspec.structs.asdict(profile) | {"fields": _tree(profile.fields)}
        world.profiles.put(Profile(**own, memory_ids=ids))
    for task in saved.tasks:
        world.tasks.put(task)


def _listed(fields: Fields, memory_ids: dict[Path, str]) -> Iterator[SavedField]:
    for path, leaf in fields.items():
        yield SavedField(
            path=path,
            value=leaf.value,
            algorithm_updatable=leaf.algorithm_updatable,
            memory_id=memory_ids.get(path, ""),
        )


def _tree(fields: tuple[SavedField, ...]) -> Fields:
    return {field.path: Leaf(field.value, field.algorithm_updatable) for field in fields}
