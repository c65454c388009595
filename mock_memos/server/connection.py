"""The connection to a client during a reply with delays or faults."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from sys import platform
from typing import Any, Final, Self

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TRANSPORT: Final = "mock_memos.transport"
"""The key of the transport in the state of a request."""


class TransportInState(asyncio.Protocol):
    """Mixed into a uvicorn protocol: puts the transport into the state of requests."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


class Connection:
    """Sends messages, waits, and closes the connection."""

    def __init__(
        self, scope: Message, receive: Receive, send: Send, closing: asyncio.Event
    ) -> None:
        """Once `closing` is set, all waits end."""
        self._transport: asyncio.Transport | None = scope.get("state", {}).get(TRANSPORT)
        self._send = send
        self._gone = asyncio.ensure_future(_gone(receive))
        self._closing = asyncio.ensure_future(closing.wait())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.cancel()
        self._closing.cancel()

    @property
    def _over(self) -> bool:
        return self._gone.done() or self._closing.done()

    async def wait(self, seconds: float | None = None) -> None:
        """Waits, without a limit if None, until the client leaves or the server closes."""
        await asyncio.wait(
            (self._gone, self._closing), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )

    async def send(self, message: Message) -> None:
        """Sends a message, unless the client has left."""
        if not self._gone.done():
            await self._send(message)

    async def close(self, *, reset: bool = False) -> None:
        """Closes the connection after sending everything. Returns when it is closed."""
        if self._gone.done():
            return
        if self._transport is None:
            raise ConnectionAbortedError("this server cannot close a connection")
        if reset:
            while self._transport.get_write_buffer_size() and not self._over:
                await self.wait(0.001)
            # Closing a socket that does not linger resets its connection.
            linger = pack("hh" if platform == "win32" else "ii", 1, 0)
            self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
            self._transport.abort()
        else:
            self._transport.close()
        await self._gone


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
