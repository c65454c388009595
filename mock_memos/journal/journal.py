"""The journal of a world: its newest calls in a bounded ring, and a digest over all calls."""

from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from mock_memos.core.calls import JSON
from mock_memos.core.errors import UsageError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import Match

MAX_BYTES: Final = 64 * 1024 * 1024
"""The default limit on the bytes of one journal."""
_MAX_BODY_SHARE: Final = 8
"""A body over 1/8 of the limit is truncated."""
_MAX_UNMATCHED: Final = 100
"""The number of unmatched calls that are kept even after they left the ring."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call and its reply. Times are virtual; the API key is not kept."""

    number: int
    time_ms: int
    world_id: str = ""
    """A hash of the API key; empty for a call without a world."""
    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """A few headers of the request; of `authorization` the scheme only."""
    operation: str
    """The name of the operation, or an empty string for an unknown path."""
    request_body: bytes
    status: int
    code: int
    response_body: bytes
    content_type: str = JSON
    hint: str = ""
    unmatched: bool = False
    """Whether it matched no operation, or had no known key."""
    fault: str = ""
    """The name of the applied fault."""
    added_latency_ms: int = 0
    """The latency that a fault added."""
    simulated_duration_ms: int = 0
    """How long the real service would have taken, in virtual time, as far as known."""
    tasks_started: tuple[str, ...] = ()
    tasks_ended: tuple[str, ...] = ()
    """The tasks that it ended, or that were due when it began."""
    assumptions: tuple[str, ...] = ()
    """The assumptions behind the reply, if `fail_on_assumptions` is set."""
    truncated: bool = False
    """Whether a body was too long to be kept."""

    @property
    def facts(self) -> RequestFacts:
        """The contents of the request. Raises `UsageError` if its body was truncated."""
        if self.truncated:
            raise UsageError(
                f"Cannot compare call {self.number} ({self.operation}): its body was truncated. "
                "Increase journal_max_bytes"
            )
        return RequestFacts.of_request(self.operation, self.path, self.request_body)

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        texts = len(self.path) + len(self.query) + len(self.hint) + len(self.fault)
        bodies = len(self.request_body) + len(self.response_body)
        return bodies + texts + 40 * len(self.tasks_ended) + 500


class ExchangeFilter(Match, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pattern for exchanges: a request like this, with an answer like that."""

    code: Annotated[int | None, Meta(description="Code of the answer; 0 is success")] = None
    fault: Annotated[str | None, Meta(description="Name of the applied fault")] = None
    unmatched: Annotated[
        bool | None, Meta(description="Whether it matched no operation of the API")
    ] = None

    def exchange_mismatch(
        self, exchange: Exchange, facts: RequestFacts | None = None
    ) -> str | None:
        """Returns the first reason why an exchange does not match, or None.

        `facts` are those of the exchange, if they are at hand.
        """
        for name in ("code", "fault", "unmatched"):
            expected, actual = getattr(self, name), getattr(exchange, name)
            if expected is not None and actual != expected:
                return f"{name} is {actual!r}, not {expected!r}"
        operation = self.operation
        if operation is not None and not fnmatchcase(exchange.operation, operation):
            name = repr(exchange.operation) if exchange.operation else "none of the API"
            return f"operation is {name}, not {operation!r}"
        return self.mismatch(facts or exchange.facts) if self._reads_body else None

    @property
    def _reads_body(self) -> bool:
        names = ("user_id", "agent_id", "conversation_id", "text", "pattern")
        return bool(self.fields) or any(getattr(self, name) is not None for name in names)


class Journal:
    """The newest exchanges, and a digest over all. Equal runs have equal digests."""

    def __init__(self, max_entries: int = 10_000, max_bytes: int = MAX_BYTES) -> None:
        """With `max_entries=0` the journal keeps only the digest."""
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._ring: deque[tuple[Exchange, RequestFacts | None]] = deque()
        """The kept exchanges, with the facts of those that are not truncated."""
        self._bytes = 0
        self._count = self._cleared = 0
        self._digest = blake2b(digest_size=16)
        self._unmatched: list[Exchange] = []
        self._assumptions: dict[str, int] = {}

    def add(self, exchange: Exchange, facts: RequestFacts | None = None) -> None:
        """Adds an exchange. Drops the oldest ones above the limits.

        `facts` are those of the exchange, if they are at hand.
        """
        self._count += 1
        target = f"{exchange.path}?{exchange.query}" if exchange.query else exchange.path
        digested: tuple[object, ...] = (
            exchange.time_ms, exchange.method, target, exchange.status, exchange.code,
            len(exchange.request_body), len(exchange.response_body),
        )  # fmt: skip
        if exchange.fault:  # a reset and a timeout have the same (empty) reply
            digested = (*digested, exchange.fault, exchange.added_latency_ms)
        self._digest.update(ascii(digested).encode())
        self._digest.update(exchange.request_body)
        self._digest.update(exchange.response_body)
        for assumption in exchange.assumptions:
            self._assumptions.setdefault(assumption, exchange.number)
        if exchange.unmatched and len(self._unmatched) < _MAX_UNMATCHED:
            self._unmatched.append(_truncate(exchange, 4096))
        exchange = _truncate(exchange, self._max_bytes // _MAX_BODY_SHARE)
        ring = self._ring
        ring.append((exchange, None if exchange.truncated else facts or exchange.facts))
        self._bytes += exchange.weight
        while ring and (len(ring) > self._max_entries or self._bytes > self._max_bytes):
            self._bytes -= ring.popleft()[0].weight

    @property
    def digest(self) -> str:
        """32 hex digits over all exchanges, dropped ones included."""
        return self._digest.hexdigest()

    def __len__(self) -> int:
        return len(self._ring)

    def __iter__(self) -> Iterator[Exchange]:
        """Yields the kept exchanges, oldest first."""
        return iter([exchange for exchange, _ in self._ring])

    @property
    def total(self) -> int:
        """The number of all exchanges, dropped ones included."""
        return self._count

    @property
    def dropped(self) -> int:
        """The number of exchanges that were dropped because of the limits."""
        return self._count - self._cleared - len(self._ring)

    @property
    def unmatched(self) -> tuple[Exchange, ...]:
        """The first 100 unmatched calls, oldest first, dropped ones included."""
        return tuple(self._unmatched)

    @property
    def assumptions(self) -> dict[str, int]:
        """The assumptions behind all replies, each with the number of its first exchange."""
        return dict(self._assumptions)

    def find(self, expected: ExchangeFilter) -> list[Exchange]:
        """Returns the kept exchanges that match, oldest first."""
        return [
            exchange
            for exchange, facts in self._ring
            if expected.exchange_mismatch(exchange, facts) is None
        ]

    def count(self, expected: ExchangeFilter | str) -> int:
        """Returns how many exchanges match a filter or the name of an operation.

        Raises `UsageError` if exchanges were dropped, because the number could be too low.
        """
        require_complete(len(self), self.dropped)
        if isinstance(expected, str):
            expected = ExchangeFilter(operation=expected)
        return len(self.find(expected))

    def clear(self) -> None:
        """Deletes the exchanges. Numbers and digest continue; counts start again."""
        self._ring.clear()
        self._unmatched.clear()
        self._assumptions.clear()
        self._bytes = 0
        self._cleared = self._count

    def copy_findings_from(self, other: "Journal") -> None:
        """Takes over the unmatched calls and assumptions of a fork, not its exchanges."""
        self._unmatched, self._assumptions = other._unmatched.copy(), other._assumptions.copy()

    def fork(self) -> Self:
        """Returns an equal journal. Neither sees later exchanges of the other."""
        copy = type(self)(self._max_entries, self._max_bytes)
        copy._ring, copy._bytes = self._ring.copy(), self._bytes
        copy._count, copy._cleared = self._count, self._cleared
        copy._digest = self._digest.copy()
        copy.copy_findings_from(self)
        return copy


def require_complete(kept: int, dropped: int) -> None:
    """Raises `UsageError` if a journal has dropped calls, which makes every count too low."""
    if dropped:
        raise UsageError(
            f"Cannot count: the journal kept {kept} of {kept + dropped} calls. Increase "
            "journal_max_entries or journal_max_bytes"
        )


def _truncate(exchange: Exchange, max_length: int) -> Exchange:
    """Returns the exchange with bodies of at most this length."""
    if len(exchange.request_body) <= max_length and len(exchange.response_body) <= max_length:
        return exchange
    return msgspec.structs.replace(
        exchange,
        request_body=exchange.request_body[:max_length],
        response_body=exchange.response_body[:max_length],
        truncated=True,
    )
