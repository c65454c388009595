"""Writes drafts and edits of turns as memories of their scopes."""

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
        """Counts a new or updated memory; a memory that is written twice counts once."""
        ids = self.views.setdefault(view, [])
        if memory_id not in ids:
            ids.append(memory_id)
            self.added += is_new
            self.updated += not is_new

    def count_delete(self, memory: Memory) -> None:
        """Counts a deleted memory."""
        self.views.setdefault(memory.view, []).append(memory.id)
        self.deleted += 1


class MemoryWriter:
    """Writes turns to the memory index."""

    def __init__(self, index: MemoryIndex, ids: Ids) -> None:
        self._index = index
        self._ids = ids

    def write_fast(self, turn: Turn, now: int) -> tuple[str, ...]:
        """Creates the fast memories of a turn, one for each scope. Returns their ids."""
        draft = build_fast_memory(turn.messages)
        if draft is None:
            return ()
        new_ids = self._ids.for_task(turn.task_id, "rough")  # part of the hashed ids
        memories = [
            memory_of(draft, turn, scope, now, next(new_ids))
            for scope in (*turn.subjects, *turn.shared)
        ]
        for memory in memories:
            self._index.put(msgspec.structs.replace(memory, update_time=now + 1))
        return tuple(memory.id for memory in memories)

    def write_processed(
        self, turn: Turn, drafts: Sequence[Draft], now: int, changes: Changes
    ) -> None:
        """Applies the edits of a turn, then its drafts, to each of its scopes.

        Counts the changes of its subjects, but not those of shared scopes.
        """
        new_ids = self._ids.for_task(turn.task_id, "fine")  # part of the hashed ids
        for scope in (*turn.subjects, *turn.shared):
            counts = changes if scope in turn.subjects else Changes()
            write = _ScopeWrite(self._index, turn, scope, now, counts, new_ids)
            for edit in turn.edits:
                write.apply_edit(edit)
            for draft in drafts:
                write.apply_draft(draft)

    def delete(self, memory_ids: Sequence[str]) -> None:
        """Deletes memories."""
        for memory_id in memory_ids:
            self._index.delete(memory_id)


class _ScopeWrite(msgspec.Struct, frozen=True):
    """Writes one turn to one scope."""

    index: MemoryIndex
    turn: Turn
    scope: Scope
    now: int
    changes: Changes
    new_ids: Iterator[str]

    def apply_draft(self, draft: Draft) -> None:
        """Creates a memory, or updates the one with the same value or topic."""
        old = None
        if not self.turn.file_id:
            old = self.index.find_equal(self.scope, draft.view, draft.value, draft.topic)
        memory = self._memory_of(draft, old)
        if old is not None:
            memory = msgspec.structs.replace(memory, create_time=old.create_time)
        self._put(memory, is_new=old is None)

    def apply_edit(self, edit: Edit) -> None:
        """Corrects or deletes the memories that contain a text.

        Memories of a file are not changed: the corrected memory is added to them.
        """
        for old in list(self._edited_memories(edit)):
            if edit.to is None:
                self.index.delete(old.id)
                self.changes.count_delete(old)
                continue
            draft = edit.to if isinstance(edit.to, Draft) else _reword(old, edit.find, edit.to)
            if old.file_id:
                self._put(self._memory_of(draft, None), is_new=True)
            else:
                self._put(_inherit(self._memory_of(draft, old), old), is_new=False)

    def _memory_of(self, draft: Draft, old: Memory | None) -> Memory:
        memory_id = old.id if old else next(self.new_ids)
        return memory_of(draft, self.turn, self.scope, self.now, memory_id)

    def _put(self, memory: Memory, *, is_new: bool) -> None:
        self.index.put(memory)
        self.changes.count_write(memory.view, memory.id, is_new=is_new)

    def _edited_memories(self, edit: Edit) -> Iterator[Memory]:
        """Returns the memories that contain the text of an edit; rewording needs whole words."""
        if isinstance(edit.to, str):
            pattern = _word_pattern(edit.find)
        else:
            pattern = re.compile(re.escape(edit.find))
        return (
            memory
            for memory in self.index.of(self.scope)
            if pattern.search(memory.value) or pattern.search(memory.key)
        )


def memory_of(draft: Draft, turn: Turn, scope: Scope, now: int, memory_id: str) -> Memory:
    """Returns a draft as the memory of one scope."""
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
    """Returns a corrected memory with the creation time and the filter fields of the old one."""
    return msgspec.structs.replace(
        memory,
        create_time=old.create_time,
        agent_ids=tuple(dict.fromkeys(old.agent_ids + memory.agent_ids)),
        app_id=memory.app_id or old.app_id,
        related=tuple(dict.fromkeys(old.related + memory.related)),
        info=old.info | memory.info,
    )


def _word_pattern(text: str) -> re.Pattern[str]:
    """Returns a pattern of a text as whole words, ignoring case: tea, but not steak."""
    before = "(?<![A-Za-z0-9])" if _LETTER.match(text[0]) else ""
    after = "(?![A-Za-z0-9])" if _LETTER.match(text[-1]) else ""
    return re.compile(f"{before}{re.escape(text)}{after}", re.IGNORECASE)


def _reword(memory: Memory, old: str, new: str) -> Draft:
    """Returns the draft of a memory in which one text is replaced by another."""
    pattern = _word_pattern(old)

    def reword(text: str) -> str:
        return pattern.sub(lambda _: new, text)

    return Draft(
        view=memory.view,
        key=reword(memory.key),
        value=reword(memory.value),
        tags=tuple(map(reword, memory.tags)),
        topic=memory.topic,
        confidence=memory.confidence,
        detail=memory.detail,
    )
