"""The knowledge bases of an account and their files."""

from collections.abc import Iterator
from typing import Self

import msgspec

from mock_memos.core.records import File, KnowledgeBase, Scope
from mock_memos.simulation.forkable import ForkableDict
from mock_memos.simulation.memories import Memories
from mock_memos.simulation.tasks import Tasks


def scope_of(base_id: str) -> Scope:
    """Returns the scope of the memories of a knowledge base."""
    return Scope("knowledgebase", base_id)


class KnowledgeBases:
    """Knowledge bases by id, oldest first, and their files.

    The task that processes a file has the id of the file; the status of the file is that of the
    task.
    """

    def __init__(self, tasks: Tasks, memories: Memories) -> None:
        self._tasks = tasks
        self._memories = memories
        self._bases: ForkableDict[str, KnowledgeBase] = ForkableDict()
        self._files: ForkableDict[str, File] = ForkableDict()

    def put(self, base: KnowledgeBase) -> None:
        """Adds a base, or replaces the one with the same id."""
        self._bases[base.id] = base

    def get(self, base_id: str) -> KnowledgeBase | None:
        """Returns the base with this id, or None."""
        return self._bases.get(base_id)

    def all(self) -> Iterator[KnowledgeBase]:
        """Yields every base of the account."""
        return self._bases.values()

    def all_linked(self) -> Iterator[KnowledgeBase]:
        """Yields the bases that this project is linked to."""
        return (base for base in self._bases.values() if base.linked)

    def unlink(self, base: KnowledgeBase) -> None:
        """Removes the link to this project; the base and its files stay."""
        self._bases[base.id] = msgspec.structs.replace(base, linked=False)

    def delete(self, base: KnowledgeBase, now: int) -> None:
        """Deletes a base with its files and memories."""
        self._bases.pop(base.id)
        for file in list(self._files.values()):
            if file.knowledgebase_id == base.id:
                self._tasks.cancel(file.id)
                self._files.pop(file.id)
        self._memories.delete_scope(scope_of(base.id), now)

    def put_file(self, file: File) -> None:
        """Adds a file, or replaces the one with the same id."""
        self._files[file.id] = file

    def file(self, file_id: str) -> File | None:
        """Returns a file; None if it does not exist, or its task is unknown to get/status."""
        file, task = self._files.get(file_id), self._tasks.get(file_id)
        is_hidden = task is not None and task.outcome == "unknown_to_status"
        return None if file is None or is_hidden else self._with_status(file)

    def files(self, base_id: str) -> list[File]:
        """Returns the files of a base, in upload order."""
        files = map(
            self.file, [f.id for f in self._files.values() if f.knowledgebase_id == base_id]
        )
        return [file for file in files if file is not None]

    def all_files(self) -> Iterator[File]:
        """Yields every file of every base, with those that `file` hides."""
        return map(self._with_status, self._files.values())

    def delete_file(self, file: File, now: int) -> None:
        """Deletes a file with its memories; its task creates no more."""
        self._tasks.cancel(file.id)
        self._files.pop(file.id)
        memories = self._memories.of(scope_of(file.knowledgebase_id))
        self._memories.delete([memory.id for memory in memories if memory.file_id == file.id], now)

    def _with_status(self, file: File) -> File:
        task = self._tasks.get(file.id)
        return file if task is None else msgspec.structs.replace(file, status=task.status)

    def fork(self, tasks: Tasks, memories: Memories) -> Self:
        """Returns equal knowledge bases for the parts of a forked world."""
        copy = type(self)(tasks, memories)
        copy._bases, copy._files = self._bases.fork(), self._files.fork()
        return copy
