"""The journal of a world, over HTTP: find, count, export, clear."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.control.base import (
    Answer,
    ControlRequest,
    ControlResponse,
    EmptyRequest,
    WorldStore,
)
from mock_memos.journal import exports
from mock_memos.journal.journal import Exchange, ExchangeFilter
from mock_memos.journal.near_misses import find_near_miss

TEXT = "text/plain; charset=utf-8"
LINES = "application/jsonl; charset=utf-8"


class JournalQuery(ExchangeFilter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which exchanges: a match, as in scenarios and faults, and how many of the matching ones."""

    after: Annotated[int, Meta(description="Only calls with a higher number")] = 0
    last: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Only this many of the newest calls")
    ] = None


_EVERY_EXCHANGE = JournalQuery()


class JournalPage(ControlResponse, frozen=True):
    """Exchanges and counts of a journal."""

    total: int
    """How many calls were recorded."""
    count: int
    """How many of them the journal holds."""
    dropped: int
    """How many it dropped because its limits were reached."""
    digest: str
    exchanges: list[Exchange]
    """The matching exchanges, oldest first."""
    unmatched: list[Exchange]
    """The first hundred calls that matched no operation, dropped ones included."""
    assumptions: dict[str, int]
    """Assumptions behind replies, with the number of their first call."""


class BypassedCall(ControlRequest):
    """A call that a client sent past the mock."""

    address: Annotated[str, Meta(description="Where it went")]
    hint: Annotated[str, Meta(description="What the client should do instead")]


def list_exchanges(worlds: WorldStore, key: str, request: JournalQuery) -> JournalPage:
    """Returns the matching exchanges with all their fields, and with bodies in Base64."""
    journal = worlds.world(key).journal
    return JournalPage(
        total=journal.total,
        count=len(journal),
        dropped=journal.dropped,
        digest=journal.digest,
        exchanges=_select(worlds, key, request),
        unmatched=list(journal.unmatched),
        assumptions=journal.assumptions,
    )


def record_bypass(worlds: WorldStore, key: str, request: BypassedCall) -> Answer:
    """Records a call that a client sent past the mock, as an unmatched call."""
    world = worlds.world(key)
    number = world.journal.total + 1
    world.journal.add(
        Exchange(
            number=number, time_ms=world.clock.now, method="CONNECT", path=request.address,
            operation="", request_body=b"", status=0, code=0, response_body=b"", hint=request.hint,
            unmatched=True,
        )
    )  # fmt: skip
    return {"number": number}


def show_journal(worlds: WorldStore, key: str, request: JournalQuery) -> Answer:
    """Returns the matching exchanges, oldest first, or the nearest miss if none matches."""
    journal = worlds.world(key).journal
    exchanges = _select(worlds, key, request)
    answer: dict[str, Any] = {
        "total": journal.total,
        "dropped": journal.dropped,
        "digest": journal.digest,
        "count": None if journal.dropped else len(exchanges),
        "exchanges": [exports.to_dict(exchange) for exchange in exchanges],
    }
    if not exchanges and (miss := find_near_miss(request, journal)) is not None:
        answer["near_miss"] = {
            "number": miss.exchange.number,
            "differences": [field.mismatch for field in miss.fields if field.mismatch is not None],
        }
    return answer


def clear_journal(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Deletes the exchanges; numbers and digest continue."""
    journal = worlds.world(key).journal
    journal.clear()
    return {"total": journal.total, "digest": journal.digest}


def journal_as_curl(worlds: WorldStore, key: str, request: JournalQuery) -> bytes:
    """Returns the matching exchanges as shell lines, without their key."""
    return exports.to_curl(_select(worlds, key, request)).encode()


def journal_as_har(worlds: WorldStore, key: str, request: JournalQuery) -> bytes:
    """Returns the matching exchanges as an HTTP Archive, without their key."""
    return msgspec.json.encode(exports.to_har(_select(worlds, key, request)))


def journal_as_jsonl(worlds: WorldStore, key: str, request: JournalQuery) -> bytes:
    """Returns the matching exchanges as JSON Lines, without their key."""
    return exports.to_jsonl(_select(worlds, key, request)).encode()


def _select(worlds: WorldStore, key: str, request: JournalQuery) -> list[Exchange]:
    journal = worlds.world(key).journal
    if request.last == 0:
        return []
    if request == _EVERY_EXCHANGE:
        return list(journal)
    matches = journal.find(request)
    exchanges = [exchange for exchange in matches if exchange.number > request.after]
    return exchanges if request.last is None else exchanges[-request.last :]
