"""What can go wrong: a closed set. Each effect is a value that says what becomes of one call.

An effect acts before the operation, which then never happens, or on its reply. What a door has to
do with the wire (reset, silence, pieces) stands in the reply; every door does it in its own way.
"""

from collections.abc import Callable
from math import exp
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from mock_memos.core.calls import Chunk, Ending, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ERRORS, ApiError

LONGEST: Final = 1e9
"""The most seconds that anything here may take."""

Seconds = Annotated[float, Meta(ge=0, le=LONGEST)]
HttpStatus = Annotated[int, Meta(ge=200, le=599)]
Draw = Callable[[], float]
"""The next number of a seeded sequence, 0 <= x < 1."""


class Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong. Its fields are the fault's options."""

    name: ClassVar[str]

    def refuse(self) -> Reply | None:
        """The reply in place of the operation; None when the operation happens."""
        return None

    def change(self, reply: Reply, draw: Draw) -> Reply:
        """The reply of the operation, as the client gets it."""
        return reply


class Error(Effect, frozen=True):
    """An error of the service, with its documented code, message and HTTP status."""

    name = "error"
    code: Annotated[int, Meta(description="A code of the error table")] = 50000
    message: Annotated[str | None, Meta(description="Another message")] = None
    status: Annotated[HttpStatus | None, Meta(description="Another HTTP status")] = None
    retry_after: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Seconds for a Retry-After header, which the service is not known to send"
        ),
    ] = None

    def __post_init__(self) -> None:
        _known(self.code)
        _may_have_a_body(self.status)

    def refuse(self) -> Reply:
        raise ApiError(
            self.code,
            "injected fault",
            status=self.status,
            message=self.message,
            retry_after=self.retry_after,
        )


class Status(Effect, frozen=True):
    """Any HTTP status with any body, as a gateway in between would send it."""

    name = "status"
    status: Annotated[HttpStatus, Meta(description="The HTTP status")] = 502
    body: Annotated[str, Meta(description="The body as it is")] = ""
    content_type: Annotated[
        str, Meta(pattern=r"\A[\x20-\x7e]+\Z", description="Its media type")
    ] = "text/html"
    close: Annotated[bool, Meta(description="Close the connection after it")] = False
    accepted: Annotated[bool, Meta(description="The operation happens all the same")] = False

    def __post_init__(self) -> None:
        _may_have_a_body(self.status if self.body else None)

    @property
    def _reply(self) -> Reply:
        headers = (("connection", "close"),) if self.close else ()
        return Reply(self.status, self.body.encode(), self.content_type, headers)

    def refuse(self) -> Reply | None:
        return None if self.accepted else self._reply

    def change(self, reply: Reply, draw: Draw) -> Reply:
        return self._reply


class Latency(Effect, frozen=True):
    """The reply comes late. Nobody waits: in process, a client with less patience times out.

    `sigma` draws from a log-normal distribution around `seconds`, by the seed. With `real` the
    doors really wait.
    """

    name = "latency"
    seconds: Annotated[Seconds, Meta(description="How late; the median when sigma is given")] = 1.0
    sigma: Annotated[float, Meta(ge=0, le=10, description="Spread of the logarithm")] = 0.0
    real: Annotated[bool, Meta(description="Really wait, in real time")] = False

    def change(self, reply: Reply, draw: Draw) -> Reply:
        late = self.seconds
        if self.sigma:
            from statistics import NormalDist  # slow to import

            late *= exp(NormalDist(0, self.sigma).inv_cdf(min(max(draw(), 1e-9), 1 - 1e-9)))
        late = min(late, LONGEST)
        return msgspec.structs.replace(reply, latency_ms=round(late * 1000), real_latency=self.real)


class _Silence(Effect, frozen=True):
    """Nothing comes back. Whether the operation happened, the client cannot know."""

    ending: ClassVar[Ending]
    accepted: Annotated[bool, Meta(description="The operation happens all the same")] = False

    def refuse(self) -> Reply | None:
        return None if self.accepted else Reply(0, b"", ending=self.ending)

    def change(self, reply: Reply, draw: Draw) -> Reply:
        return Reply(0, b"", ending=self.ending)


class Timeout(_Silence, frozen=True):
    """No reply, and the connection stays open, until the client gives up."""

    name = "timeout"
    ending = "stall"


class Reset(_Silence, frozen=True):
    """The connection is reset."""

    name = "reset"
    ending = "reset"


class Empty(_Silence, frozen=True):
    """The connection is closed without a reply."""

    name = "empty"
    ending = "close"


class Garbage(Effect, frozen=True):
    """HTTP 200 with bytes that are no JSON, drawn by the seed."""

    name = "garbage"
    size: Annotated[int, Meta(ge=1, le=65_536, description="How many bytes")] = 64

    def change(self, reply: Reply, draw: Draw) -> Reply:
        noise = bytes(128 + int(draw() * 128) for _ in range(self.size))
        return Reply(200, noise, reply.content_type)


class Truncated(Effect, frozen=True):
    """The body ends too early, and the headers agree with what is left of it."""

    name = "truncated"
    keep: Annotated[float, Meta(ge=0, le=1, description="Share of the body that is left")] = 0.5

    def change(self, reply: Reply, draw: Draw) -> Reply:
        left = reply.body[: int(len(reply.body) * self.keep)]
        return msgspec.structs.replace(reply, body=left, chunks=())


class Dribble(Effect, frozen=True):
    """The body comes in small pieces, with pauses."""

    name = "dribble"
    pieces: Annotated[int, Meta(ge=1, le=10_000, description="How many pieces at most")] = 10
    pause: Annotated[Seconds, Meta(description="Seconds between two pieces")] = 0.1

    def change(self, reply: Reply, draw: Draw) -> Reply:
        size = -(-len(reply.body) // self.pieces) or 1
        pieces = [reply.body[at : at + size] for at in range(0, len(reply.body), size)]
        pause = round(self.pause * 1000)
        chunks = tuple(Chunk(piece, pause if place else 0) for place, piece in enumerate(pieces))
        return msgspec.structs.replace(reply, chunks=chunks)


class _StreamEnd(Effect, frozen=True):
    """A streamed answer ends too early. Other answers are not touched."""

    ending: ClassVar[Ending]
    events: Annotated[int, Meta(ge=0, description="How many events still come")] = 1

    def change(self, reply: Reply, draw: Draw) -> Reply:
        if not reply.chunks:
            return reply
        left = reply.chunks[: self.events]
        body = b"".join(chunk.data for chunk in left)
        return msgspec.structs.replace(reply, body=body, chunks=left, ending=self.ending)


class StreamCut(_StreamEnd, frozen=True):
    """The connection is reset after so many events of a streamed answer."""

    name = "sse-cut"
    ending = "reset"


class StreamStall(_StreamEnd, frozen=True):
    """Nothing comes any more after so many events of a streamed answer."""

    name = "sse-stall"
    ending = "stall"


class Quota(Effect, frozen=True):
    """So many calls in a window of virtual time, then an error until it has passed."""

    name = "quota"
    calls: Annotated[int, Meta(ge=0, description="Calls that pass in a window")] = 10
    seconds: Annotated[Seconds, Meta(description="Length of the window")] = 60.0
    code: Annotated[int, Meta(description="Code of the refusal")] = 40300
    retry_after: Annotated[
        bool, Meta(description="Send Retry-After, which the service is not known to do")
    ] = False

    def __post_init__(self) -> None:
        _known(self.code)


EFFECTS: Final[dict[str, type[Effect]]] = {
    effect.name: effect
    for effect in (
        Error, Status, Latency, Timeout, Reset, Empty, Garbage, Truncated, Dribble, StreamCut,
        StreamStall, Quota,
    )
}  # fmt: skip
"""Every fault by its name."""


def _known(code: int) -> None:
    if code not in ERRORS:
        codes = ", ".join(map(str, ERRORS))
        raise UsageError(f"code {code} is not in the error table; known: {codes}")


def _may_have_a_body(status: int | None) -> None:
    if status in (204, 304):
        raise UsageError(f"HTTP status {status} has no body")
