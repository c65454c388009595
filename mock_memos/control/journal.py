"""The journal of a world, over HTTP: find, count, export, clear."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.control.base import Answer, Nothing, Worlds
from mock_memos.journal import exports
from mock_memos.journal.journal import Exchange, ExchangeFilter
from mock_memos.journal.near_misses import find_near_miss

TEXT = "text/plain; charset=utf-8"
LINES = "application/jsonl; charset=utf-8"


class AskJournal(ExchangeFilter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which exchanges: a match, as everywhere, and how many of those that fit."""

    after: Annotated[int, Meta(description="Only calls with a higher number")] = 0
    last: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="At most so many, the newest")
    ] = None


def show_journal(worlds: Worlds, key: str, request: AskJournal) -> Answer:
    """The exchanges that fit, oldest first; with the nearest miss when none does."""
    journal = worlds.world(key).journal
    found = _found(worlds, key, request)
    answer: dict[str, Any] = {
        "total": journal.total,
        "dropped": journal.dropped,
        "digest": journal.digest,
        "count": None if journal.dropped else len(found),
        "exchanges": [exports.plain(one) for one in found],
    }
    if not found and (miss := find_near_miss(request, journal)) is not None:
        answer["nearest_miss"] = {
            "number": miss.exchange.number,
            "against": [line.why_not for line in miss.lines if line.why_not is not None],
        }
    return answer


def clear_journal(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Forget the exchanges so far; numbers and digest go on."""
    journal = worlds.world(key).journal
    journal.clear()
    return {"total": journal.total, "digest": journal.digest}


def journal_as_curl(worlds: Worlds, key: str, request: AskJournal) -> bytes:
    """The exchanges that fit as shell lines, without their key."""
    return exports.curl(_found(worlds, key, request)).encode()


def journal_as_har(worlds: Worlds, key: str, request: AskJournal) -> bytes:
    """The exchanges that fit as an HTTP Archive, without their key."""
    return msgspec.json.encode(exports.har(_found(worlds, key, request)))


def journal_as_jsonl(worlds: Worlds, key: str, request: AskJournal) -> bytes:
    """The exchanges that fit as JSON Lines, without their key."""
    return exports.jsonl(_found(worlds, key, request)).encode()


def _found(worlds: Worlds, key: str, request: AskJournal) -> list[Exchange]:
    found = worlds.world(key).journal.find(request)
    found = [one for one in found if one.number > request.after]
    return found if request.last is None else found[len(found) - min(request.last, len(found)) :]
