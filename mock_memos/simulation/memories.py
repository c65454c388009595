"""The memories of a world, written lazily.

A task that ends only leaves a pending write. The first access to a scope writes what is pending
there, in order, each write with its own timestamp: the result is the same as if everything had
been written when it was due. A test that never looks does not pay for reading texts.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Self

import msgspec

from mock_memos.core.identifiers import Ids
from mock_memos.core.records import Draft, Memory, Scope, Status, TaskOutcome, Turn, View
from mock_memos.simulation.forkable import ForkableDict, ForkableList
from mock_memos.simulation.memory_index import Hit, MemoryIndex
from mock_memos.simulation.memory_writer import Changes, MemoryWriter
from mock_memos.simulation.profiles import Profiles
from mock_memos.simulation.schedule import Action


class PendingWrite(msgspec.Struct, frozen=True, gc=False):
    """The memories of a turn that are due and not written. Numbers are unique and ascending."""

    number: int
    action: Action
    turn: Turn
    due_ms: int
    outcome: TaskOutcome = "completed"


class Memories:
    """Every memory of a world, and the pending writes.

    Changing a memory that holds a profile value changes the profile.
    """

    def __init__(self, index: MemoryIndex, profiles: Profiles, ids: Ids) -> None:
        self._index = index
        self._profiles = profiles
        self._writer = MemoryWriter(index, ids)
        self._number = 0
        self._pending: ForkableDict[Scope, ForkableList[PendingWrite]] = ForkableDict()
        self._final_writes: ForkableDict[str, PendingWrite] = ForkableDict()
        """The pending write of each task that has ended."""
        self._fast: ForkableDict[str, tuple[str, ...]] = ForkableDict()
        """The ids of the fast memories of each running task, once they are written."""
        self._changes: ForkableDict[str, Changes] = ForkableDict()
        """What each task changed, until `take_changes`."""

    # --- pending writes ---

    def defer_fast(self, turn: Turn, now: int) -> None:
        """Schedules the fast memories of a turn: search finds them from `now` on."""
        self._defer("fast", turn, now)

    def defer_processed(self, turn: Turn, now: int, outcome: TaskOutcome) -> None:
        """Schedules the processed memories of a turn, which replace the fast ones as of `now`.

        Turns with edits, and turns of owners with a profile, are written immediately, because they
        depend on other scopes.
        """
        self._final_writes[turn.task_id] = self._defer("processed", turn, now, outcome)
        if turn.edits or self._profiles.has_profile(turn.subjects):
            self.flush(*turn.subjects)

    def _defer(
        self, action: Action, turn: Turn, now: int, outcome: TaskOutcome = "completed"
    ) -> PendingWrite:
        self._number += 1
        write = PendingWrite(self._number, action, turn, now, outcome)
        for scope in (*turn.subjects, *turn.shared):
            self._pending[scope] = (self._pending.get(scope) or ForkableList()).append(write)
        return write

    def take_changes(self, task_id: str) -> Changes | None:
        """Returns what a task changed, and forgets it. None for a task that changed nothing."""
        write = self._final_writes.get(task_id)
        if write is not None:
            self.flush(*write.turn.subjects)
        return self._changes.pop(task_id)

    def fast_ids(self, task_id: str) -> tuple[str, ...]:
        """Returns the ids of the written fast memories of a running task."""
        return self._fast.get(task_id) or ()

    def put_fast_ids(self, task_id: str, memory_ids: tuple[str, ...]) -> None:
        """Sets the ids of the fast memories of a running task."""
        self._fast[task_id] = memory_ids

    def flush_all(self) -> None:
        """Writes everything that is pending."""
        if len(self._pending):
            self.flush(*self._pending.keys())

    def flush(self, *scopes: Scope) -> None:
        """Writes what is pending in some scopes, and in the scopes that share these writes."""
        writes: dict[int, PendingWrite] = {}
        open_scopes = list(scopes) if len(self._pending) else []
        while open_scopes:
            for write in self._pending.pop(open_scopes.pop()) or ():
                if write.number not in writes:
                    writes[write.number] = write
                    open_scopes += (*write.turn.subjects, *write.turn.shared)
        for number in sorted(writes):
            self._write_pending(writes[number])

    def _write_pending(self, write: PendingWrite) -> None:
        turn, task_id = write.turn, write.turn.task_id
        if write.action == "processed":
            self._final_writes.pop(task_id)
            self._writer.delete(self._fast.pop(task_id) or ())
            if write.outcome != "failed":
                self._changes[task_id] = self._write_outcome(write)
        elif (
            task_id not in self._final_writes
        ):  # else its fast memory is replaced before the first access
            self._fast[task_id] = self._writer.write_fast(turn, write.due_ms)

    def _write_outcome(self, write: PendingWrite) -> Changes:
        """Writes the processed memories of a turn; the first half for a partial failure."""
        turn, drafts, changes = write.turn, _drafts(write.turn), Changes()
        if write.outcome == "partial_failure":
            turn, drafts = _first_half(turn, drafts)
        self._writer.write_processed(turn, drafts, write.due_ms, changes)
        if write.outcome != "partial_failure":
            self._update_profiles(turn, write.due_ms, changes)
        return changes

    def _update_profiles(self, turn: Turn, now: int, changes: Changes) -> None:
        """Writes the profile values of a turn into the profiles of its subjects."""
        if "profile" not in turn.views or not self._profiles.has_profile(turn.subjects):
            return
        for scope in turn.subjects:
            if self._profiles.has_profile((scope,)):
                values = turn.profile or (_attributes(turn) if turn.drafts is None else ())
                for memory_id, is_new in self._profiles.apply_attributes(scope, values, now):
                    changes.count_write("profile", memory_id, is_new=is_new)

    # --- reading ---

    def get(self, memory_id: str) -> Memory | None:
        """Returns the memory with this id, or None."""
        memory = self._index.get(memory_id)
        if memory is None:
            self.flush_all()
        else:
            self.flush(memory.scope)
        return self._index.get(memory_id)

    def of(self, scope: Scope) -> Iterator[Memory]:
        """Yields the memories of a scope, in the order of their last writes."""
        self.flush(scope)
        return self._index.of(scope)

    def all(self) -> Iterator[Memory]:
        """Yields every memory; the order is not defined."""
        self.flush_all()
        return self._index.all()

    def by_scope(self) -> Iterator[Memory]:
        """Yields every memory, scope by scope, each scope in the order of its last writes."""
        self.flush_all()
        return self._index.by_scope()

    def search(
        self, scopes: Sequence[Scope], terms: dict[str, float], views: Collection[View]
    ) -> Iterator[Hit]:
        """Yields the memories that contain a term: highest weight first, then newest first."""
        self.flush(*scopes)
        return self._index.search(scopes, terms, views)

    def with_own_score(self, scopes: Sequence[Scope]) -> Iterator[Memory]:
        """Yields the memories whose search score a scenario sets."""
        self.flush(*scopes)
        return self._index.with_own_score(scopes)

    # --- writing ---

    def put(self, memory: Memory) -> None:
        """Adds a memory, or replaces the one with the same id."""
        self.flush(memory.scope)
        self._index.put(memory)

    def update(self, memory: Memory, now: int, *, value: str, key: str, status: Status) -> None:
        """Changes a memory. A score that a scenario sets is lost when the value changes."""
        new = msgspec.structs.replace(
            memory,
            value=value,
            key=key,
            status=status,
            update_time=now,
            relativity=memory.relativity if value == memory.value else None,
        )
        self.put(new)
        self._profiles.on_memory_updated(new, now)

    def delete(self, memory_ids: Sequence[str], now: int) -> None:
        """Deletes memories; unknown ids are ignored."""
        for memory_id in memory_ids:
            memory = self._index.delete(memory_id) if self.get(memory_id) else None
            if memory is not None:
                self._profiles.on_memory_deleted(memory, now)

    def delete_scope(self, scope: Scope, now: int) -> None:
        """Deletes every memory and profile of a scope."""
        for profile in list(self._profiles.of(scope)):
            self._profiles.delete(profile)
        self.delete([memory.id for memory in self.of(scope)], now)

    def fork(self, index: MemoryIndex, profiles: Profiles, ids: Ids) -> Self:
        """Returns equal memories for the parts of a forked world."""
        copy = type(self)(index, profiles, ids)
        copy._number = self._number
        copy._pending, copy._final_writes = self._pending.fork(), self._final_writes.fork()
        copy._fast, copy._changes = self._fast.fork(), self._changes.fork()
        return copy


def _first_half(turn: Turn, drafts: Sequence[Draft]) -> tuple[Turn, Sequence[Draft]]:
    """Returns the first half of the edits and drafts of a turn; edits come first."""
    count = -(-(len(turn.edits) + len(drafts)) // 2)
    edits = turn.edits[:count]
    return msgspec.structs.replace(turn, edits=edits), drafts[: count - len(edits)]


def _drafts(turn: Turn) -> Sequence[Draft]:
    """Returns the drafts of a rule, or else those of the built-in extraction rules."""
    if turn.drafts is not None:
        return turn.drafts
    from mock_memos.content.extraction import extract_memories  # the rules are slow to import

    return extract_memories(turn.messages, views=turn.views, tags=turn.tags)


def _attributes(turn: Turn) -> Sequence[tuple[str, str]]:
    """Returns the personal attributes that the built-in rules find in a turn."""
    from mock_memos.content.extraction import extract_profile_values  # the rules are slow to import

    return extract_profile_values(turn.messages)
