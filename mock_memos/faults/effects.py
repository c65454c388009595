"""The effects of faults: a closed set of values, each with its options.

An effect replaces the operation, which is then not executed, or changes its reply. Effects on the
connection (reset, silence, pieces) are fields of the reply; each transport carries them out.
"""

from collections.abc import Callable
from math import exp
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from mock_memos.core.calls import Chunk, Ending, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ERRORS, ApiError

MAX_SECONDS: Final = 1e9
"""The maximum of every option in seconds."""

Seconds = Annotated[float, Meta(ge=0, le=MAX_SECONDS)]
HttpStatus = Annotated[int, Meta(ge=200, le=599)]
Draw = Callable[[], float]
"""Returns the next number of a seeded sequence, 0 <= x < 1."""


class Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of failure. Its fields are the options of the fault."""

    name: ClassVar[str]

    def replace_operation(self) -> Reply | None:
        """Returns the reply that replaces the operation, or None: the operation is executed.

        Raises ApiError for an error of the service.
        """
        return None

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        """Returns the reply of the operation as the client receives it."""
        return reply


class Error(Effect, frozen=True):
    """An error of the service, with its documented code, message and HTTP status."""

    name = "error"
    code: Annotated[int, Meta(description="Code of the error table")] = 50000
    message: Annotated[str | None, Meta(description="Another message")] = None
    status: Annotated[HttpStatus | None, Meta(description="Another HTTP status")] = None
    retry_after: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Seconds for a Retry-After header, which the service is not known to send"
        ),
    ] = None

    def __post_init__(self) -> None:
        _check_code(self.code)
        _check_body_allowed(self.status)

    def replace_operation(self) -> Reply:
        raise ApiError(
            self.code,
            "injected fault",
            status=self.status,
            message=self.message,
            retry_after=self.retry_after,
        )


class Status(Effect, frozen=True):
    """Any HTTP status with any body, as a gateway sends it."""

    name = "status"
    status: Annotated[HttpStatus, Meta(description="The HTTP status")] = 502
    body: Annotated[str, Meta(description="The body")] = ""
    content_type: Annotated[
        str, Meta(pattern=r"\A[\x20-\x7e]+\Z", description="Media type of the body")
    ] = "text/html"
    close: Annotated[bool, Meta(description="Close the connection after the reply")] = False
    operation_happens: Annotated[
        bool, Meta(description="Whether the operation is executed; only its reply is lost")
    ] = False

    def __post_init__(self) -> None:
        _check_body_allowed(self.status if self.body else None)

    @property
    def _reply(self) -> Reply:
        headers = (("connection", "close"),) if self.close else ()
        return Reply(self.status, self.body.encode(), self.content_type, headers)

    def replace_operation(self) -> Reply | None:
        return None if self.operation_happens else self._reply

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        return self._reply


class Latency(Effect, frozen=True):
    """A late reply. By default nothing waits: in process, clients with a shorter timeout time out.

    `sigma` draws from a log-normal distribution with the median `seconds`, by the seed. With
    `real` the transport waits in real time.
    """

    name = "latency"
    seconds: Annotated[Seconds, Meta(description="Delay; the median if sigma is set")] = 1.0
    sigma: Annotated[
        float, Meta(ge=0, le=10, description="Standard deviation of the logarithm")
    ] = 0.0
    real: Annotated[bool, Meta(description="Wait in real time")] = False

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        delay = self.seconds
        if self.sigma:
            from statistics import NormalDist  # slow to import

            delay *= exp(NormalDist(0, self.sigma).inv_cdf(min(max(draw(), 1e-9), 1 - 1e-9)))
        delay = min(delay, MAX_SECONDS)
        return msgspec.structs.replace(
            reply, latency_ms=round(delay * 1000), real_latency=self.real
        )


class _NoReply(Effect, frozen=True):
    """No reply. The client cannot know whether the operation was executed."""

    ending: ClassVar[Ending]
    operation_happens: Annotated[
        bool, Meta(description="Whether the operation is executed; only its reply is lost")
    ] = False

    def replace_operation(self) -> Reply | None:
        return None if self.operation_happens else Reply(0, b"", ending=self.ending)

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        return Reply(0, b"", ending=self.ending)


class Timeout(_NoReply, frozen=True):
    """No reply; the connection stays open until the client closes it."""

    name = "timeout"
    ending = "stall"


class Reset(_NoReply, frozen=True):
    """The connection is reset."""

    name = "reset"
    ending = "reset"


class Empty(_NoReply, frozen=True):
    """The connection is closed without a reply."""

    name = "empty"
    ending = "close"


class MalformedBody(Effect, frozen=True):
    """HTTP 200 with bytes that are not JSON, drawn by the seed."""

    name = "malformed-body"
    size: Annotated[int, Meta(ge=1, le=65_536, description="Number of bytes")] = 64

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        noise = bytes(128 + int(draw() * 128) for _ in range(self.size))
        return Reply(200, noise, reply.content_type)


class Truncated(Effect, frozen=True):
    """A truncated body, with headers that agree with it."""

    name = "truncated"
    keep: Annotated[float, Meta(ge=0, le=1, description="Share of the body that is sent")] = 0.5

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        body = reply.body[: int(len(reply.body) * self.keep)]
        return msgspec.structs.replace(reply, body=body, chunks=())


class SlowBody(Effect, frozen=True):
    """The body in small pieces, with pauses."""

    name = "slow-body"
    pieces: Annotated[int, Meta(ge=1, le=10_000, description="Maximum number of pieces")] = 10
    pause: Annotated[Seconds, Meta(description="Seconds between two pieces")] = 0.1

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        size = -(-len(reply.body) // self.pieces) or 1
        pieces = [reply.body[at : at + size] for at in range(0, len(reply.body), size)]
        pause = round(self.pause * 1000)
        chunks = tuple(Chunk(piece, pause if place else 0) for place, piece in enumerate(pieces))
        return msgspec.structs.replace(reply, chunks=chunks)


class _StreamEnd(Effect, frozen=True):
    """A streamed answer that ends too early. Other answers are not changed."""

    ending: ClassVar[Ending]
    events: Annotated[int, Meta(ge=0, description="Number of events that are sent")] = 1

    def change_reply(self, reply: Reply, draw: Draw) -> Reply:
        if not reply.chunks:
            return reply
        chunks = reply.chunks[: self.events]
        body = b"".join(chunk.data for chunk in chunks)
        return msgspec.structs.replace(reply, body=body, chunks=chunks, ending=self.ending)


class StreamReset(_StreamEnd, frozen=True):
    """Resets the connection after `events` events of a streamed answer."""

    name = "stream-reset"
    ending = "reset"


class StreamStall(_StreamEnd, frozen=True):
    """Sends nothing after `events` events of a streamed answer; the connection stays open."""

    name = "stream-stall"
    ending = "stall"


class Quota(Effect, frozen=True):
    """An error for every call over `calls` in a sliding window of virtual time."""

    name = "quota"
    calls: Annotated[int, Meta(ge=0, description="Calls per window without an error")] = 10
    seconds: Annotated[Seconds, Meta(description="Length of the window")] = 60.0
    code: Annotated[int, Meta(description="Code of the error")] = 40300
    retry_after: Annotated[
        bool, Meta(description="Send Retry-After, which the service is not known to send")
    ] = False

    def __post_init__(self) -> None:
        _check_code(self.code)


EFFECTS: Final[dict[str, type[Effect]]] = {
    effect.name: effect
    for effect in (
        Error, Status, Latency, Timeout, Reset, Empty, MalformedBody, Truncated, SlowBody,
        StreamReset, StreamStall, Quota,
    )
}  # fmt: skip
"""Every effect by the name of its fault."""


def _check_code(code: int) -> None:
    if code not in ERRORS:
        codes = ", ".join(map(str, ERRORS))
        raise UsageError(f"code {code} is not in the error table. Known: {codes}")


def _check_body_allowed(status: int | None) -> None:
    if status in (204, 304):
        raise UsageError(f"HTTP status {status} has no body")
