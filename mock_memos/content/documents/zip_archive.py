"""Reads zip files of unknown origin: nothing is unpacked to disk, and every read has a limit."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

from mock_memos.core.text import shorten

MAX_ENTRIES: Final = 5000
"""More than any accepted file has. Counting them before the zip is opened is cheap."""

_ENTRY_SIGNATURE = b"PK\x01\x02"
_ALLOWED_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError,
    RuntimeError, EOFError, OSError, OverflowError, ValueError,
)  # fmt: skip


class InvalidFileError(ValueError):
    """A file that breaks its format. The text says how."""


class ZipArchive:
    """A zip file. The names in it are data; they are never used as paths.

    `sizes` has the declared size of each file by name, in the order of the zip.
    """

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY_SIGNATURE) > MAX_ENTRIES:
            raise InvalidFileError(f"it has more than {MAX_ENTRIES} entries")
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _UNREADABLE as error:
            raise InvalidFileError(f"it cannot be read as a zip: {error}") from None
        self.sizes = {
            entry.filename: entry.file_size for entry in self._zip.infolist() if not entry.is_dir()
        }

    def read(self, name: str, max_bytes: int) -> bytes:
        """Returns one file, unpacked. Raises InvalidFileError if absent, broken or too large."""
        if name not in self.sizes:
            raise InvalidFileError(f"{name} is not in it")
        label = shorten(name, 100)
        if self.sizes[name] > max_bytes:
            raise InvalidFileError(
                f"{label} is {self.sizes[name]} bytes unpacked; at most {max_bytes}"
            )
        entry = self._zip.getinfo(name)
        if entry.compress_type not in _ALLOWED_COMPRESSION:  # others unpack a block unbounded
            raise InvalidFileError(f"{label} is packed by a method other than store and deflate")
        try:
            with self._zip.open(entry) as file:
                return file.read(max_bytes)
        except _UNREADABLE as error:
            raise InvalidFileError(f"{label} cannot be unpacked: {error}") from None
