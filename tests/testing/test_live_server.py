"""The live server, through real sockets."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.errors import UsageError
from mock_memos.server.socket import bind, url_of

TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}


def key(name: str) -> dict[str, str]:
    return {"Authorization": f"Token {name}"}


@pytest.fixture(scope="module")
def server() -> Iterator[MockMemosServer]:
    with MockMemosServer(clock="manual") as server:
        yield server


def test_reply_headers_are_equal_in_every_run(server: MockMemosServer) -> None:
    reply = httpx.post(f"{server.base_url}/add/message", headers=key("any"), json=TURN)
    assert set(reply.headers) == {"content-type", "content-length"}


def test_live_and_in_process_bytes_are_equal(server: MockMemosServer) -> None:
    def play(base_url: str, name: str) -> list[bytes]:
        url = f"{base_url}/add/message"
        replies = [httpx.post(url, headers=key(name), json=TURN) for _ in range(3)]
        replies += [httpx.request(verb, url, headers=key(name)) for verb in ("GET", "OPTIONS")]
        return [reply.content for reply in replies]

    live = server.new_world("some-key", clock="manual")
    with MockMemos(clock="manual") as memos:
        assert play(live.base_url, "some-key") == play(memos.base_url, "mock-key")
    assert live.digest == memos.digest
    server.delete_world("some-key")


def test_new_world_has_its_own_settings(server: MockMemosServer) -> None:
    first = server.new_world("one", seed=1)
    httpx.post(f"{first.base_url}/add/message", headers=key("one"), json=TURN)
    assert (len(first.journal), first.settings.seed) == (1, 1)
    with pytest.raises(UsageError, match="the key 'one' has a world"):
        server.new_world("one")
    server.delete_world("one")
    again = server.new_world("one")
    assert (len(again.journal), again.settings.seed) == (0, 0)


def test_new_world_has_the_settings_of_the_server() -> None:
    server = MockMemosServer(scenario="guangzhou-hotel", clock="manual", strict=True)
    plain, other = (
        server.new_world("one"),
        server.new_world("two", strict=False, scenario="harbour-inn"),
    )
    assert (plain.settings.clock, plain.settings.strict) == ("manual", True)
    assert (other.settings.clock, other.settings.strict) == ("manual", False)
    names = [server.engine.world(key).scenarios[0].name for key in ("one", "two")]
    assert names == ["guangzhou-hotel", "harbour-inn"]


def test_request_with_foreign_host_is_rejected(server: MockMemosServer) -> None:
    reply = httpx.get(server.base_url, headers={"Host": "evil.example"})
    assert reply.status_code == 403


def test_stop_closes_thread_and_socket() -> None:
    before = threading.enumerate()
    with MockMemosServer() as server:
        port = int(server.url.rpartition(":")[2])
        assert threading.enumerate() != before
        with httpx.Client() as client:  # a connection that is kept alive must not hold it up
            client.get(server.url)
            server.stop()
    assert threading.enumerate() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_server_can_be_restarted() -> None:
    server = MockMemosServer()
    for _ in range(2):
        with server:
            assert httpx.post(server.base_url, headers=key("x")).status_code == 404
            with pytest.raises(UsageError, match="already running"):
                server.start()
    server.stop()


def test_servers_do_not_share_worlds(server: MockMemosServer) -> None:
    with MockMemosServer() as other:
        before = server.journal.total
        httpx.post(f"{other.base_url}/add/message", headers=key("mock-key"), json=TURN)
        assert (server.journal.total, other.journal.total) == (before, 1)


def test_busy_port_raises_usage_error(server: MockMemosServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}: .*in use"):
        MockMemosServer(port=port).start()


@pytest.mark.parametrize("place", [("127.0.0.1", 70000), ("no.such.host.invalid", 0)])
def test_unavailable_address_raises_usage_error(place: tuple[str, int]) -> None:
    with pytest.raises(UsageError, match="cannot listen on"):
        bind(*place)


def test_small_replies_are_sent_immediately() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_wildcard_address_is_shown_as_loopback() -> None:
    with bind("0.0.0.0", 0) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_failed_start_raises_runtime_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "mock_memos.testing.live_server.UvicornServer.run", lambda server, sockets: None
    )
    with pytest.raises(RuntimeError, match="did not start"):
        MockMemosServer().start()
