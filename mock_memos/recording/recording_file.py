"""The HAR file of a running recording. It is complete after every exchange."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.har import HEAD, TAIL, read_har, to_entry
from mock_memos.recording.redaction import Redaction


class RecordingFile:
    """Writes each exchange at once, so a killed recorder loses nothing."""

    def __init__(self, path: Path) -> None:
        """Raises `FileExistsError` for an existing file, and other `OSError`."""
        self._file = path.open("xb", buffering=0)
        self._file.write(HEAD + TAIL)
        self._exchanges: list[RecordedExchange] = []

    @classmethod
    @contextmanager
    def create(cls, path: Path) -> Iterator[Self]:
        """Opens a new file. Raises `UsageError` if it exists or cannot be written."""
        try:
            recording = cls(path)
        except FileExistsError:
            raise UsageError(
                f"The recording {path} exists.\nUse --from-recording {path} to read it."
            ) from None
        except OSError as problem:
            raise UsageError(f"Cannot write the recording {path}: {problem.strerror}") from None
        with recording._file:
            yield recording

    def add(self, exchange: RecordedExchange) -> None:
        """Appends an exchange. It is in the file when this returns."""
        separator = b",\n" if self._exchanges else b"\n"
        self._exchanges.append(exchange)
        self._file.seek(-len(TAIL), 2)
        self._file.write(separator + to_entry(exchange) + TAIL)

    @property
    def exchanges(self) -> list[RecordedExchange]:
        """The exchanges so far, in order of their requests."""
        return sorted(self._exchanges, key=lambda exchange: exchange.started_ms)


def read_recording(path: Path, redact: Redaction) -> list[RecordedExchange]:
    """Returns the redacted exchanges of a HAR file. Raises `UsageError` if it cannot be read."""
    try:
        text = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"Cannot read the recording {path}: {problem.strerror}") from None
    return read_har(text, str(path), redact)
