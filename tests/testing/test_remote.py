"""RemoteMemos returns what MockMemos returns, with one request per method."""

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
from mock_memos.testing.remote import HttpBackend, RemoteMemos, is_mock_server

HTTP = httpx.Client()
SCENARIO = read("""
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


def add(memos: Memos, text: str = "I like tea.") -> Any:
    messages = [{"role": "user", "content": text}]
    return ask(memos, "add/message", user_id="ana", messages=messages)["data"]["task_id"]


def move_clock(memos: Memos) -> Any:
    add(memos)
    clock = memos.clock
    values = [clock.now, clock.advance(1.5), clock.advance(minutes=1, seconds=2), clock.mode]
    values += [
        clock.advance_to("2026-01-01"),
        clock.configure(mode="step", step_seconds=2.5),
        clock.mode,
    ]
    add(memos)
    return [*values, clock.datetime.isoformat(), memos.run_until_idle(), clock.now]


def reschedule_tasks(memos: Memos) -> Any:
    first, second, third = (add(memos, f"I like tea number {n}.") for n in range(3))
    memos.tasks.hold(first)
    memos.tasks.fail(second, "no more tea")
    memos.tasks.reschedule(third, after_seconds=60)
    memos.tasks.plan_for(text="poison", task={"failed": "poison"}, times=1)
    memos.tasks.plan_for(text="poison", task={"after_polls": 2}, times=1)
    add(memos, "poison"), add(memos, "poison")
    before = list(memos.tasks), memos.tasks.waiting_for(), memos.tasks[first].status
    memos.run_until_idle()
    return before, memos.tasks.release(), list(memos.tasks), len(memos.tasks.running)


def add_faults(memos: Memos) -> Any:
    fault = memos.faults.add("error", "get/memory", code=50005, times=2)
    memos.faults.once("latency", seconds=3)
    codes = [ask(memos, "get/memory", user_id="ana")["code"] for _ in range(4)]
    values = [fault.matched_calls, fault.applied_calls, fault.is_exhausted, len(memos.faults)]
    fault.remove()
    names = [fault.name for fault in memos.faults]
    memos.faults.clear()
    return codes, values, names, len(memos.faults), fault.applied_calls


def query_journal(memos: Memos) -> Any:
    add(memos)
    ask(memos, "search/memory", user_id="ana", query="tea")
    ask(memos, "add/mesage", user_id="ana")
    journal = memos.journal
    journal.assert_called_once("add/message", text="tea")
    journal.assert_in_order(["add/message", {"operation": "search/memory", "code": 0}])
    journal.assert_not_called("chat")
    with pytest.raises(AssertionError) as miss:
        journal.assert_called("search/memory", query="milk")
    values: list[Any] = [journal.total, journal.dropped, len(journal), journal.count(user_id="ana")]
    values += [[call.path for call in journal.unmatched], str(miss.value), journal.digest]
    values += [
        [(call.time_ms, call.tasks_started, call.status, call.hint) for call in journal],
        memos.digest,
    ]
    journal.clear()
    return [*values, len(journal), journal.total, journal.digest]


def load_scenarios(memos: Memos) -> Any:
    memos.load_scenario("guangzhou-hotel")
    memos.load_scenario(SCENARIO)
    reply = ask(memos, "get/memory", user_id="ben")
    add(memos, "I booked the Harbour Inn for May.")
    memos.run_until_idle()
    return reply, ask(memos, "get/memory", user_id="ana")


def copy_worlds(memos: Memos) -> Any:
    add(memos)
    saved = memos.snapshot()
    add(memos, "I like milk.")
    memos.restore(saved)
    tasks = len(memos.tasks)
    memos.reset()
    return saved, tasks, len(memos.tasks), memos.settings


PROGRAMS = [move_clock, reschedule_tasks, add_faults, query_journal, load_scenarios, copy_worlds]


@pytest.mark.parametrize("program", PROGRAMS)
def test_remote_and_in_process_results_are_equal(
    server: MockMemosServer, program: Callable[[Memos], Any]
) -> None:
    settings: dict[str, Any] = {"clock": "manual", "seed": 3}
    with MockMemos(**settings) as memos:
        expected = program(memos), memos.snapshot(), memos.digest
    remote = RemoteMemos(server.base_url, "mock-key").new_world(**settings)
    assert (program(remote), remote.snapshot(), remote.digest) == expected


METHODS: dict[str, Callable[[Memos], object]] = {
    "clock.now": lambda memos: memos.clock.now,
    "clock.mode": lambda memos: memos.clock.mode,
    "clock.advance": lambda memos: memos.clock.advance(1),
    "clock.configure": lambda memos: memos.clock.configure(mode="step"),
    "tasks": lambda memos: next(iter(memos.tasks)),
    "tasks.running": lambda memos: memos.tasks.running,
    "tasks.hold": lambda memos: memos.tasks.hold(),
    "tasks.plan_for": lambda memos: memos.tasks.plan_for(task={"failed": True}),
    "faults.add": lambda memos: memos.faults.add("timeout"),
    "faults.clear": lambda memos: memos.faults.clear(),
    "journal.total": lambda memos: memos.journal.total,
    "journal.find": lambda memos: memos.journal.find("add/message", user_id="ana"),
    "journal.count": lambda memos: memos.journal.count("add/message"),
    "settings": lambda memos: memos.settings,
    "digest": lambda memos: memos.digest,
    "run_until_idle": lambda memos: memos.run_until_idle(),
    "load_scenario": lambda memos: memos.load_scenario(SCENARIO),
    "snapshot": lambda memos: memos.snapshot(),
    "fork": lambda memos: memos.fork(),
    "new_world": lambda memos: memos.new_world(),
    "reset": lambda memos: memos.reset(),
}


@pytest.mark.parametrize("name", METHODS)
def test_method_sends_one_request(
    server: MockMemosServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    memos = RemoteMemos(server.base_url, "mock-key").new_world(clock="manual")
    add(memos)
    requests = []
    send = HttpBackend._send

    def count(backend: HttpBackend, *arguments: Any) -> bytes:
        requests.append(arguments)
        return send(backend, *arguments)

    monkeypatch.setattr(HttpBackend, "_send", count)
    METHODS[name](memos)
    assert len(requests) == 1


def test_wait_for_returns_a_later_call(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world()
    worker = threading.Thread(target=add, args=(remote,))
    worker.start()
    assert remote.journal.wait_for("add/message", user_id="ana").code == 0
    worker.join()
    with pytest.raises(AssertionError, match="waited 0 s; no call matches chat"):
        remote.journal.wait_for("chat", timeout=0)


def test_errors_of_the_server_are_raised(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world(clock="manual")
    with pytest.raises(UsageError, match="the clock cannot go backwards"):
        remote.clock.configure("2020-01-01")
    with pytest.raises(UsageError, match="cannot go backwards"):
        remote.clock.advance(-1)
    with pytest.raises(UsageError, match="unknown task 'none'"):
        remote.tasks.hold("none")
    with pytest.raises(UsageError, match="did you mean 'seed'"):
        remote.new_world(sead=1)  # type: ignore[call-arg]


def test_blocked_call_is_recorded_on_the_server(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key").new_world()
    with guarded(remote), pytest.raises(UsageError, match=f"send it to {server.base_url}"):
        httpx.post("https://api.memt.ai/")
    assert "CONNECT api.memt.ai:443" in failure_reasons(remote, [remote.journal])


def test_delete_world_deletes_it_on_the_server(server: MockMemosServer) -> None:
    remote = RemoteMemos(server.base_url, "mock-key")
    other = remote.new_world("deleted", seed=9)
    assert "deleted" in server.engine.journals()
    remote.delete_world(other.api_key)
    assert "deleted" not in server.engine.journals()


def test_address_without_path_is_completed(server: MockMemosServer) -> None:
    for address in (server.url, f"{server.url}/", server.base_url, f"{server.base_url}/"):
        assert RemoteMemos(address, "mock-key").base_url == server.base_url
        assert RealService(address, "a key").base_url == server.base_url


def test_is_mock_server_recognizes_only_a_mock(server: MockMemosServer) -> None:
    assert is_mock_server(server.base_url)
    assert not is_mock_server(f"{server.url.rpartition(':')[0]}:9/api/openmem/v1")
    unreachable = RemoteMemos("http://127.0.0.1:9/api/openmem/v1", "key")
    with pytest.raises(UsageError, match=r"no mock-memos answers at 127\.0\.0\.1:9"):
        unreachable.run_until_idle()


def test_control_token_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with MockMemosServer(control_token="secret") as server:
        memos = RemoteMemos(server.base_url, "mock-key")
        with pytest.raises(UsageError, match="token"):
            memos.clock.advance(seconds=1)
        monkeypatch.setenv("MOCK_MEMOS_CONTROL_TOKEN", "secret")
        memos.clock.advance(seconds=1)
        assert memos.clock.now == server.clock.now
