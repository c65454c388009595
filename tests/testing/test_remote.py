"""The face of a server elsewhere does, and tells, what that of a double in this process does."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from mock_memos import Memos, MockMemos, MockMemosServer
from mock_memos.core.errors import UsageError
from mock_memos.scenario import read
from mock_memos.testing.failure_report import failure_reasons
from mock_memos.testing.network_guard import guarded
from mock_memos.testing.real_service import RealService
from mock_memos.testing.remote import RemoteMemos, is_mock_server

HTTP = httpx.Client()
STORY = read("""
version: 1
title: Two of them
include: [harbour-inn]
given: {users: {ben: {memories: [Ben owns a kite.]}}}
""")


@pytest.fixture(scope="module")
def server() -> Iterator[MockMemosServer]:
    with HTTP, MockMemosServer() as server:
        yield server


def ask(memos: Memos, operation: str, **body: Any) -> Any:
    headers = {"Authorization": f"Token {memos.api_key}"}
    return HTTP.post(f"{memos.base_url}/{operation}", json=body, headers=headers).json()


def say(memos: Memos, text: str = "I like tea.") -> Any:
    said = [{"role": "user", "content": text}]
    return ask(memos, "add/message", user_id="ana", messages=said)["data"]["task_id"]


def move_time(memos: Memos) -> Any:
    say(memos)
    clock = memos.clock
    seen = [clock.now, clock.advance(1.5), clock.advance(minutes=1, seconds=2), clock.mode]
    seen += [
        clock.advance_to("2026-01-01"),
        clock.configure(mode="step", step_seconds=2.5),
        clock.mode,
    ]
    say(memos)
    return [*seen, clock.datetime.isoformat(), memos.run_until_idle(), clock.now]


def send_tasks(memos: Memos) -> Any:
    first, second, third = (say(memos, f"I like tea number {n}.") for n in range(3))
    memos.tasks.hold(first)
    memos.tasks.fail(second, "no more tea")
    memos.tasks.reschedule(third, after_seconds=60)
    memos.tasks.plan_for(text="poison", task={"failed": "poison"}, times=1)
    memos.tasks.plan_for(text="poison", task={"after_polls": 2}, times=1)
    say(memos, "poison"), say(memos, "poison")
    before = list(memos.tasks), memos.tasks.waiting_for(), memos.tasks[first].status
    memos.run_until_idle()
    return before, memos.tasks.release(), list(memos.tasks), len(memos.tasks.running)


def break_things(memos: Memos) -> Any:
    fault = memos.faults.add("error", "get/memory", code=50005, times=2)
    memos.faults.once("latency", seconds=3)
    codes = [ask(memos, "get/memory", user_id="ana")["code"] for _ in range(4)]
    seen = [fault.matched_calls, fault.applied_calls, fault.is_exhausted, len(memos.faults)]
    fault.remove()
    names = [one.name for one in memos.faults]
    memos.faults.clear()
    return codes, seen, names, len(memos.faults), fault.applied_calls


def ask_the_journal(memos: Memos) -> Any:
    say(memos)
    ask(memos, "search/memory", user_id="ana", query="tea")
    ask(memos, "add/mesage", user_id="ana")
    journal = memos.journal
    journal.assert_called_once("add/message", text="tea")
    journal.assert_in_order(["add/message", {"operation": "search/memory", "code": 0}])
    journal.assert_not_called("chat")
    with pytest.raises(AssertionError) as miss:
        journal.assert_called("search/memory", query="milk")
    seen: list[Any] = [journal.total, journal.dropped, len(journal), journal.count(user_id="ana")]
    seen += [[one.path for one in journal.unmatched], str(miss.value), journal.digest]
    seen += [
        [(one.time_ms, one.tasks_started, one.status, one.hint) for one in journal],
        memos.digest,
    ]
    journal.clear()
    return [*seen, len(journal), journal.total, journal.digest]


def load_stories(memos: Memos) -> Any:
    memos.load_scenario("guangzhou-hotel")
    memos.load_scenario(STORY)
    found = ask(memos, "get/memory", user_id="ben")
    say(memos, "I booked the Harbour Inn for May.")
    memos.run_until_idle()
    return found, ask(memos, "get/memory", user_id="ana")


def copy_worlds(memos: Memos) -> Any:
    say(memos)
    saved = memos.snapshot()
    say(memos, "I like milk.")
    memos.restore(saved)
    tasks = len(memos.tasks)
    memos.reset()
    return saved, tasks, len(memos.tasks), memos.settings


def world_of(memos: Memos) -> dict[str, Any]:
    """All that decides coming replies; only how scenarios were handed over may differ."""
    return {name: held for name, held in memos.snapshot().items() if name != "scenarios"}


PROGRAMS = [move_time, send_tasks, break_things, ask_the_journal, load_stories, copy_worlds]


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_does_and_tells_the_same(
    server: MockMemosServer, program: Callable[[Memos], Any]
) -> None:
    settings: dict[str, Any] = {"clock": "manual", "seed": 3}
    with MockMemos(**settings) as memos:
        expected = program(memos), world_of(memos), memos.digest
    remote = RemoteMemos(server.base_url, "mock-key").new_world("elsewhere", **settings)
    assert (program(remote), world_of(remote), remote.digest) == expected


def test_a_call_that_is_still_to_come_is_waited_for(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world("waiting")
    worker = threading.Thread(target=say, args=(remote,))
    worker.start()
    assert remote.journal.wait_for("add/message", user_id="ana").code == 0
    worker.join()
    with pytest.raises(AssertionError, match="waited 0 s in vain"):
        remote.journal.wait_for("chat", timeout=0)


def test_mistakes_come_back_in_words(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world("mistaken", clock="manual")
    with pytest.raises(UsageError, match="the clock cannot go backwards"):
        remote.clock.configure("2020-01-01")
    with pytest.raises(UsageError, match="cannot go backwards"):
        remote.clock.advance(-1)
    with pytest.raises(UsageError, match="unknown task 'none'"):
        remote.tasks.hold("none")
    with pytest.raises(UsageError, match="did you mean 'seed'"):
        remote.new_world(sead=1)  # type: ignore[call-arg]


def test_a_client_that_goes_past_it_is_told_where_it_is(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world("guarded")
    with guarded(remote), pytest.raises(UsageError, match=f"send it to {server.base_url}"):
        httpx.post("https://api.memt.ai/")
    assert "CONNECT api.memt.ai:443" in failure_reasons(remote, alone=False)


def test_a_closed_world_is_gone(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key")
    other = remote.new_world("closed", seed=9)
    assert "closed" in server.engine.journals()
    remote.delete_world(other.api_key)
    assert "closed" not in server.engine.journals()


def test_a_server_may_be_named_by_its_host_alone(server: MockMemosServer) -> None:
    for address in (server.url, f"{server.url}/", server.base_url, f"{server.base_url}/"):
        assert RemoteMemos(address, "mock-key").base_url == server.base_url
        assert RealService(address, "a key").base_url == server.base_url


def test_a_server_is_told_from_anything_else(server: MockMemosServer) -> None:
    assert is_mock_server(server.base_url)
    assert not is_mock_server(f"{server.url.rpartition(':')[0]}:9/api/openmem/v1")
    nobody = RemoteMemos("http://127.0.0.1:9/api/openmem/v1", "key")
    with pytest.raises(UsageError, match=r"no mock-memos answers at 127\.0\.0\.1:9"):
        nobody.run_until_idle()


def test_a_server_that_wants_a_token_is_shown_the_one_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MockMemosServer(control_token="let me") as server:
        memos = RemoteMemos(server.base_url, "mock-key")
        with pytest.raises(UsageError, match="the control API wants its token"):
            memos.clock.advance(seconds=1)
        monkeypatch.setenv("MOCK_MEMOS_CONTROL_TOKEN", "let me")
        memos.clock.advance(seconds=1)
        assert memos.clock.now == server.clock.now
