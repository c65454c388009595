"""How drafts become memories: new ones, rewritten ones, corrected ones."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from mock_memos.content.fast_memory import build_fast_memory
from mock_memos.core.identifiers import Ids
from mock_memos.core.records import Draft, Edit, Memory, Scope, Turn, View
from mock_memos.simulation.memory_index import MemoryIndex

_LETTER = re.compile("[A-Za-z0-9]")


class Changes(msgspec.Struct, gc=False):
    """What a task changed, as get/status counts it."""

    added: int = 0
    updated: int = 0
    deleted: int = 0
    views: dict[View, list[str]] = {}

    def count_write(self, view: View, memory_id: str, *, is_new: bool) -> None:
        """A memory was made or rewritten. A memory that a task touches twice counts once."""
        ids = self.views.setdefault(view, [])
        if memory_id not in ids:
            ids.append(memory_id)
            self.added += is_new
            self.updated += not is_new

    def count_delete(self, memory: Memory) -> None:
        """A memory was deleted."""
        self.views.setdefault(memory.view, []).append(memory.id)
        self.deleted += 1


class MemoryWriter:
    """Puts what turns became on the shelves. Holds nothing itself."""

    def __init__(self, shelves: MemoryIndex, ids: Ids) -> None:
        self._index = shelves
        self._ids = ids

    def write_fast(self, turn: Turn, now: int) -> tuple[str, ...]:
        """Make the fast memories of a turn, one for each scope. Gives their ids."""
        draft = build_fast_memory(turn.messages)
        if draft is None:
            return ()
        names = self._ids.for_task(turn.task_id, "rough")
        made = []
        for scope in (*turn.subjects, *turn.shared):
            memory = memory_of(draft, turn, scope, now, next(names))
            self._index.put(msgspec.structs.replace(memory, update_time=now + 1))
            made.append(memory.id)
        return tuple(made)

    def write_processed(
        self, turn: Turn, drafts: Sequence[Draft], now: int, changes: Changes
    ) -> None:
        """Make what a turn became.

        Only memories of the turn's subjects count; copies for others do not.
        """
        names = self._ids.for_task(turn.task_id, "fine")
        for scope in (*turn.subjects, *turn.shared):
            counted = changes if scope in turn.subjects else Changes()
            for edit in turn.edits:
                self._edit(edit, turn, scope, now, counted, names)
            for draft in drafts:
                self._write(draft, turn, scope, now, counted, names)

    def delete(self, memory_ids: Sequence[str]) -> None:
        """Take memories away."""
        for memory_id in memory_ids:
            self._index.delete(memory_id)

    def _write(
        self,
        draft: Draft,
        turn: Turn,
        scope: Scope,
        now: int,
        changes: Changes,
        names: Iterator[str],
    ) -> None:
        """Make a memory, or rewrite the one that says the same or speaks of the same topic."""
        old = None
        if not turn.file_id:
            old = self._index.find_equal(scope, draft.view, draft.value, draft.topic)
        memory = memory_of(draft, turn, scope, now, old.id if old else next(names))
        if old is not None:
            memory = msgspec.structs.replace(memory, create_time=old.create_time)
        self._index.put(memory)
        changes.count_write(memory.view, memory.id, is_new=old is None)

    def _edit(
        self,
        edit: Edit,
        turn: Turn,
        scope: Scope,
        now: int,
        changes: Changes,
        names: Iterator[str],
    ) -> None:
        """Correct what contains a text. What was made from a file stays beside the correction."""
        for old in list(self._edited_memories(scope, edit)):
            if edit.to is None:
                self._index.delete(old.id)
                changes.count_delete(old)
                continue
            draft = edit.to if isinstance(edit.to, Draft) else _reword(old, edit.find, edit.to)
            memory = memory_of(draft, turn, scope, now, next(names) if old.file_id else old.id)
            if not old.file_id:
                memory = _inherit(memory, old)
            self._index.put(memory)
            changes.count_write(memory.view, memory.id, is_new=bool(old.file_id))

    def _edited_memories(self, scope: Scope, edit: Edit) -> Iterator[Memory]:
        """What an edit is about. Words are found as whole words, other texts anywhere."""
        if isinstance(edit.to, str):
            said = _word_pattern(edit.find).search
            return (one for one in self._index.of(scope) if said(one.value) or said(one.key))
        text = edit.find
        return (one for one in self._index.of(scope) if text in one.value or text in one.key)


def memory_of(draft: Draft, turn: Turn, scope: Scope, now: int, memory_id: str) -> Memory:
    """A draft as the memory of one scope."""
    return Memory(
        id=memory_id,
        scope=scope,
        view=draft.view,
        key=draft.key,
        value=draft.value,
        memory_type=draft.memory_type,
        tags=draft.tags,
        conversation_id=turn.conversation_id,
        create_time=now,
        update_time=now,
        confidence=draft.confidence,
        relativity=draft.relativity,
        topic=draft.topic,
        user_id=scope.id if scope.kind == "user" else "",
        agent_ids=turn.agent_ids,
        app_id=turn.app_id,
        related=turn.related,
        info=turn.info,
        messages=turn.messages,
        file_id=turn.file_id,
        detail=draft.detail,
    )


def _inherit(memory: Memory, old: Memory) -> Memory:
    """A corrected memory: made when the old one was, and found by the same filters."""
    return msgspec.structs.replace(
        memory,
        create_time=old.create_time,
        agent_ids=tuple(dict.fromkeys(old.agent_ids + memory.agent_ids)),
        app_id=memory.app_id or old.app_id,
        related=tuple(dict.fromkeys(old.related + memory.related)),
        info=old.info | memory.info,
    )


def _word_pattern(text: str) -> re.Pattern[str]:
    """Where a text stands as words of its own, in whatever case: tea, but not steak."""
    before = "(?<![A-Za-z0-9])" if _LETTER.match(text[0]) else ""
    after = "(?![A-Za-z0-9])" if _LETTER.match(text[-1]) else ""
    return re.compile(f"{before}{re.escape(text)}{after}", re.IGNORECASE)


def _reword(memory: Memory, old: str, new: str) -> Draft:
    """What a memory says with one text in place of another."""
    words = _word_pattern(old)

    def reword(text: str) -> str:
        return words.sub(lambda _: new, text)

    return Draft(
        view=memory.view,
        key=reword(memory.key),
        value=reword(memory.value),
        tags=tuple(map(reword, memory.tags)),
        topic=memory.topic,
        confidence=memory.confidence,
        detail=memory.detail,
    )
