"""Builds journal entries. Leaves out credentials."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec

from mock_memos.api.routes import Route
from mock_memos.core.calls import Call, Reply
from mock_memos.core.service_errors import ApiError
from mock_memos.engine.assumptions import assumptions_of
from mock_memos.journal.journal import Exchange
from mock_memos.simulation.call_context import CallContext
from mock_memos.simulation.world import World

_KEPT_HEADERS: Final = ("content-type", "user-agent", "x-request-id", "x-mock-memos-fault")
"""Request headers that the journal keeps unchanged."""

_CONCEALED: Final = {"token ": "token ***", "bearer": "bearer ***", "basic ": "basic ***"}


def journal_entry(
    number: int,
    call: Call,
    reply: Reply,
    world: World | None,
    route: Route | None,
    error: ApiError | None,
    context: CallContext,
) -> Exchange:
    """Returns the journal entry of a call. Calls without a known key have no world."""
    assumptions: tuple[str, ...] = ()
    if world is not None and world.settings.fail_on_assumptions:
        unforced_error = None if context.fault else error
        assumptions = tuple(
            assumptions_of(call, world.settings, route, unforced_error, context.facts)
        )
    duration_ms = context.simulated_ms + reply.latency_ms
    if reply.chunks:
        duration_ms += sum(chunk.delay_ms for chunk in reply.chunks)
    return Exchange(
        number=number,
        time_ms=0 if world is None else world.clock.now,
        world_id="" if world is None else _world_id(call.headers.get("authorization", "")),
        method=call.method,
        path=call.path,
        query=call.query,
        headers=_safe_headers(call.headers),
        operation="" if route is None else route.path,
        request_body=call.body,
        status=reply.status,
        code=0 if error is None else error.code,
        response_body=reply.body,
        content_type=reply.content_type,
        hint=context.note if error is None else error.hint,
        unmatched=route is None,
        fault=context.fault,
        added_latency_ms=reply.latency_ms,
        simulated_duration_ms=duration_ms,
        tasks_started=context.tasks_started,
        tasks_ended=tuple(context.tasks_ended),
        assumptions=assumptions,
    )


def control_entry(call: Call, reply: Reply) -> Exchange:
    """Returns a request of the control API as observers see it. No journal contains it."""
    failed = reply.status >= 400
    return Exchange(
        number=0,
        time_ms=0,
        method=call.method,
        path=call.path,
        operation="",
        request_body=b"",
        status=reply.status,
        code=0,
        response_body=b"",
        hint=msgspec.json.decode(reply.body)["error"]["message"] if failed else "",
    )


@lru_cache(maxsize=1024)
def _world_id(authorization: str) -> str:
    """Returns a hash of the key, which distinguishes worlds without revealing their keys."""
    key = authorization.strip().partition(" ")[2].strip()
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def _safe_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Returns the headers to keep, with the scheme of `authorization` only."""
    kept = [(name, headers[name]) for name in _KEPT_HEADERS if name in headers]
    if authorization := headers.get("authorization"):
        kept.append(("authorization", _CONCEALED.get(authorization[:6].lower(), "***")))
    return tuple(kept)
