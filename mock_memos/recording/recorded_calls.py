"""Recorded exchanges as calls of operations, with decoded requests and answers."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import msgspec

from mock_memos.api.decoding import multipart
from mock_memos.api.models.messages import LegacyTaskStatus
from mock_memos.api.routes import API
from mock_memos.core.addresses import CONTROL_PREFIX
from mock_memos.core.calls import decode_answer, decode_object
from mock_memos.core.clock import to_milliseconds
from mock_memos.core.errors import UsageError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import OPERATIONS
from mock_memos.core.service_errors import ApiError
from mock_memos.recording.exchange import RecordedExchange

CLOCK: Final = f"{CONTROL_PREFIX}/clock"
"""The clock of a mock. Its answers state the time of the service."""
_MEMORY_DETAIL: Final = "get/memory/"


class RecordedCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call and its answer."""

    index: int
    """Position among the calls of the recording, from 0."""
    time_ms: int
    exchange: RecordedExchange
    operation: str
    """Empty for an unknown path."""
    body: dict[str, Any]
    """The request; of a form, the equivalent JSON."""
    is_step: bool
    """Whether a scenario step can make this call: a known operation with an object as body."""
    answer: dict[str, Any]
    """The answer as steps see it."""
    data: Any
    """The `data` of the answer if it has the documented types, else None. Drafts use only this."""

    @property
    def code(self) -> Any:
        """The code of the answer; 0 without an envelope."""
        return self.answer.get("code", 0)

    @property
    def is_success(self) -> bool:
        """Whether HTTP status and code report success."""
        return self.exchange.status == 200 and self.code == 0

    @property
    def facts(self) -> RequestFacts:
        """The request as matches read it."""
        return RequestFacts.of(self.operation, self.body)


def parse_calls(exchanges: Sequence[RecordedExchange]) -> list[RecordedCall]:
    """Returns the calls with a complete response, without those to a control API."""
    times = _service_times(exchanges)
    calls = [
        (exchange, time_ms)
        for exchange, time_ms in zip(exchanges, times, strict=True)
        if exchange.is_complete and not exchange.path.startswith(CONTROL_PREFIX)
    ]
    return [_parse(index, *call) for index, call in enumerate(calls)]


def _service_times(exchanges: Sequence[RecordedExchange]) -> Iterator[int]:
    """Yields the time of each exchange, never earlier than the one before.

    This is the recorder's clock, until an answer of a mock's clock states the service's own.
    """
    latest, offset_ms, frozen_ms = 0, 0, None
    for exchange in exchanges:
        now = exchange.started_ms + offset_ms if frozen_ms is None else frozen_ms
        if exchange.path == CLOCK and exchange.status == 200:
            clock = decode_object(exchange.response_body)
            if (stated := moment_ms(clock.get("now_ms"))) is not None:
                now, offset_ms = stated, stated - exchange.started_ms - exchange.duration_ms
                frozen_ms = None if clock.get("mode") == "real" else stated
        latest = max(latest, now)
        yield latest


def moment_ms(value: Any) -> int | None:
    """Returns a time of an answer, milliseconds or ISO 8601; None for anything else."""
    try:
        return to_milliseconds(value)
    except UsageError:
        return None


def _parse(index: int, exchange: RecordedExchange, time_ms: int) -> RecordedCall:
    path = exchange.path
    operation, body = "", None
    if exchange.method == "GET" and path.startswith(_MEMORY_DETAIL) and path != _MEMORY_DETAIL:
        operation = f"{_MEMORY_DETAIL}{{memory_id}}"
        body = {"memory_id": path.removeprefix(_MEMORY_DETAIL)}
    elif exchange.method == "POST" and path in OPERATIONS:
        operation, body = path, _decode_body(exchange)
    answer = decode_answer(exchange.response_type, exchange.response_body)
    return RecordedCall(
        index=index,
        time_ms=time_ms,
        exchange=exchange,
        operation=operation,
        body=body or {},
        is_step=body is not None,
        answer=answer,
        data=_typed_data(operation, answer),
    )


def _decode_body(exchange: RecordedExchange) -> dict[str, Any] | None:
    """Returns the request as an object, or None if it is not one."""
    if multipart.is_form(exchange.request_type):
        try:
            form = multipart.decode_upload(
                exchange.request_type, exchange.query, exchange.request_body
            )
        except ApiError:
            return None
        return {name: value for name, value in msgspec.to_builtins(form).items() if value}
    body = decode_object(exchange.request_body)
    return body if body or exchange.request_body.strip() == b"{}" else None


@cache
def _response_types(operation: str) -> tuple[Any, ...]:
    types = [route.response for route in API if route.path == operation]
    return (*types, list[LegacyTaskStatus]) if operation == "get/status" else tuple(types)


def _typed_data(operation: str, answer: dict[str, Any]) -> Any:
    for type_ in _response_types(operation):
        try:
            return msgspec.to_builtins(msgspec.convert(answer.get("data"), type_))
        except msgspec.ValidationError:
            continue
    return None
