"""Nothing reaches the real service while a mock is active; other clients get an error."""

import asyncio
import http.client
import socket
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import pytest
import trio
import urllib3
import uvloop

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.addresses import SERVICE_HOSTS
from mock_memos.core.errors import UsageError

HOST = SERVICE_HOSTS[0]
URL = f"https://{HOST}/api/openmem/v1/search/memory"


def by_http_client() -> None:
    http.client.HTTPSConnection(HOST, timeout=5).request("GET", "/")


def by_urllib() -> None:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(URL, timeout=5)


def by_urllib3() -> None:
    urllib3.PoolManager(retries=False).request("POST", URL, body=b"{}")


async def _aiohttp() -> None:
    async with aiohttp.ClientSession() as session, session.post(URL, json={}):
        pass


def by_aiohttp() -> None:
    asyncio.run(_aiohttp())


def by_aiohttp_on_uvloop() -> None:
    uvloop.run(_aiohttp())


def by_uvloop() -> None:
    async def connect() -> None:
        await asyncio.get_running_loop().create_connection(asyncio.Protocol, HOST, 443)

    uvloop.run(connect())


def by_asyncio_streams() -> None:
    asyncio.run(_open())


async def _open() -> None:
    await asyncio.open_connection(host=HOST, port=443)


def by_trio() -> None:
    trio.run(trio.open_tcp_stream, HOST, 443)


def by_name_alone() -> None:
    socket.getaddrinfo(f"{HOST.upper()}.".encode(), 443)


def by_httpx_with_another_transport() -> None:
    class Own(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            with socket.create_connection((request.url.host, 443), timeout=5):
                return httpx.Response(200)

    httpx.Client(transport=Own()).get(URL)


ATTEMPTS = [
    by_http_client, by_urllib, by_urllib3, by_aiohttp, by_aiohttp_on_uvloop, by_uvloop,
    by_asyncio_streams, by_trio, by_name_alone, by_httpx_with_another_transport,
]  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_unknown_client_is_pointed_to_the_live_mock(attempt: Callable[[], None]) -> None:
    with MockMemos() as memos, pytest.raises(UsageError, match="need the live mock") as caught:
        attempt()
    assert f"nothing is sent to {HOST}" in str(caught.value)
    (call,) = memos.journal.unmatched
    assert (call.method, call.path, call.hint) == ("CONNECT", f"{HOST}:443", str(caught.value))


def test_guard_of_live_mock_names_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with MockMemosServer() as memos:
        with pytest.raises(UsageError, match=f"send it to {memos.base_url}"):
            httpx.post(URL, json={})
        assert len(memos.journal.unmatched) == 1


def test_known_client_works_after_an_unknown_one() -> None:
    with MockMemos() as memos:
        with pytest.raises(UsageError):
            by_urllib3()
        key = {"Authorization": "Token mock-key"}
        assert httpx.post(URL, headers=key, json={"user_id": "ana", "query": "x"}).is_success
        assert [item.method for item in memos.journal] == ["CONNECT", "POST"]


def test_blocked_call_is_exported_as_a_comment() -> None:
    with MockMemos() as memos, pytest.raises(UsageError) as caught:
        by_name_alone()
    assert memos.journal.to_curl() == f"# never sent: {caught.value}\n"
    assert memos.journal.to_har()["log"]["entries"] == []
    assert '"method":"CONNECT"' in memos.journal.to_jsonl()


def test_guard_ignores_other_hosts() -> None:
    with MockMemos() as memos, MockMemosServer() as server:
        assert urllib3.PoolManager().request("GET", f"{server.url}/_mock/health").status == 200
        assert memos.journal.total == 0


def test_guard_restores_lookups() -> None:
    real = socket.getaddrinfo, vars(uvloop.Loop).get("getaddrinfo")
    outer, inner = MockMemos(), MockMemos()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert (socket.getaddrinfo, vars(uvloop.Loop).get("getaddrinfo")) != real
    with pytest.raises(UsageError):
        by_name_alone()
    assert len(inner.journal) == 1
    inner.__exit__(None, None, None)
    assert (socket.getaddrinfo, vars(uvloop.Loop).get("getaddrinfo")) == real
    assert "create_connection" not in vars(uvloop.Loop)


def test_swallowed_error_fails_the_test(pytester: pytest.Pytester) -> None:
    from tests.plugin.test_plugin import dedent, run

    tests = """
    import urllib3

    @pytest.mark.parametrize("fixture", ["mock_memos", "mock_memos_live"])
    def test_it(fixture, request):
        request.getfixturevalue(fixture)
        try:
            urllib3.request("GET", "https://memos.memtensor.cn/")
        except Exception:
            pass
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "mock-memos: 1 unmatched call:",
            "  #1 *CONNECT memos.memtensor.cn:443*",
            "*nothing is sent to memos.memtensor.cn*the fixture mock_memos_live*",
            "*nothing is sent to memos.memtensor.cn*send it to http://127.0.0.1:*",
        ]
    )


def test_threads_can_enter_concurrently(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread continues before the patches work, even if another thread installs them slowly."""
    from mock_memos.testing import in_process

    slow, codes = threading.Event(), list[Any]()
    installed = in_process._client_patches

    def slowly() -> Any:
        slow.wait(5)
        return installed()

    monkeypatch.setattr(in_process, "_client_patches", slowly)

    def use() -> None:
        with MockMemos():
            key = {"Authorization": "Token mock-key"}
            reply = httpx.post(URL, headers=key, json={"user_id": "ana", "query": "x"})
            codes.append(reply.json()["code"])

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    slow.set()
    for thread in threads:
        thread.join()
    assert codes == [0] * 4
