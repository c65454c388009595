"""`create_app` under the usual hosts of an ASGI application."""

import asyncio
import io
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from mock_memos.server.app import App
from mock_memos.server.factory import create_app

URL = "http://localhost/api/openmem/v1"
MESSAGE = {"user_id": "ana", "messages": [{"role": "user", "content": "I live in Lisbon."}]}


def post(app: App, operation: str, body: Any, key: str = "k", **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport) as client:
            authorization = {"authorization": f"Token {key}"}
            return await client.post(
                f"{URL}/{operation}", json=body, headers=authorization | headers
            )

    return asyncio.run(send())


def test_create_app_answers_an_httpx_asgi_transport() -> None:
    app = create_app(clock="manual", processing_delay=0)
    assert post(app, "add/message", MESSAGE).json()["code"] == 0
    report = post(app, "search/memory", {"user_id": "ana", "query": "Lisbon"}).json()
    assert report["data"]["memory_detail_list"]


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_create_app_answers_starlettes_test_client() -> None:
    from starlette.testclient import TestClient

    app = create_app(scenario="guangzhou-hotel")
    assert app.engine.settings.clock == "real"
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/_mock/health").json() == {"status": "ok"}


def test_create_app_rejects_unlisted_keys() -> None:
    app = create_app(api_keys=["first"])
    assert post(app, "add/message", MESSAGE, "first").json()["code"] == 0
    assert post(app, "add/message", MESSAGE, "second").json()["code"] == 40132


def test_create_app_checks_hosts_and_writes_a_log() -> None:
    log = io.StringIO()
    app = create_app(access_log=log, log_format="json")
    post(app, "add/message", MESSAGE)
    post(app, "add/message", MESSAGE, host="evil.example")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["status"] for line in lines] == [200, 403]
    assert post(create_app(host=None), "add/message", MESSAGE, host="x.example").status_code == 200


def test_create_app_is_a_uvicorn_factory() -> None:
    command = [sys.executable, "-m", "uvicorn", "--factory", "mock_memos:create_app", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Uvicorn running on" in line:
                url = line.split()[4]
                break
        assert httpx.get(f"{url}/_mock/health").json() == {"status": "ok"}
        process.terminate()
