"""One project of the simulated service, and the only place that changes it.

A world is a pile of immutable records in tables, a schedule of what is still to happen, and a
clock. Whoever enters it first brings it up to date: every job that is due is done at its own
moment, in order, however far the clock was moved at once.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, Self

import msgspec

from mock_memos.core.clock import Clock
from mock_memos.core.identifiers import Ids
from mock_memos.core.profile_tree import Fields
from mock_memos.core.records import (
    Draft,
    File,
    KnowledgeBase,
    Memory,
    Message,
    Profile,
    Scope,
    Status,
    Task,
    TaskKind,
    Template,
    Turn,
    View,
)  # fmt: skip
from mock_memos.core.request_match import Subject
from mock_memos.core.settings import Settings
from mock_memos.faults.effects import Effect
from mock_memos.faults.rules import Faults
from mock_memos.journal.journal import Journal
from mock_memos.scenario import scripted
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.scripts import Then
from mock_memos.scenario.language.task_plan import Course
from mock_memos.simulation.forkable import Row, Table
from mock_memos.simulation.initial_state import seed
from mock_memos.simulation.knowledgebases import Bases
from mock_memos.simulation.memories import Memories
from mock_memos.simulation.memory_index import Hit, Shelves
from mock_memos.simulation.profiles import Profiles
from mock_memos.simulation.quotas import Quotas
from mock_memos.simulation.schedule import Schedule
from mock_memos.simulation.snapshot import Snapshot, fill, take
from mock_memos.simulation.task_diagnosis import stall
from mock_memos.simulation.tasks import Tasks

FILE_CONVERSATION: Final = "default_session"
"""The conversation that memories of a file show (observed)."""

_BEGINNING: Final = {
    "clock",
    "journal_max_bytes",
    "journal_max_entries",
    "seed",
    "speed",
    "start_time",
    "step_seconds",
}
"""Settings that a scenario which is loaded later does not change."""


class World:
    """What one API key sees: memories, messages, tasks, knowledge bases, profiles, time."""

    def __init__(
        self, settings: Settings, realm: str = "mock-key", scenarios: Sequence[Scenario] = ()
    ) -> None:
        """`realm` keeps the identifiers of two worlds with one seed apart."""
        self.origin = (settings, realm, tuple(scenarios))
        """What the world began with."""
        self.settings = settings
        self.scenarios: tuple[Scenario, ...] = ()
        self.clock: Clock = settings.make_clock()
        self.ids = Ids(settings.seed, realm)
        self.journal = Journal(settings.journal_max_entries, settings.journal_max_bytes)
        self.quotas = Quotas()
        self.faults = Faults(self.ids.random_fraction)
        self.struck = ""
        """The fault that strikes the present call."""
        self.spoils: Effect | None = None
        """What is still to be done to the reply of the present call."""
        self.remark = ""
        """What the present call wants to tell the journal."""
        self.took = 0
        """Virtual milliseconds that the real service would take for the present call."""
        self._used: dict[str, int] = {}
        """How often each script was used, by its key; once for each call."""
        self._using: set[str] = set()
        """The scripts that the present call uses."""
        self._schedule = Schedule()
        self._shelves = Shelves()
        self.bases = Bases()
        self.profiles = Profiles(self._shelves, self.ids)
        self._memories = Memories(self._shelves, self.profiles, self.ids)
        self.tasks = Tasks(self._schedule, self._memories, self.bases)
        self._conversations: Table[tuple[Scope, str], Row[Message]] = Table()
        self._wrote: Table[Scope, bool] = Table()
        for scenario in reversed(scenarios):
            self._add(scenario)

    # --- time ---

    def arrive(self) -> int:
        """An API call begins: time moves by the clock's mode, and what is due gets done."""
        self.remark = self.struck = ""
        self.spoils, self.took = None, 0
        self.tasks.began.clear()
        self.tasks.ended.clear()
        self._using.clear()
        return self._do_due(self.clock.begin_call())

    def catch_up(self) -> int:
        """Do everything that is due. Gives the present moment."""
        return self._do_due(self.clock.now)

    def _do_due(self, now: int) -> int:
        while (job := self._schedule.pop_due(now)) is not None:
            match job.action:
                case "rough":
                    self.tasks.make_rough(job.payload, job.due)
                case "fine":
                    self.tasks.make_fine(job.payload, job.order, job.due)
        return now

    def drain(self) -> int:
        """Run time to the end of the last pending job. Gives the milliseconds that passed.

        A task that is held, stuck or waits for polls is not waited for.
        """
        before = self.catch_up()
        dues = (job.due for job in self._schedule.jobs() if self.tasks.awaits(job))
        due = max(dues, default=before)
        self.clock.advance(milliseconds=max(0, due - self.clock.now))
        return self.catch_up() - before

    @property
    def pending(self) -> int:
        """How many tasks are still running."""
        return self.tasks.pending

    # --- scenarios ---

    def load(self, scenario: Scenario) -> None:
        """Add a scenario: what it gives is there at once, its scripts come before the others.

        Its settings hold from now on, but for those that only a world's beginning can have.
        """
        said = {name: to for name, to in scenario.settings.items() if name not in _BEGINNING}
        self.settings = self.settings.with_changes(**said)
        self._add(scenario)

    def _add(self, scenario: Scenario) -> None:
        self.scenarios = (scenario, *self.scenarios)
        for given in scenario.given:
            seed(self, given)
        for rule in reversed(scenario.faults):
            self.faults.add(rule, now=self.clock.now)

    def script(self, subject: Subject, parts: Collection[str]) -> Then | None:
        """What the first script that fits a request, and speaks of one of `parts`, says of it."""
        used = {key: count - (key in self._using) for key, count in self._used.items()}
        found = scripted(self.scenarios, subject, used, parts)
        if found is None:
            return None
        if found.key not in self._using:
            self._using.add(found.key)
            self._used = self._used | {found.key: self._used.get(found.key, 0) + 1}
        return found.then

    # --- messages and tasks ---

    def accept(
        self,
        turn: Turn,
        *,
        delay: float | None,
        kind: TaskKind = "message",
        course: Course | None = None,
    ) -> Task:
        """Take a turn in: its messages are there at once, its memories after `delay` seconds.

        A delay of None is the synchronous mode: everything happens before this returns, and
        there never is a fast memory. A course sends the task another way.
        """
        for scope in turn.subjects:
            self.say(scope, turn.messages)
        settings = self.settings
        if delay is None:
            after = course.after if course else None
            self.took = _ms(settings.processing_delay if after is None else after)
        return self.tasks.accept(
            turn,
            self.clock.now,
            kind=kind,
            rough=_ms(settings.fast_delay),
            fine=None if delay is None else _ms(delay),
            course=course,
        )

    def poll(self, task_id: str) -> Task | None:
        """Somebody asks how far a task is. None when there is none."""
        task = self.tasks.get(task_id)
        return None if task is None or task.kind == "file" else self._polled(task_id)

    def _polled(self, task_id: str) -> Task | None:
        now = self.clock.now
        task = self.tasks.poll(task_id, now)
        if task is not None:
            self.remark = stall(task, now, self.clock.mode)
        return task

    def say(self, scope: Scope, messages: Sequence[Message]) -> None:
        """Add messages to the conversations of a user or Agent."""
        self._wrote[scope] = True
        for message in messages:
            where = (scope, message.conversation_id)
            self._conversations[where] = (self._conversations.get(where) or Row()).plus(message)

    def conversation(self, scope: Scope, conversation_id: str) -> Iterator[Message]:
        """The messages of one conversation of a user, newest first."""
        return reversed(self._conversations.get((scope, conversation_id)) or Row[Message]())

    def conversations(self) -> Iterator[tuple[Scope, str, tuple[Message, ...]]]:
        """Every conversation, with its messages oldest first."""
        for (scope, conversation_id), messages in self._conversations.items():
            yield scope, conversation_id, tuple(messages)

    def writers(self) -> Iterator[Scope]:
        """Every user and Agent that ever wrote."""
        return self._wrote.keys()

    def wrote(self, scope: Scope) -> bool:
        """Whether anything was ever written under this user or Agent."""
        return self._wrote.get(scope) is True

    # --- memories ---

    def memory(self, memory_id: str) -> Memory | None:
        return self._memories.get(memory_id)

    def memories(self, scope: Scope) -> Iterator[Memory]:
        """The memories of a scope."""
        return self._memories.of(scope)

    def all_memories(self) -> Iterator[Memory]:
        """Every memory of every scope."""
        return self._memories.all()

    def search(
        self, scopes: Sequence[Scope], terms: dict[str, float], views: Collection[View]
    ) -> Iterator[Hit]:
        """What contains at least one of the terms: the heaviest first, and of these the newest."""
        return self._memories.search(scopes, terms, views)

    def pinned(self, scopes: Sequence[Scope]) -> Iterator[Memory]:
        """The memories whose score a scenario has pinned, so that every search reaches them."""
        return self._memories.pinned(scopes)

    def plant(self, memory: Memory) -> None:
        """Put a memory there, as if it had been made long ago."""
        self._wrote[memory.scope] = True
        self._memories.put(memory)

    def rewrite(self, memory: Memory, *, value: str, key: str, status: Status) -> None:
        """Change a memory by hand, under its id. A score that was pinned to its old text goes."""
        now = self.clock.now
        pinned = memory.relativity if value == memory.value else None
        new = msgspec.structs.replace(
            memory, value=value, key=key, status=status, update_time=now, relativity=pinned
        )
        self._memories.put(new)
        self.profiles.note_rewritten(new, now)

    def forget(self, memory_ids: Sequence[str]) -> None:
        """Delete memories at once."""
        for memory_id in memory_ids:
            memory = self._memories.drop(memory_id)
            if memory is not None:
                self.profiles.note_dropped(memory, self.clock.now)

    def forget_all(self, scope: Scope) -> None:
        """Delete every memory of a scope at once, profiles included."""
        for profile in list(self.profiles.of(scope)):
            self.profiles.delete(profile)
        self.forget([memory.id for memory in self._memories.of(scope)])

    # --- profiles and knowledge bases ---

    def bind(self, scope: Scope, template: Template) -> Profile:
        """Make a profile of a template, unless this user or Agent has one."""
        self._wrote[scope] = True
        self._memories.settle(scope)
        return self.profiles.bind(scope, template, self.clock.now)

    def write_profile(self, profile: Profile, fields: Fields) -> None:
        """Give a profile other fields."""
        self.profiles.write(profile, fields, self.clock.now)

    def add_file(self, file: File, drafts: Sequence[Draft], course: Course | None = None) -> File:
        """Take a file in: its task makes memories of its base, or goes the way of the course."""
        self.bases.put_file(file)
        turn = Turn(
            task_id=file.id,
            subjects=(_scope_of(file),),
            fast=False,
            drafts=tuple(drafts),
            conversation_id=FILE_CONVERSATION,
            file_id=file.id,
        )
        self.tasks.accept(
            turn,
            self.clock.now,
            kind="file",
            rough=0,
            fine=_ms(self.settings.file_processing_delay),
            course=course,
        )
        return self.bases.file(file.id) or file

    def file(self, file_id: str) -> File | None:
        """A file; None when there is none, or it has vanished."""
        task = self.tasks.get(file_id)
        vanished = task is not None and task.end == "vanished"
        return None if vanished else self.bases.file(file_id)

    def files(self, base_id: str) -> list[File]:
        """The files of a base that have not vanished, in upload order."""
        return [file for file in self.bases.files(base_id) if self.file(file.id) is not None]

    def poll_file(self, file: File) -> File:
        """Somebody asks how far a file is."""
        self._polled(file.id)
        return self.bases.file(file.id) or file

    def delete_file(self, file: File) -> None:
        """Delete a file, with all that was or will be made from it."""
        self.tasks.cancel(file.id)
        self.bases.delete_file(file.id)
        made = self._memories.of(_scope_of(file))
        self.forget([one.id for one in made if one.file_id == file.id])

    def delete_base(self, base: KnowledgeBase) -> None:
        """Delete a knowledge base with its files and memories."""
        for file in self.bases.files(base.id):
            self.tasks.cancel(file.id)
        self.bases.delete(base.id)
        self.forget_all(Scope("knowledgebase", base.id))

    # --- whole worlds ---

    def fork(self) -> Self:
        """An equal world, in constant time. What happens in one is not seen in the other."""
        self.catch_up()
        twin = object.__new__(type(self))
        twin.origin, twin.settings, twin.scenarios = self.origin, self.settings, self.scenarios
        twin.remark, twin._used, twin._using = self.remark, self._used, set()
        twin.quotas, twin.struck = self.quotas.fork(), self.struck
        twin.spoils, twin.took = None, 0
        twin.clock, twin.ids, twin.journal = self.clock.fork(), self.ids.fork(), self.journal.fork()
        twin.faults = self.faults.fork(twin.ids.random_fraction)
        twin._schedule, twin._shelves = self._schedule.fork(), self._shelves.fork()
        twin.bases = self.bases.fork()
        twin.profiles = self.profiles.fork(twin._shelves, twin.ids)
        twin._memories = self._memories.fork(twin._shelves, twin.profiles, twin.ids)
        twin.tasks = self.tasks.fork(twin._schedule, twin._memories, twin.bases)
        twin._conversations, twin._wrote = self._conversations.fork(), self._wrote.fork()
        return twin

    def snapshot(self) -> dict[str, Any]:
        """Everything that decides future replies, as plain values that JSON can hold.

        Equal worlds give equal documents. The journal is no part of it.
        """
        self.catch_up()
        document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(take(self)))
        return document

    @classmethod
    def restore(cls, document: Any) -> Self:
        """The world of a snapshot, with an empty journal. Raises `UsageError` for anything else.

        A real clock goes on from the moment of the snapshot.
        """
        saved = document if isinstance(document, Snapshot) else Snapshot.read(document)
        world = cls(saved.settings, saved.realm)
        fill(world, saved)
        return world


def _scope_of(file: File) -> Scope:
    return Scope("knowledgebase", file.knowledgebase_id)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
