"""The yardsticks, run by uvicorn: minimal applications that return the JSON of the request."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

PREFIX = "/api/openmem/v1"


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


async def stream(request: Request) -> StreamingResponse:
    async def events() -> AsyncIterator[bytes]:
        for number in range(10):
            yield f'data: {{"type":"text","data":"word {number}"}}\n\n'.encode()
            await asyncio.sleep(0)

    await request.json()
    return StreamingResponse(events(), media_type="text/event-stream")


starlette_app = Starlette(
    routes=[
        Route(f"{PREFIX}/chat", stream, methods=["POST"]),
        Route("/{path:path}", echo, methods=["POST"]),
    ]
)


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Returns the request body, without framework and JSON decoding."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
