"""Calls of httpx and requests, answered in the process that makes them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
import requests
import responses
import respx
from httpcore import ConnectionPool
from requests.adapters import HTTPAdapter
from respx.mocks import HTTPCoreMocker

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings

KEY = {"Authorization": "Token mock-key"}
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}
GLOBAL = "https://api.memt.ai/platform/api/openmem/v1"
ELSEWHERE = "https://elsewhere.test/"


def by_httpx(url: str, **how: Any) -> Any:
    return httpx.post(url, headers=KEY, json=TURN, **how).json()


def by_async_httpx(url: str) -> Any:
    async def post() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.post(url, headers=KEY, json=TURN)).json()

    return asyncio.run(post())


def by_requests(url: str) -> Any:
    return requests.post(url, headers=KEY, json=TURN, timeout=5).json()


every_client = pytest.mark.parametrize("post", [by_httpx, by_async_httpx, by_requests])
Post = Callable[[str], Any]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[MockMemosServer]:
    """Another host on this machine, with separate data."""
    with MockMemosServer() as server:
        yield server


def patchable() -> tuple[object, ...]:
    return ConnectionPool.handle_request, requests.Session.get_adapter, HTTPAdapter.send


UNPATCHED = patchable()


def patched() -> bool:
    """Returns whether httpx or requests is patched."""
    return patchable() != UNPATCHED or bool(HTTPCoreMocker.routers)


@every_client
def test_service_addresses_are_answered(post: Post) -> None:
    with MockMemos() as memos:
        for base in (memos.base_url, GLOBAL, "http://memos.memtensor.cn:8080/api/openmem/v1"):
            assert post(f"{base}/add/message")["code"] == 0
        assert len(memos.journal) == 3


@every_client
def test_own_base_url_is_answered(post: Post) -> None:
    with MockMemos(base_url="http://memos.test:99/api/openmem/v1/") as memos:
        assert memos.base_url == "http://memos.test:99/api/openmem/v1"
        assert post(f"{memos.base_url}/add/message")["code"] == 0


@every_client
def test_service_hosts_are_never_reached(post: Post) -> None:
    with MockMemos():
        for url in ("https://memos.memtensor.cn/nowhere", "http://api.memt.ai.:1/x?y=1"):
            assert post(url)["code"] == 40001


@every_client
def test_other_hosts_are_reached(post: Post, elsewhere: MockMemosServer) -> None:
    with MockMemos() as memos:
        values = elsewhere.journal.total
        assert post(f"{elsewhere.base_url}/add/message")["code"] == 0
        assert (len(memos.journal), elsewhere.journal.total) == (0, values + 1)


@every_client
def test_api_call_to_another_host_is_an_error(post: Post) -> None:
    with MockMemos() as memos:
        with pytest.raises(UsageError, match=r"memtensor\.com is neither a host of MemOS"):
            post("https://memos.memtensor.com/api/openmem/v1/add/message")
        (call,) = memos.journal.unmatched
        assert call.path == "memos.memtensor.com/api/openmem/v1/add/message"
        assert "https://memos.memtensor.cn/api/openmem/v1; allow_unmatched_requests" in call.hint


@every_client
def test_allowed_call_reaches_another_host(
    post: Post, elsewhere: MockMemosServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_memos.testing.in_process._LOOPBACK_HOSTS", ())
    with MockMemos():
        with pytest.raises(UsageError, match="is neither a host of MemOS nor"):
            post(f"{elsewhere.base_url}/add/message")
        with MockMemos(allow_unmatched_requests=True):
            assert post(f"{elsewhere.base_url}/add/message")["code"] == 0


@every_client
def test_base_url_with_port_handles_only_that_port(post: Post, elsewhere: MockMemosServer) -> None:
    with MockMemos(base_url="http://127.0.0.1:9/api/openmem/v1") as memos:
        assert post(f"{memos.base_url}/add/message")["code"] == 0
        assert post(f"{elsewhere.base_url}/add/message")["code"] == 0
        assert len(memos.journal) == 1


def test_headers_are_equal_for_every_client() -> None:
    with MockMemos() as memos:
        url = f"{memos.base_url}/add/message"
        ours = httpx.get(url, headers=KEY)
        theirs = requests.get(url, headers=KEY, timeout=5)
        assert ours.status_code == theirs.status_code == 404
        assert dict(ours.headers) == {k.lower(): v for k, v in theirs.headers.items()}
        assert httpx.head(url).content == requests.head(url, timeout=5).content == b""


def test_innermost_mock_answers() -> None:
    with MockMemos() as outer, MockMemos() as inner:
        by_httpx(f"{outer.base_url}/add/message")
        by_requests(f"{outer.base_url}/add/message")
        assert (len(outer.journal), len(inner.journal)) == (0, 2)


def test_mock_can_be_entered_twice() -> None:
    memos = MockMemos()
    with memos, memos:
        by_httpx(f"{memos.base_url}/add/message")
    with memos:
        by_requests(f"{memos.base_url}/add/message")
    assert len(memos.journal) == 2
    assert not patched()


def test_contexts_can_end_in_any_order() -> None:
    first, second = MockMemos(), MockMemos()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    by_httpx(f"{second.base_url}/add/message")
    second.__exit__(None, None, None)
    assert (len(first.journal), len(second.journal)) == (0, 1)
    assert not patched()


def test_exception_leaves_nothing_patched() -> None:
    @MockMemos()
    def app() -> None:
        assert patched()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app()
    assert not patched()


def test_failing_patch_leaves_nothing_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(patch: object) -> None:
        raise OSError("no")

    monkeypatch.setattr("mock_memos.interception.requests_adapter.RequestsPatch.start", fail)
    with pytest.raises(OSError, match="no"), MockMemos():
        pass
    assert not patched()


def test_missing_library_is_not_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_memos.testing.in_process.find_spec", lambda name: name != "respx")
    with MockMemos() as memos:
        assert not HTTPCoreMocker.routers
        assert by_requests(f"{memos.base_url}/add/message")["code"] == 0


@pytest.mark.parametrize("ours_is_outside", [True, False])
def test_respx_can_be_combined(*, ours_is_outside: bool) -> None:
    def use(memos: MockMemos) -> None:
        respx.get(ELSEWHERE).respond(201)
        assert httpx.get(ELSEWHERE).status_code == 201
        assert by_httpx(f"{memos.base_url}/add/message")["code"] == 0
        assert by_async_httpx(f"{memos.base_url}/add/message")["code"] == 0
        with pytest.raises(respx.models.AllMockedAssertionError, match="third"):
            httpx.get("https://third.test")

    if ours_is_outside:
        with MockMemos() as memos, respx.mock:
            use(memos)
    else:
        with respx.mock, MockMemos() as memos:
            use(memos)
    assert not patched()


@pytest.mark.parametrize("ours_is_outside", [True, False])
def test_responses_can_be_combined(*, ours_is_outside: bool) -> None:
    @responses.activate
    def use(memos: MockMemos) -> None:
        responses.get(ELSEWHERE, status=202)
        assert requests.get(ELSEWHERE, timeout=5).status_code == 202
        assert by_requests(f"{memos.base_url}/add/message")["code"] == 0
        with pytest.raises(requests.ConnectionError, match="third"):
            requests.get("https://third.test", timeout=5)

    if ours_is_outside:
        with MockMemos() as memos:
            use(memos)
    else:

        @responses.activate
        def around() -> None:
            with MockMemos() as memos:
                use(memos)

        around()
    assert not patched()


def test_decorated_function_has_a_new_world() -> None:
    memos = MockMemos()

    @memos
    def app(word: str, *, times: int) -> str:
        for _ in range(times):
            by_httpx(f"{memos.base_url}/add/message")
        assert len(memos.journal) == times
        return word

    assert app("a", times=2) == app("a", times=2) == "a"
    assert app.__name__ == "app"
    assert not patched()


def test_decorated_coroutine_has_a_new_world() -> None:
    memos = MockMemos()

    @memos
    async def app() -> int:
        async with httpx.AsyncClient() as client:
            await client.post(f"{memos.base_url}/add/message", headers=KEY, json=TURN)
        return len(memos.journal)

    coroutine: Callable[[], Awaitable[int]] = app
    assert [asyncio.run(_whole(coroutine)) for _ in range(2)] == [1, 1]
    assert not patched()


async def _whole(app: Callable[[], Awaitable[int]]) -> int:
    return await app()


def test_nested_decorated_functions_share_a_world() -> None:
    memos = MockMemos()

    @memos
    def inner() -> None:
        by_httpx(f"{memos.base_url}/add/message")

    @memos
    def outer() -> int:
        inner()
        inner()
        return len(memos.journal)

    assert outer() == 2


def test_unknown_setting_is_rejected() -> None:
    assert MockMemos(seed=7, strict=True, fast_delay=1).settings == Settings(
        seed=7, strict=True, fast_delay=1
    )
    with pytest.raises(UsageError, match="did you mean 'processing_delay'"):
        MockMemos(procesing_delay=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "value"),
    [("tasks", 3), ("tasks", [3]), ("scenario", 3), ("scenario", [3]), ("task_order", "x")],
)
def test_argument_of_a_wrong_type_is_rejected(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=rf"^{name}: expected .*got .*{value}"):
        MockMemos(**{name: value})


@pytest.mark.parametrize("base_url", ["memos.test/api/openmem/v1", "https://memos.test/v1", ""])
def test_invalid_base_url_is_rejected(base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        MockMemos(base_url=base_url)
