"""The calls of a recording as the rest reads them: which operation, what was asked and answered."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mock_memos.api.decoding import multipart
from mock_memos.core.calls import decode_answer, decode_object
from mock_memos.core.request_match import OPERATIONS, Subject
from mock_memos.core.service_errors import ApiError
from mock_memos.recording.drafting.known_shape import sound
from mock_memos.recording.drafting.timing import moments
from mock_memos.recording.exchange import Exchange

_SHOW = "get/memory/"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One call, and what it was answered."""

    place: int
    """Its number among the calls of the recording, from 0."""
    moment: int
    """When it reached the service, in the time of the service."""
    exchange: Exchange
    operation: str
    """Empty for a path that is none."""
    call: str
    """The path below the base address."""
    body: dict[str, Any]
    plain: bool
    """Whether a step can make this call: a known operation with an object as its body."""
    answer: dict[str, Any]
    """What came, whatever it was."""
    data: Any
    """What of it has the known shape: all that conclusions may be drawn from."""

    @property
    def code(self) -> Any:
        """0 for success; of an answer without an envelope as well."""
        return self.answer.get("code", 0 if self.exchange.status == 200 else self.exchange.status)

    @property
    def good(self) -> bool:
        """Whether the call did what it asks for."""
        return self.exchange.status == 200 and self.code == 0

    @property
    def subject(self) -> Subject:
        return Subject.of(self.operation, self.body)

    @property
    def users(self) -> tuple[str, ...]:
        """Whom it is about: users, or else Agents."""
        subject = self.subject
        return subject.user_ids or subject.agent_ids


def understood(exchanges: Sequence[Exchange]) -> list[Asked]:
    """The calls of a recording that were answered to the end.

    Those of a double's control API only tell what time it is.
    """
    calls = [one for one in exchanges if one.whole and not one.path.startswith("/_mock")]
    when = dict(zip(map(id, exchanges), moments(exchanges), strict=True))
    return [_asked(place, one, when[id(one)]) for place, one in enumerate(calls)]


def _asked(place: int, exchange: Exchange, moment: int) -> Asked:
    shows = exchange.method == "GET" and len(exchange.path) > len(_SHOW)
    if shows and exchange.path.startswith(_SHOW):
        operation = f"{_SHOW}{{memory_id}}"
        body, plain = {"memory_id": exchange.path[len(_SHOW) :]}, True
    else:
        posted = exchange.method == "POST" and exchange.path in OPERATIONS
        operation = exchange.path if posted else ""
        read = _body(exchange) if posted else None
        body, plain = read or {}, read is not None
    answer = decode_answer(exchange.reply_type, exchange.reply)
    inner = answer if operation == "rerank" and "results" in answer else answer.get("data")
    return Asked(
        place=place,
        moment=moment,
        exchange=exchange,
        operation=operation,
        call=exchange.path,
        body=body,
        plain=plain,
        answer=answer,
        data=sound(operation, inner),
    )


def _body(exchange: Exchange) -> dict[str, Any] | None:
    """The object that a request carries, of a form as JSON would carry it; None if it has none."""
    if multipart.is_form(exchange.request_type):
        try:
            form = multipart.decode_upload(exchange.request_type, exchange.query, exchange.request)
        except ApiError:
            return None
        return {name: value for name, value in msgspec.to_builtins(form).items() if value}
    body = decode_object(exchange.request)
    return body if body or exchange.request.strip() == b"{}" else None


def texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)
