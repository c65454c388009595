"""The knowledge bases of a project and their files."""

from collections.abc import Iterator
from typing import Self

import msgspec

from mock_memos.core.records import File, KnowledgeBase, TaskStatus
from mock_memos.simulation.forkable import Table


class Bases:
    """Knowledge bases by id, in the order in which they were made, and their files."""

    def __init__(self) -> None:
        self._bases: Table[str, KnowledgeBase] = Table()
        self._files: Table[str, File] = Table()

    def put(self, base: KnowledgeBase) -> None:
        self._bases[base.id] = base

    def get(self, base_id: str) -> KnowledgeBase | None:
        return self._bases.get(base_id)

    def all(self) -> Iterator[KnowledgeBase]:
        """Every base of the account."""
        return self._bases.values()

    def all_files(self) -> Iterator[File]:
        """Every file of every base."""
        return self._files.values()

    def linked(self) -> Iterator[KnowledgeBase]:
        """The bases that this project is linked to."""
        return (base for base in self._bases.values() if base.linked)

    def unlink(self, base: KnowledgeBase) -> None:
        """Take the link away; the base and its files stay."""
        self._bases[base.id] = msgspec.structs.replace(base, linked=False)

    def delete(self, base_id: str) -> None:
        """Take the base away, with its files."""
        self._bases.pop(base_id)
        for file in list(self.files(base_id)):
            self._files.pop(file.id)

    def put_file(self, file: File) -> None:
        self._files[file.id] = file

    def file(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def files(self, base_id: str) -> Iterator[File]:
        """The files of a base in upload order."""
        return (file for file in self._files.values() if file.knowledgebase_id == base_id)

    def settle(self, file_id: str, status: TaskStatus) -> None:
        """A file's processing has come to its end."""
        file = self._files.get(file_id)
        if file is not None:
            self._files[file_id] = msgspec.structs.replace(file, status=status)

    def delete_file(self, file_id: str) -> None:
        self._files.pop(file_id)

    def fork(self) -> Self:
        twin = type(self)()
        twin._bases, twin._files = self._bases.fork(), self._files.fork()
        return twin
