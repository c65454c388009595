"""When each call reached the service, in the service's own time.

A recorder knows its own clock alone. Answers tell more: a fast memory and a message show when they
were accepted, and the clock of a double shows where it stands. What was told last holds on.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_memos.content.fast_memory import FAST_TAG
from mock_memos.core.calls import decode_object
from mock_memos.core.clock import to_milliseconds
from mock_memos.core.errors import UsageError
from mock_memos.recording.drafting.known_shape import sound
from mock_memos.recording.exchange import Exchange

CLOCK: Final = "/_mock/clock"
"""What tells of a double's time."""
_LATE: Final = 1000
_DAY: Final = 86_400_000
"""What is told and differs by more than a second was made later than its call; by more than a day,
the service lives in another time."""


def moments(exchanges: Sequence[Exchange]) -> list[int]:
    """The moment of each exchange; never earlier than the one before."""
    told = _told(exchanges)
    ahead = _first(exchanges, told)
    found: list[int] = []
    still: int | None = None
    """Where a clock stands that does not move by itself."""
    for place, exchange in enumerate(exchanges):
        moment = exchange.time + ahead if still is None else still
        if place in told and _is_meant(told[place] - moment, exchange):
            ahead += told[place] - moment
            moment = told[place]
        if (clock := _clock(exchange)) is not None:
            moment, moves = clock
            still = None if moves else moment
            ahead = moment - exchange.time - exchange.duration
        found.append(max(moment, found[-1] if found else moment))
    return found


def _first(exchanges: Sequence[Exchange], told: dict[int, int]) -> int:
    """How far the service is ahead at the beginning, if it lives in another time than we do."""
    for place, exchange in enumerate(exchanges):
        clock = _clock(exchange)
        moment = clock[0] if clock else told.get(place)
        if moment is not None:
            ahead = moment - exchange.time
            return ahead if abs(ahead) > _DAY else 0
    return 0


def _is_meant(difference: int, exchange: Exchange) -> bool:
    """Whether a moment that was told can be that of the call itself."""
    return not _LATE + exchange.duration < abs(difference) < _DAY


def moment_of(value: Any) -> int | None:
    """A time of an answer, milliseconds or ISO 8601; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return to_milliseconds(value)
    except UsageError:
        return None


def _clock(exchange: Exchange) -> tuple[int, bool] | None:
    """Where a double's clock stands after a call to it, and whether it moves by itself."""
    if exchange.path != CLOCK or exchange.status != 200:
        return None
    shown = decode_object(exchange.reply)
    moment = moment_of(shown.get("milliseconds"))
    return None if moment is None else (moment, shown.get("mode") == "real")


def _told(exchanges: Sequence[Exchange]) -> dict[int, int]:
    """When messages were accepted, as answers tell it, by the place of their call."""
    said: dict[tuple[str, str], list[int]] = {}
    for place, exchange in enumerate(exchanges):
        body = decode_object(exchange.request)
        if exchange.path == "add/message" and exchange.status == 200:
            for text in _contents(body):
                said.setdefault((str(body.get("conversation_id", "")), text), []).append(place)
    told: dict[int, int] = {}
    for exchange in exchanges:
        data = sound(exchange.path, decode_object(exchange.reply).get("data"))
        for conversation, text, moment in _accepted(data if isinstance(data, dict) else {}):
            places = said.get((conversation, text), ())
            if len(places) == 1:  # the same words twice tell nothing
                told.setdefault(places[0], moment)
    return told


def _accepted(data: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Conversation, text and moment of everything that shows when it was accepted."""
    for message in data.get("message_detail_list", ()):
        moment = moment_of(message.get("create_time"))
        if moment is not None:
            yield message.get("conversation_id", ""), message.get("content", ""), moment
    for memory in data.get("memory_detail_list", ()):
        moment = moment_of(memory.get("create_time"))
        if FAST_TAG in memory.get("tags", ()) and moment is not None:
            for line in memory.get("memory_value", "").splitlines():
                yield memory.get("conversation_id", ""), line.partition("]: ")[2], moment


def _contents(body: dict[str, Any]) -> Iterator[str]:
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            yield message["content"]
