"""The memories of a world, written when somebody looks.

What tasks become is known from the moment at which it is due, and nobody can tell whether it was
written then or is written before the first look: a look at a scope, or at what a task did, first
writes everything that is due there, each thing as of its own moment and in the order in which it
came due. So a test that never looks does not pay for reading words.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Self

import msgspec

from mock_memos.core.identifiers import Ids
from mock_memos.core.records import Draft, Memory, Scope, TaskEnd, Turn, View
from mock_memos.simulation.forkable import Row, Table
from mock_memos.simulation.memory_index import Hit, Shelves
from mock_memos.simulation.memory_writer import Changes, Writing
from mock_memos.simulation.profiles import Profiles
from mock_memos.simulation.schedule import Action


class Due(msgspec.Struct, frozen=True, gc=False):
    """A stage of a task whose moment has come. No two have the same number."""

    number: int
    stage: Action
    turn: Turn
    moment: int
    end: TaskEnd = "completed"


class Memories:
    """Every memory of a world, and what is due and not written."""

    def __init__(self, shelves: Shelves, profiles: Profiles, ids: Ids) -> None:
        self._shelves = shelves
        self._profiles = profiles
        self._writing = Writing(shelves, ids)
        self._number = 0
        self._owed: Table[Scope, Row[Due]] = Table()
        self._ended: Table[str, Due] = Table()
        """The end of each task that has ended and is not written."""
        self._fast: Table[str, tuple[str, ...]] = Table()
        """The fast memories of each running task, once they are written."""
        self._changes: Table[str, Changes] = Table()
        """What each task changed that is written, until somebody takes it."""

    # --- what is due ---

    def due_rough(self, turn: Turn, moment: int) -> None:
        """The fast memories of a turn are to be found from this moment on."""
        self._owe("rough", turn, moment)

    def due_fine(self, turn: Turn, moment: int, end: TaskEnd) -> None:
        """The task of a turn got to its end at this moment.

        Who rewrites what others said, or has a profile, is written at once: what these do
        depends on more than the order within a scope.
        """
        self._ended[turn.task_id] = self._owe("fine", turn, moment, end)
        if turn.edits or self._profiles.any_of(turn.subjects):
            self.settle(*turn.subjects)

    def _owe(self, stage: Action, turn: Turn, moment: int, end: TaskEnd = "completed") -> Due:
        self._number += 1
        due = Due(self._number, stage, turn, moment, end)
        for scope in (*turn.subjects, *turn.shared):
            self._owed[scope] = (self._owed.get(scope) or Row()).plus(due)
        return due

    def changes(self, task_id: str) -> Changes | None:
        """What a task changed, if it did and nobody asked before."""
        due = self._ended.get(task_id)
        if due is not None:
            self.settle(*due.turn.subjects)
        return self._changes.pop(task_id)

    def fast_of(self, task_id: str) -> tuple[str, ...]:
        """The fast memories of a running task, as far as they are written."""
        return self._fast.get(task_id) or ()

    def put_fast(self, task_id: str, memory_ids: tuple[str, ...]) -> None:
        """Note which fast memories a running task has."""
        self._fast[task_id] = memory_ids

    def settle_all(self) -> None:
        """Write everything that is due."""
        if len(self._owed):
            self.settle(*self._owed.keys())

    def settle(self, *scopes: Scope) -> None:
        """Write what is due in some scopes, and in those that share it."""
        found: dict[int, Due] = {}
        left = list(scopes) if len(self._owed) else []
        while left:
            for due in self._owed.pop(left.pop()) or ():
                if due.number not in found:
                    found[due.number] = due
                    left += (*due.turn.subjects, *due.turn.shared)
        for number in sorted(found):
            self._write(found[number])

    def _write(self, due: Due) -> None:
        turn, task_id = due.turn, due.turn.task_id
        if due.stage == "fine":
            self._ended.pop(task_id)
            self._writing.drop(self._fast.pop(task_id) or ())
            if due.end != "failed":
                self._changes[task_id] = self._finish(due)
        elif task_id not in self._ended:  # else nobody looked while its fast memory was there
            self._fast[task_id] = self._writing.rough(turn, due.moment)

    def _finish(self, due: Due) -> Changes:
        """Write what a turn became; half of it, if it is to fail late."""
        turn, changes = due.turn, Changes()
        drafts = _drafts(turn)
        if due.end == "late_failure":
            turn, drafts = _half(turn, drafts)
        self._writing.fine(turn, drafts, due.moment, changes)
        if due.end != "late_failure":
            self._learn(turn, due.moment, changes)
        return changes

    def _learn(self, turn: Turn, now: int, changes: Changes) -> None:
        """Put what a turn says of its subjects into their profiles."""
        if "profile" not in turn.views or not self._profiles.any_of(turn.subjects):
            return
        for scope in turn.subjects:
            if self._profiles.any_of((scope,)):
                said = turn.profile or (_attributes(turn) if turn.drafts is None else ())
                for memory_id, is_new in self._profiles.learn(scope, said, now):
                    changes.note("profile", memory_id, is_new=is_new)

    # --- a look ---

    def get(self, memory_id: str) -> Memory | None:
        """The memory with this id, or None."""
        memory = self._shelves.get(memory_id)
        if memory is None:
            self.settle_all()
        else:
            self.settle(memory.scope)
        return self._shelves.get(memory_id)

    def of(self, scope: Scope) -> Iterator[Memory]:
        """The memories of a scope, oldest version first."""
        self.settle(scope)
        return self._shelves.of(scope)

    def all(self) -> Iterator[Memory]:
        """Every memory, in no promised order."""
        self.settle_all()
        return self._shelves.all()

    def by_scope(self) -> Iterator[Memory]:
        """Every memory, scope by scope, in an order that puts it back as it is."""
        self.settle_all()
        return self._shelves.by_scope()

    def search(
        self, scopes: Sequence[Scope], terms: dict[str, float], views: Collection[View]
    ) -> Iterator[Hit]:
        """What contains at least one of the terms: the heaviest first, and of these the newest."""
        self.settle(*scopes)
        return self._shelves.search(scopes, terms, views)

    def pinned(self, scopes: Sequence[Scope]) -> Iterator[Memory]:
        """The memories that come with a score of their own."""
        self.settle(*scopes)
        return self._shelves.pinned(scopes)

    def put(self, memory: Memory) -> None:
        """Add a memory, or replace the one with the same id."""
        self.settle(memory.scope)
        self._shelves.put(memory)

    def drop(self, memory_id: str) -> Memory | None:
        """Take a memory away; None when there is none."""
        return self._shelves.drop(memory_id) if self.get(memory_id) else None

    def fork(self, shelves: Shelves, profiles: Profiles, ids: Ids) -> Self:
        """Equal memories on forked shelves; neither sees what the other writes."""
        twin = type(self)(shelves, profiles, ids)
        twin._number = self._number
        twin._owed, twin._ended = self._owed.fork(), self._ended.fork()
        twin._fast, twin._changes = self._fast.fork(), self._changes.fork()
        return twin


def _half(turn: Turn, drafts: Sequence[Draft]) -> tuple[Turn, Sequence[Draft]]:
    """The first half of what a turn changes: its edits, then its drafts."""
    most = -(-(len(turn.edits) + len(drafts)) // 2)
    edits = turn.edits[:most]
    return msgspec.structs.replace(turn, edits=edits), drafts[: most - len(edits)]


def _drafts(turn: Turn) -> Sequence[Draft]:
    """What a turn becomes: a pure function of it, whenever somebody asks."""
    if turn.drafts is not None:
        return turn.drafts
    from mock_memos.content.extraction import author  # the rules are slow to import

    return author(turn.messages, views=turn.views, tags=turn.tags)


def _attributes(turn: Turn) -> Sequence[tuple[str, str]]:
    """What a turn says of a person, by the fixed rules."""
    from mock_memos.content.extraction import profile_values  # the rules are slow to import

    return profile_values(turn.messages)
