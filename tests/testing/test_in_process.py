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
from requests.adapters import BaseAdapter, HTTPAdapter
from respx.mocks import HTTPCoreMocker
from urllib3 import Retry

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.calls import EVENT_STREAM, Call, Chunk, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.interception.httpx_transport import MockMemosTransport

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
    """Another host, on this machine, with state of its own."""
    with MockMemosServer() as server:
        yield server


def places() -> tuple[object, ...]:
    return ConnectionPool.handle_request, requests.Session.get_adapter, HTTPAdapter.send


REAL = places()


def patched() -> bool:
    """Whether anything of httpx or requests is still replaced."""
    return places() != REAL or bool(HTTPCoreMocker.routers)


@every_client
def test_the_service_answers_at_its_own_addresses(post: Post) -> None:
    with MockMemos() as memos:
        for base in (memos.base_url, GLOBAL, "http://memos.memtensor.cn:8080/api/openmem/v1"):
            assert post(f"{base}/add/message")["code"] == 0
        assert len(memos.journal) == 3


@every_client
def test_a_base_url_of_ones_own_is_answered_too(post: Post) -> None:
    with MockMemos(base_url="http://memos.test:99/api/openmem/v1/") as memos:
        assert memos.base_url == "http://memos.test:99/api/openmem/v1"
        assert post(f"{memos.base_url}/add/message")["code"] == 0


@every_client
def test_whatever_is_sent_to_the_service_stays_here(post: Post) -> None:
    with MockMemos():
        for url in ("https://memos.memtensor.cn/nowhere", "http://api.memt.ai.:1/x?y=1"):
            assert post(url)["code"] == 40001


@every_client
def test_other_hosts_are_reached(post: Post, elsewhere: MockMemosServer) -> None:
    with MockMemos() as memos:
        seen = elsewhere.journal.total
        assert post(f"{elsewhere.base_url}/add/message")["code"] == 0
        assert (len(memos.journal), elsewhere.journal.total) == (0, seen + 1)


@every_client
def test_a_call_for_memos_does_not_leave_for_a_mistaken_host(post: Post) -> None:
    with MockMemos() as memos:
        with pytest.raises(UsageError, match=r"memos\.memtensor\.com is neither its host nor that"):
            post("https://memos.memtensor.com/api/openmem/v1/add/message")
        (noted,) = memos.journal.unmatched
        assert noted.path == "memos.memtensor.com/api/openmem/v1/add/message"
        assert "https://memos.memtensor.cn/api/openmem/v1; allow_unmatched_requests" in noted.hint


@every_client
def test_it_may_leave_when_that_is_expected(
    post: Post, elsewhere: MockMemosServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_memos.testing.in_process._LOOPBACK_HOSTS", ())
    with MockMemos():
        with pytest.raises(UsageError, match="is neither its host nor"):
            post(f"{elsewhere.base_url}/add/message")
        with MockMemos(allow_unmatched_requests=True):
            assert post(f"{elsewhere.base_url}/add/message")["code"] == 0


@every_client
def test_a_base_url_with_a_port_claims_that_port_alone(
    post: Post, elsewhere: MockMemosServer
) -> None:
    with MockMemos(base_url="http://127.0.0.1:9/api/openmem/v1") as memos:
        assert post(f"{memos.base_url}/add/message")["code"] == 0
        assert post(f"{elsewhere.base_url}/add/message")["code"] == 0
        assert len(memos.journal) == 1


def test_every_client_gets_the_same_replies() -> None:
    digests = []
    for post in (by_httpx, by_async_httpx, by_requests):
        with MockMemos() as memos:
            first, second = (post(f"{memos.base_url}/add/message") for _ in range(2))
            assert first["data"]["task_id"] != second["data"]["task_id"]
            digests.append((first, second))
    assert digests[0] == digests[1] == digests[2]


def test_a_reply_has_the_same_headers_for_every_client() -> None:
    with MockMemos() as memos:
        url = f"{memos.base_url}/add/message"
        ours = httpx.get(url, headers=KEY)
        theirs = requests.get(url, headers=KEY, timeout=5)
        assert ours.status_code == theirs.status_code == 404
        assert dict(ours.headers) == {k.lower(): v for k, v in theirs.headers.items()}
        assert httpx.head(url).content == requests.head(url, timeout=5).content == b""


def test_the_innermost_double_answers() -> None:
    with MockMemos() as outer, MockMemos() as inner:
        by_httpx(f"{outer.base_url}/add/message")
        by_requests(f"{outer.base_url}/add/message")
        assert (len(outer.journal), len(inner.journal)) == (0, 2)


def test_a_double_may_be_entered_twice() -> None:
    memos = MockMemos()
    with memos, memos:
        by_httpx(f"{memos.base_url}/add/message")
    with memos:
        by_requests(f"{memos.base_url}/add/message")
    assert len(memos.journal) == 2
    assert not patched()


def test_contexts_may_end_in_any_order() -> None:
    first, second = MockMemos(), MockMemos()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    by_httpx(f"{second.base_url}/add/message")
    second.__exit__(None, None, None)
    assert (len(first.journal), len(second.journal)) == (0, 1)
    assert not patched()


def test_an_exception_leaves_nothing_patched() -> None:
    @MockMemos()
    def app() -> None:
        assert patched()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app()
    assert not patched()


def test_a_door_that_cannot_open_leaves_nothing_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(door: object) -> None:
        raise OSError("no")

    monkeypatch.setattr("mock_memos.interception.requests_adapter.RequestsPatch.start", fail)
    with pytest.raises(OSError, match="no"), MockMemos():
        pass
    assert not patched()


def test_a_library_that_is_not_installed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_memos.testing.in_process.find_spec", lambda name: name != "respx")
    with MockMemos() as memos:
        assert not HTTPCoreMocker.routers
        assert by_requests(f"{memos.base_url}/add/message")["code"] == 0


@pytest.mark.parametrize("ours_is_outside", [True, False])
def test_respx_routes_of_the_test_work_beside_it(*, ours_is_outside: bool) -> None:
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
def test_responses_of_the_test_work_beside_it(*, ours_is_outside: bool) -> None:
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


def test_a_decorated_function_runs_inside_a_fresh_world() -> None:
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


def test_a_decorated_coroutine_runs_inside_a_fresh_world() -> None:
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


def test_a_decorated_function_that_calls_another_shares_its_world() -> None:
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


def test_a_clients_own_transport_needs_no_context() -> None:
    memos = MockMemos()
    with httpx.Client(transport=memos.transport(), base_url="http://any") as client:
        reply = client.post("/api/openmem/v1/add/message", headers=KEY, json=TURN)
    assert reply.json()["code"] == 0
    assert not patched()


def test_a_clients_own_transport_serves_async_clients() -> None:
    memos = MockMemos()

    async def post() -> httpx.Response:
        transport = MockMemosTransport(memos.engine)
        async with httpx.AsyncClient(transport=transport, base_url=memos.base_url) as client:
            return await client.post("/add/message", headers=KEY, json=TURN)

    assert asyncio.run(post()).json()["code"] == 0


def test_the_clock_in_hand_decides_when_a_task_is_done() -> None:
    with MockMemos(clock="manual") as memos:
        task = by_requests(f"{memos.base_url}/add/message")["data"]["task_id"]

        def status() -> str:
            url = f"{memos.base_url}/get/status"
            data = httpx.post(url, headers=KEY, json={"task_id": task}).json()["data"]
            return str(data["status"])

        assert status() == "running"
        memos.clock.advance(seconds=5)
        assert status() == "completed"


def test_settings_are_checked_when_the_double_is_made() -> None:
    assert MockMemos(seed=7, strict=True, fast_delay=1).settings == Settings(
        seed=7, strict=True, fast_delay=1
    )
    with pytest.raises(UsageError, match="did you mean 'processing_delay'"):
        MockMemos(procesing_delay=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("base_url", ["memos.test/api/openmem/v1", "https://memos.test/v1", ""])
def test_a_base_url_that_is_not_served_is_refused(base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        MockMemos(base_url=base_url)


class Talking(MockMemos):
    """A double whose engine always says the same."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.calls: list[Call] = []
        said = list(replies)

        def handle(call: Call) -> Reply:
            self.calls.append(call)
            return said.pop(0) if len(said) > 1 else said[0]

        self.engine.handle = handle  # type: ignore[method-assign]


LINES = ["data: 一", "", "data: 二", ""]
CHUNKS = tuple(Chunk(f"data: {word}\n\n".encode(), 10) for word in "一二")
STREAM = Reply(200, b"".join(chunk.data for chunk in CHUNKS), EVENT_STREAM, chunks=CHUNKS)


def test_a_stream_reaches_httpx_as_a_stream() -> None:
    with Talking(STREAM) as memos, httpx.stream("POST", memos.base_url) as reply:
        assert not reply.is_stream_consumed
        assert list(reply.iter_lines()) == LINES


def test_a_stream_reaches_async_httpx_as_a_stream() -> None:
    async def read(client: httpx.AsyncClient, url: str) -> list[str]:
        async with client, client.stream("POST", url) as reply:
            return [line async for line in reply.aiter_lines()]

    with Talking(STREAM) as memos:
        assert asyncio.run(read(httpx.AsyncClient(), memos.base_url)) == LINES
        client = httpx.AsyncClient(transport=memos.transport())
        assert asyncio.run(read(client, memos.base_url)) == LINES


def test_a_stream_reaches_requests_as_a_stream() -> None:
    with Talking(STREAM) as memos:
        with requests.post(memos.base_url, stream=True, timeout=5) as reply:
            assert list(reply.iter_content(None)) == [chunk.data for chunk in CHUNKS]
        with requests.post(memos.base_url, stream=True, timeout=5) as reply:
            assert list(reply.iter_lines(decode_unicode=True)) == LINES
        assert requests.post(memos.base_url, timeout=5).text == "\n".join([*LINES, ""])


def test_every_kind_of_body_arrives_as_bytes(tmp_path: Any) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"file")
    with Talking(Reply(200, b"{}")) as memos, file.open("rb") as opened:
        for body in ("é", b"bytes", opened, iter([b"a", b"b"]), None):
            requests.post(memos.base_url, data=body, timeout=5)
        httpx.post(memos.base_url, content=iter([b"a", b"b"]))
        assert [call.body for call in memos.calls] == [
            "é".encode(), b"bytes", b"file", b"ab", b"", b"ab",
        ]  # fmt: skip


def test_path_and_query_arrive_alike_from_every_client() -> None:
    with Talking(Reply(200, b"{}")) as memos:
        for get in (httpx.get, requests.get):
            get(f"{memos.base_url}//get/memory/a%20b%2Fc?x=%E4%B8%80&y", headers=KEY)
    seen = {(call.method, call.path, call.query) for call in memos.calls}
    assert seen == {("GET", "/api/openmem/v1//get/memory/a b/c", "x=%E4%B8%80&y")}
    assert {call.headers["authorization"] for call in memos.calls} == {"Token mock-key"}


def test_the_retries_of_a_mounted_adapter_are_kept() -> None:
    busy = Reply(503, b"{}")
    with Talking(busy, busy, Reply(200, b"{}")) as memos, requests.Session() as session:
        retry = Retry(total=3, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
        session.mount("https://", HTTPAdapter(max_retries=retry))
        assert session.post(memos.base_url, timeout=5).status_code == 200
        assert len(memos.calls) == 3


def test_an_adapter_of_another_make_is_stood_in_for() -> None:
    class Closed(BaseAdapter):
        def send(self, *args: Any, **kwargs: Any) -> requests.Response:
            raise AssertionError("the network was asked")

        def close(self) -> None: ...

    with MockMemos() as memos, requests.Session() as session:
        session.mount("https://", Closed())
        reply = session.post(f"{memos.base_url}/add/message", headers=KEY, json=TURN, timeout=5)
        assert reply.json()["code"] == 0


def test_a_response_is_in_the_state_in_which_any_response_is_once_it_was_read() -> None:
    memos = MockMemos()
    plain = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"{}")))
    states = []
    for transport in (memos.transport(), plain):
        with httpx.Client(transport=transport) as client:
            reply = client.post(f"{memos.base_url}/get/status", json={})
            states.append((reply.is_closed, reply.is_stream_consumed, reply.elapsed.days))
            assert reply.num_bytes_downloaded == len(reply.content)
            assert reply.read() == reply.content == b"".join(reply.iter_bytes())
            with client.stream("POST", f"{memos.base_url}/get/status", json={}) as reply:
                streamed = b"".join(reply.iter_raw())
            assert len(streamed) == reply.num_bytes_downloaded
            with pytest.raises(httpx.StreamConsumed):
                reply.read()
    assert states[0] == states[1]
