"""Calls with faults, with every client."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests

from mock_memos.core.addresses import FAULT_HEADER, PREFIXES
from mock_memos.core.calls import Call, Reply
from mock_memos.engine.engine import Engine
from mock_memos.testing.memos import Memos

TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}
CHAT = {"user_id": "ana", "conversation_id": "c1", "query": "Which inn?", "stream": True}
SEARCH = {"user_id": "ana", "query": "Harbour Inn"}
BODIES = {"add/message": TURN, "chat": CHAT, "search/memory": SEARCH}
LONG_TIMEOUT = 10.0
SHORT_TIMEOUT = 0.3
"""How many seconds a client waits for a reply: for one that comes, and for one that does not."""


def send(
    engine: Engine, operation: str = "add/message", fault: str = "", body: Any = None
) -> Reply:
    """One call straight to an engine."""
    headers = {"authorization": "Token mock-key"} | ({FAULT_HEADER: fault} if fault else {})
    content = json.dumps(BODIES.get(operation, {}) if body is None else body).encode()
    return engine.handle(Call("POST", f"{PREFIXES[0]}/{operation}", headers, content))


def code(reply: Reply) -> int:
    """The code of an answer."""
    answer: int = json.loads(reply.body)["code"]
    return answer


def stored_messages(engine: Engine) -> list[str]:
    """Returns the messages of ana's conversation."""
    body = {"user_id": "ana", "conversation_id": "c1", "message_limit_number": 50}
    answer = json.loads(send(engine, "get/message", body=body).body)
    return [message["content"] for message in answer["data"]["message_detail_list"]]


Play = Callable[[Memos, str, float], tuple[int, bytes]]
"""Sends one call. Returns status and body; raises the errors of the client."""


def by_httpx(memos: Memos, operation: str, patience: float = LONG_TIMEOUT) -> tuple[int, bytes]:
    with httpx.stream(
        "POST", f"{memos.base_url}/{operation}", headers=auth(memos), json=BODIES[operation],
        timeout=patience,
    ) as reply:  # fmt: skip
        return reply.status_code, b"".join(reply.iter_bytes())


def by_async_httpx(
    memos: Memos, operation: str, patience: float = LONG_TIMEOUT
) -> tuple[int, bytes]:
    async def play() -> tuple[int, bytes]:
        async with (
            httpx.AsyncClient(timeout=patience) as client,
            client.stream(
                "POST", f"{memos.base_url}/{operation}", headers=auth(memos), json=BODIES[operation]
            ) as reply,
        ):
            return reply.status_code, b"".join([data async for data in reply.aiter_bytes()])

    return asyncio.run(play())


def by_requests(memos: Memos, operation: str, patience: float = LONG_TIMEOUT) -> tuple[int, bytes]:
    with requests.post(
        f"{memos.base_url}/{operation}", headers=auth(memos), json=BODIES[operation],
        timeout=patience, stream=True,
    ) as reply:  # fmt: skip
        return reply.status_code, b"".join(reply.iter_content(None))


def auth(memos: Memos) -> dict[str, str]:
    return {"Authorization": f"Token {memos.api_key}"}


def send_raw(memos: Memos, operation: str, patience: float = LONG_TIMEOUT) -> tuple[bytes, str]:
    """What a bare socket receives, and how it ends: `open`, `closed` or `reset`."""
    place = urlsplit(memos.base_url)
    body = json.dumps(BODIES[operation]).encode()
    head = (
        f"POST {place.path}/{operation} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Token {memos.api_key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    received = b""
    with socket.create_connection((place.hostname, place.port), timeout=patience) as line:
        line.sendall(head.encode() + body)
        try:
            while data := line.recv(65536):
                received += data
                line.settimeout(SHORT_TIMEOUT)
        except TimeoutError:
            return received, "open"
        except ConnectionResetError:
            return received, "reset"
    return received, "closed"
