"""What was asked and answered, in order: a bounded ring, and a digest over all that passed."""

from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from mock_memos.core.calls import JSON, decode_object
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Match, Subject

MAX_BYTES: Final = 64 * 1024 * 1024
"""How many bytes the exchanges of one journal take, unless told otherwise."""
_SHARE: Final = 8
"""A body may take this part of the room; of a longer one the beginning is kept."""
_REMEMBERED: Final = 100
"""So many unexpected calls are remembered even after they left the ring."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call and its reply. `time` is virtual; the key is not kept."""

    number: int
    time_ms: int
    world_id: str = ""
    """Tells the worlds of different keys apart; empty for a call that reached none."""
    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """The few that tell something of the client; of `authorization` its scheme alone."""
    operation: str
    """The operation's name, or an empty text for a path that is none."""
    request_body: bytes
    status: int
    code: int
    response_body: bytes
    content_type: str = JSON
    hint: str = ""
    unmatched: bool = False
    """It reached no operation, or no world."""
    fault: str = ""
    """The fault that struck this call."""
    added_latency_ms: int = 0
    """Milliseconds by which a fault made it late."""
    simulated_duration_ms: int = 0
    """Virtual milliseconds that the real service would have taken, as far as that is known."""
    tasks_started: tuple[str, ...] = ()
    """The tasks that it began."""
    tasks_ended: tuple[str, ...] = ()
    """The tasks that ended by it, or because of the time that it took."""
    assumptions: tuple[str, ...] = ()
    """Assumptions about the real service that the reply rests on, where they are collected."""
    truncated: bool = False
    """A body was too long to be kept whole."""

    @property
    def subject(self) -> Subject:
        """The request as a match sees it. Raises `UsageError` when its body was cut."""
        if self.truncated:
            raise UsageError(
                f"call {self.number} ({self.operation}) was too long to be kept whole, so that "
                "its body cannot be compared; raise journal_max_bytes"
            )
        start, brace, name = self.operation.partition("{")
        if brace:  # what stands in the path is a field, too
            return Subject.of(
                self.operation, {name.rstrip("}"): self.path.rpartition(f"/{start}")[2]}
            )
        return Subject.of(self.operation, decode_object(self.request_body))

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        texts = len(self.path) + len(self.query) + len(self.hint) + len(self.fault)
        return (
            len(self.request_body)
            + len(self.response_body)
            + texts
            + 40 * len(self.tasks_ended)
            + 500
        )


class ExchangeFilter(Match, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which exchanges are meant: a request like this, that was answered like that."""

    code: Annotated[int | None, Meta(description="The code of the answer; 0 is success")] = None
    fault: Annotated[str | None, Meta(description="Name of the fault that struck it")] = None
    unmatched: Annotated[
        bool | None, Meta(description="Whether it reached no operation of the API")
    ] = None

    def mismatch_of(self, exchange: Exchange) -> str | None:
        """None when an exchange is meant, else the first reason against it."""
        for name in ("code", "fault", "unmatched"):
            expected, came = getattr(self, name), getattr(exchange, name)
            if expected is not None and came != expected:
                return f"{name} is {came!r}, not {expected!r}"
        operation = self.operation
        if operation is not None and not fnmatchcase(exchange.operation, operation):
            came = repr(exchange.operation) if exchange.operation else "none of the API"
            return f"operation is {came}, not {operation!r}"
        return self.mismatch(exchange.subject) if self._asks_for_the_body else None

    @property
    def _asks_for_the_body(self) -> bool:
        names = ("user_id", "agent_id", "conversation_id", "text", "pattern")
        return bool(self.fields) or any(getattr(self, name) is not None for name in names)


class Journal:
    """The newest exchanges, and a digest over all: two runs are equal when their digests are."""

    def __init__(self, size: int = 10_000, room: int = MAX_BYTES) -> None:
        """`size` is how many exchanges are held, `room` how many bytes they may take together.

        With a size of 0 there is nothing but the digest.
        """
        self._size, self._room = size, room
        self._ring: deque[Exchange] = deque()
        self._weight = 0
        self._count = self._cleared = 0
        self._digest = blake2b(digest_size=16)
        self._unmatched: list[Exchange] = []
        self._assumptions: dict[str, int] = {}

    def add(self, exchange: Exchange) -> None:
        """Note an exchange; the oldest ones leave when there is no room."""
        self._count += 1
        place = f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
        facts: tuple[object, ...] = (
            exchange.time_ms, exchange.method, place, exchange.status, exchange.code,
            len(exchange.request_body), len(exchange.response_body),
        )  # fmt: skip
        if exchange.fault:  # a reset and a time-out send the same: nothing
            facts = (*facts, exchange.fault, exchange.added_latency_ms)
        self._digest.update(ascii(facts).encode())
        self._digest.update(exchange.request_body)
        self._digest.update(exchange.response_body)
        for lean in exchange.assumptions:
            self._assumptions.setdefault(lean, exchange.number)
        if exchange.unmatched and len(self._unmatched) < _REMEMBERED:
            self._unmatched.append(_cut(exchange, 4096))
        exchange = _cut(exchange, self._room // _SHARE)
        ring = self._ring
        ring.append(exchange)
        self._weight += exchange.weight
        while ring and (len(ring) > self._size or self._weight > self._room):
            self._weight -= ring.popleft().weight

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
        """How many exchanges are no longer held, because there was no room."""
        return self._count - self._cleared - len(self._ring)

    @property
    def unmatched(self) -> tuple[Exchange, ...]:
        """The first hundred unexpected calls, oldest first, even if there is no room for them."""
        return tuple(self._unmatched)

    @property
    def assumptions(self) -> dict[str, int]:
        """Every assumption that a reply rested on, with the number of its first exchange."""
        return dict(self._assumptions)

    def find(self, wanted: ExchangeFilter) -> list[Exchange]:
        """The exchanges that are meant and still held, oldest first."""
        return [one for one in self._ring if wanted.mismatch_of(one) is None]

    def count(self, wanted: ExchangeFilter | str) -> int:
        """How often an operation was called, or something like this was.

        Raises `UsageError` when the ring has dropped exchanges: the number would be a guess.
        """
        require_complete(len(self), self.dropped)
        return len(
            self.find(ExchangeFilter(operation=wanted) if isinstance(wanted, str) else wanted)
        )

    def clear(self) -> None:
        """Forget the exchanges so far. Numbers and digest go on; counts begin anew."""
        self._ring.clear()
        self._unmatched.clear()
        self._assumptions.clear()
        self._weight = 0
        self._cleared = self._count

    def copy_findings_from(self, twin: "Journal") -> None:
        """Take over what is held against a fork of this journal; what it noted is forgotten."""
        self._unmatched, self._assumptions = twin._unmatched.copy(), twin._assumptions.copy()

    def fork(self) -> Self:
        """An equal journal that goes on by itself from here."""
        twin = type(self)(self._size, self._room)
        twin._ring, twin._weight = self._ring.copy(), self._weight
        twin._count, twin._cleared = self._count, self._cleared
        twin._digest = self._digest.copy()
        twin._unmatched, twin._assumptions = self._unmatched.copy(), self._assumptions.copy()
        return twin


def require_complete(held: int, dropped: int) -> None:
    """Raises `UsageError` if a journal has dropped calls, which makes every count too low."""
    if dropped:
        raise UsageError(
            f"cannot count: the journal holds {held} of {held + dropped} calls; increase "
            "journal_max_entries or journal_max_bytes"
        )


def _cut(exchange: Exchange, most: int) -> Exchange:
    """An exchange whose bodies are no longer than that."""
    if len(exchange.request_body) <= most and len(exchange.response_body) <= most:
        return exchange
    return msgspec.structs.replace(
        exchange,
        request_body=exchange.request_body[:most],
        response_body=exchange.response_body[:most],
        truncated=True,
    )
