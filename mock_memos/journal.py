"""What was asked and answered, in order: a bounded ring, and a digest over all that passed."""

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from typing import Self

import msgspec

from mock_memos.errors import UsageError


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One call and its reply. `time` is virtual; the key is not kept."""

    number: int
    time: int
    method: str
    path: str
    operation: str
    """The operation's name, or an empty text for a path that is none."""
    request: bytes
    status: int
    code: int
    reply: bytes
    hint: str = ""
    unexpected: bool = False
    fault: str = ""
    """The fault that struck this call."""
    latency: int = 0
    """Milliseconds by which a fault made it late."""


class Journal:
    """The newest exchanges, and a digest over all: two runs are equal when their digests are."""

    def __init__(self, size: int = 10_000) -> None:
        """`size` is how many exchanges are held; with 0 there is nothing but the digest."""
        self._ring: deque[Exchange] = deque(maxlen=size)
        self._count = 0
        self._digest = blake2b(digest_size=16)

    def add(self, exchange: Exchange) -> None:
        """Note an exchange; the oldest one leaves when there is no room."""
        self._ring.append(exchange)
        self._count += 1
        facts = (
            exchange.time, exchange.method, exchange.path, exchange.status, exchange.code,
            len(exchange.request), len(exchange.reply),
        )  # fmt: skip
        self._digest.update(ascii(facts).encode())
        self._digest.update(exchange.request)
        self._digest.update(exchange.reply)

    @property
    def digest(self) -> str:
        """32 hex digits over every exchange so far, dropped ones included."""
        return self._digest.hexdigest()

    def __len__(self) -> int:
        return len(self._ring)

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges that are still held, oldest first."""
        return iter(tuple(self._ring))

    @property
    def total(self) -> int:
        """How many exchanges there were, dropped ones included."""
        return self._count

    @property
    def dropped(self) -> int:
        """How many exchanges are no longer held."""
        return self._count - len(self._ring)

    def count(self, operation: str) -> int:
        """How often an operation was called.

        Raises `UsageError` when the ring has dropped exchanges: the number would be a guess.
        """
        if self.dropped:
            raise UsageError(
                f"the journal holds {len(self)} of {self.total} exchanges, so that a count would "
                "be too low; raise journal_size"
            )
        return sum(exchange.operation == operation for exchange in self._ring)

    def fork(self) -> Self:
        """An equal journal that goes on by itself from here."""
        twin = type(self)(0)
        twin._ring = self._ring.copy()
        twin._count = self._count
        twin._digest = self._digest.copy()
        return twin
