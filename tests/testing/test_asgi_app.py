"""`create_app` returns the mock as an ASGI application."""

import asyncio
from typing import Any

import httpx
import pytest

from mock_memos import UsageError, create_app


def post(app: Any, path: str, **body: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post(path, json=body, headers={"Authorization": "Token key"})

    return asyncio.run(send())


def test_create_app_serves_api_and_control_api() -> None:
    app = create_app(clock="manual", seed=7)
    messages = [{"role": "user", "content": "I like tea."}]
    reply = post(app, "/api/openmem/v1/add/message", user_id="ana", messages=messages)
    assert reply.json()["data"]["status"] == "running"
    assert post(app, "/_mock/clock", advance=5).json()["pending"] == 0


def test_create_app_rejects_other_hosts_and_settings() -> None:
    assert post(create_app(host="::1"), "http://evil.test/_mock/health").status_code == 403
    with pytest.raises(UsageError, match="did you mean 'seed'"):
        create_app(sead=1)  # type: ignore[call-arg]
