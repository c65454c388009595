"""The connection of one request: how it is closed and reset."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock

from mock_memos.server.connection import TRANSPORT, Connection, Message


class Transport(asyncio.Transport):
    """A transport whose buffer drains slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[object] = []
        self.waiting = [3, 2, 0]

    def get_write_buffer_size(self) -> int:
        self.done.append(self.waiting[0])
        return self.waiting.pop(0)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self

    def setsockopt(self, *option: Any) -> None:
        self.done.append("linger")

    def abort(self) -> None:
        self.done.append("abort")


def test_connection_is_reset_once_after_sending() -> None:
    transport = Transport()

    async def receive() -> Message:
        while "abort" not in transport.done:
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def play() -> None:
        scope = {"state": {TRANSPORT: transport}}
        with Connection(scope, receive, AsyncMock(), asyncio.Event()) as connection:
            await connection.close(reset=True)
            await connection.close(reset=True)

    asyncio.run(play())
    assert transport.done == [3, 2, 0, "linger", "abort"]
