"""Sandboxes, forks and new worlds: in process, live and remote."""

import gc
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_memos import Memos, MockMemos, MockMemosServer
from mock_memos.core.errors import UsageError
from mock_memos.testing.failure_report import failure_reasons, timeline_report
from mock_memos.testing.remote import RemoteMemos
from tests.support.engine_client import Client

HTTP = httpx.Client()


@pytest.fixture(params=["in process", "live", "remote"])
def memos(request: pytest.FixtureRequest) -> Iterator[Memos]:
    create = MockMemos if request.param == "in process" else MockMemosServer
    with create(clock="manual") as mock:
        is_remote = request.param == "remote"
        yield RemoteMemos(mock.base_url, mock.api_key) if is_remote else mock


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    with HTTP:
        yield


def ask(memos: Memos, operation: str, **body: Any) -> Any:
    headers = {"Authorization": f"Token {memos.api_key}"}
    return HTTP.post(f"{memos.base_url}/{operation}", json=body, headers=headers).json()["data"]


def say(memos: Memos, text: str) -> Any:
    messages = [{"role": "user", "content": text}]
    return ask(memos, "add/message", user_id="ana", messages=messages)


def test_sandbox_restores_the_world(memos: Memos) -> None:
    say(memos, "I like tea.")
    before = memos.snapshot(), memos.digest
    with memos.sandbox() as sandbox:
        assert sandbox is memos
        say(memos, "I like milk.")
        memos.clock.advance(days=1)
        memos.faults.add("timeout")
        memos.reset()
        assert memos.digest != before[1]
    assert (memos.snapshot(), memos.digest) == before


def test_failed_sandbox_is_in_the_report(memos: Memos) -> None:
    def fail() -> None:
        with memos.sandbox():
            say(memos, "I like milk.")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(memos.journal) == 0
    text = timeline_report(memos)
    assert "in a sandbox that ended with an error:" in text
    assert "add/message ana -> ok" in text


def test_error_in_a_sandbox_of_a_stopped_server_is_kept() -> None:
    def fail() -> None:
        with RemoteMemos(server.base_url, server.api_key).sandbox():
            server.stop()
            raise ZeroDivisionError

    with MockMemosServer() as server, pytest.raises(ZeroDivisionError):
        fail()


def test_sandboxes_can_be_nested(memos: Memos) -> None:
    with memos.sandbox():
        say(memos, "I like tea.")
        for _ in range(2):
            with memos.sandbox():
                say(memos, "I like milk.")
                assert len(memos.tasks) == 2
        assert len(memos.tasks) == 1
    assert len(memos.tasks) == 0


def test_unmatched_call_in_a_sandbox_is_kept(memos: Memos) -> None:
    with memos.sandbox():
        HTTP.post(
            f"{memos.base_url}/add/mesage", headers={"Authorization": f"Token {memos.api_key}"}
        )
    assert "1 unmatched call" in failure_reasons(memos, [memos.journal])
    assert len(memos.journal) == 0


def test_sandbox_takes_constant_work() -> None:
    def steps(turns: int) -> int:
        memos = MockMemos(clock="manual")
        client = Client(memos.engine, memos.api_key)
        for n in range(turns):
            client.add(f"I own {n} kites.", async_mode=False)
        events: list[str] = []
        gc.disable()  # what others have hung on a collection is not our work
        sys.setprofile(lambda frame, event, arg: events.append(event))
        try:
            with memos.sandbox():
                pass
        finally:
            sys.setprofile(None)
            gc.enable()
        return len(events)

    assert steps(300) == steps(3)


def test_new_world_is_used_by_its_key(memos: Memos) -> None:
    other = memos.new_world(seed=7, clock="step")
    assert other.base_url == memos.base_url
    say(other, "I like tea.")
    assert (len(other.tasks), len(memos.tasks)) == (1, 0)
    memos.delete_world(other.api_key)
    assert len(memos.for_key(other.api_key).tasks) == 0


def test_fork_refuses_a_key_with_a_world(memos: Memos) -> None:
    other = memos.new_world()
    with pytest.raises(UsageError, match="has a world"):
        memos.fork(other.api_key)


def test_generated_keys_are_unique(memos: Memos) -> None:
    keys = [memos.fork().api_key, memos.new_world().api_key, memos.fork().api_key]
    assert len({*keys, memos.api_key}) == 4
