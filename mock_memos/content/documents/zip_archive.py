"""Zip files of strangers: nothing is unpacked to disk, and nothing is read without a bound."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

MOST_ENTRIES: Final = 5000
"""More than any file has that the double takes; counting beforehand costs next to nothing."""

_ENTRY = b"PK\x01\x02"
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError,
    RuntimeError, EOFError, OSError, OverflowError, ValueError,
)  # fmt: skip


class Unfit(ValueError):
    """A file that breaks its format, and why."""


class Archive:
    """A zip. The names in it are data and are never used as paths."""

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY) > MOST_ENTRIES:
            raise Unfit(f"it has more than {MOST_ENTRIES} entries")
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _UNREADABLE as problem:
            raise Unfit(f"it cannot be read as a zip: {problem}") from None
        self.sizes = {
            entry.filename: entry.file_size for entry in self._zip.infolist() if not entry.is_dir()
        }
        """The files by name, with their declared sizes, in the order of the zip."""

    def read(self, name: str, limit: int) -> bytes:
        """One file, unpacked. Raises `Unfit` when it is absent, broken or over `limit` bytes."""
        if name not in self.sizes:
            raise Unfit(f"{name} is not in it")
        if self.sizes[name] > limit:
            raise Unfit(f"{name[:100]} is {self.sizes[name]} bytes unpacked; at most {limit}")
        entry = self._zip.getinfo(name)
        if entry.compress_type not in _PLAIN:  # other methods unpack a block at once, unbounded
            raise Unfit(f"{name[:100]} is packed by a method other than store and deflate")
        try:
            with self._zip.open(entry) as file:
                return file.read(limit)
        except _UNREADABLE as problem:
            raise Unfit(f"{name[:100]} cannot be unpacked: {problem}") from None
