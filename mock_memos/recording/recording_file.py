"""What is recorded, in memory and line by line in a file, so that nothing is lost in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import Exchange, line_of, read_lines


class Tape:
    """The exchanges of one recording, oldest first."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self._exchanges: list[Exchange] = []

    @classmethod
    @contextmanager
    def into(cls, path: Path) -> Iterator[Self]:
        """A tape that also writes to a new file. Raises `UsageError` when there cannot be one."""
        try:
            file = path.open("xb")
        except OSError as problem:
            there = f"it is there already; --from {path} makes a scenario of it"
            why = there if isinstance(problem, FileExistsError) else str(problem)
            raise UsageError(f"the raw file {path} cannot be written: {why}") from None
        with file:
            yield cls(file)

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange. It is in the file when this returns."""
        self._exchanges.append(exchange)
        if self._file is not None:
            self._file.write(line_of(exchange))
            self._file.flush()

    @property
    def exchanges(self) -> list[Exchange]:
        """In the order in which the requests went on."""
        return sorted(self._exchanges, key=lambda exchange: exchange.time)


def read_tape(path: Path) -> list[Exchange]:
    """The exchanges of a raw file. Raises `UsageError` when it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"the raw file {path} cannot be read: {problem.strerror}") from None
    return sorted(read_lines(raw, str(path)), key=lambda exchange: exchange.time)
