"""What the journal is told of a call: everything that explains it, and nothing that is secret."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec

from mock_memos.api.routes import Route
from mock_memos.core.calls import Call, Reply
from mock_memos.core.service_errors import ApiError
from mock_memos.engine.assumptions import leans
from mock_memos.journal.journal import Exchange
from mock_memos.simulation.world import World

KEPT: Final = ("content-type", "user-agent", "x-request-id", "x-mock-memos-fault")
"""Request headers that are kept as they are."""

_CONCEALED: Final = {"token ": "token ***", "bearer": "bearer ***", "basic ": "basic ***"}


def exchange(
    number: int,
    call: Call,
    reply: Reply,
    world: World | None,
    route: Route | None,
    problem: ApiError | None,
) -> Exchange:
    """A call and its reply, and what the call did to its world, if it found one."""
    now, hint, fault, took = 0, "", "", 0
    began: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    if world is not None:
        now, hint, fault, took = world.clock.now, world.remark, world.struck, world.took
        began, ended = tuple(world.tasks.began), tuple(world.tasks.ended)
        if world.settings.fail_on_assumptions:
            leaning = tuple(leans(call, world.settings, route, None if fault else problem))
    if reply.chunks:
        took += sum(chunk.delay_ms for chunk in reply.chunks)
    return Exchange(
        number=number,
        time_ms=now,
        world_id="" if world is None else _named(call.headers.get("authorization", "")),
        method=call.method,
        path=call.path,
        query=call.query,
        headers=_kept(call.headers),
        operation="" if route is None else route.path,
        request_body=call.body,
        status=reply.status,
        code=0 if problem is None else problem.code,
        response_body=reply.body,
        content_type=reply.content_type,
        hint=hint if problem is None else problem.hint,
        unmatched=route is None,
        fault=fault,
        added_latency_ms=reply.latency_ms,
        simulated_duration_ms=took + reply.latency_ms,
        tasks_started=began,
        tasks_ended=ended,
        assumptions=leaning,
    )


def of_control(call: Call, reply: Reply) -> Exchange:
    """A call of the control API as listeners are told of it; no journal holds it."""
    refused = reply.status >= 400
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
        hint=msgspec.json.decode(reply.body)["error"]["message"] if refused else "",
    )


@lru_cache(maxsize=1024)
def _named(authorization: str) -> str:
    """A name for the world of a key, which tells worlds apart and does not tell the key."""
    key = authorization.strip().partition(" ")[2].strip()
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def _kept(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What of a call's headers may be kept; of the key only that there was one."""
    kept = [(name, headers[name]) for name in KEPT if name in headers]
    if said := headers.get("authorization"):
        kept.append(("authorization", _CONCEALED.get(said[:6].lower(), "***")))
    return tuple(kept)
