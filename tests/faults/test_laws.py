"""Laws of faults: they depend only on the seed, and never store half a message."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.parsing import parse_fault_header
from mock_memos.faults.presets import PRESETS
from mock_memos.simulation.snapshot import take_snapshot
from mock_memos.testing.memos import Memos
from tests.support.faulty_calls import SEARCH, TURN, by_httpx, send

WAY = ["add/message", "search/memory", "get/message", "chat", "get/memory"]
BODIES: dict[str, Any] = {
    "add/message": TURN,
    "search/memory": SEARCH,
    "get/message": {"user_id": "ana", "conversation_id": "c1"},
    "chat": {"user_id": "ana", "conversation_id": "c1", "query": "Which inn?", "stream": True},
    "get/memory": {"user_id": "ana"},
}


def chaos(seed: int) -> tuple[str, list[tuple[str, int, int]]]:
    """Makes 1,000 calls with many faults. Returns the digest, and the fault of each call."""
    memos = MockMemos(seed=seed)
    memos.faults.add("quota", "get/*", calls=20, seconds=120, retry_after=True)
    memos.faults.add("latency", probability=0.5, seconds=0.4, sigma=0.8)
    for fault in ("malformed-body", "truncated", "slow-body", "stream-reset", "stream-stall"):
        memos.faults.add(fault, "chat", probability=0.1)
    for fault in ("reset", "empty", "timeout"):
        memos.faults.add(fault, probability=0.02)
        memos.faults.add(fault, "add/message", probability=0.05, operation_happens=True)
    memos.faults.add("gateway-html", skip=300, times=20)
    memos.faults.add("token-rate-limit", for_seconds=100, probability=0.2)
    for number in range(1000):
        operation = WAY[number % len(WAY)]
        send(memos.engine, operation, body=BODIES[operation])
    return memos.digest, [
        (call.fault, call.status, call.added_latency_ms) for call in memos.journal
    ]


def test_many_faults_depend_only_on_the_seed() -> None:
    digest, struck = chaos(1)
    assert (digest, struck) == chaos(1)
    other_digest, other = chaos(2)
    assert digest != other_digest
    assert struck != other
    assert len({fault for fault, _, _ in struck}) == 13
    assert len(struck) == 1000


HEADERS = [*(name for name in EFFECTS if name != "quota"), *PRESETS] + [
    f"{name}; operation_happens=true" for name in ("status", "timeout", "reset", "empty")
]


def lets_happen(header: str) -> bool:
    """Returns whether a message is stored under this fault."""
    try:
        return not header or parse_fault_header(header)[1].replace_operation() is None
    except ApiError:
        return False


@given(st.lists(st.sampled_from(["", *HEADERS]), max_size=30))
@settings(deadline=None, max_examples=60)
def test_faults_store_a_message_completely_or_not_at_all(headers: list[str]) -> None:
    engine = Engine(Settings())
    accepted = []
    for number, header in enumerate(headers):
        text = f"Message {number}."
        body = TURN | {"messages": [{"role": "user", "content": text}]}
        reply = send(engine, "add/message", header, body)
        if lets_happen(header):
            accepted.append(text)
        else:
            assert reply.status != 200 or json.loads(reply.body)["data"] in (None, [
                {"status": "completed"}
            ])  # fmt: skip
    query = {"user_id": "ana", "conversation_id": "c1", "message_limit_number": 50}
    answer = json.loads(send(engine, "get/message", body=query).body)
    results = [message["content"] for message in answer["data"]["message_detail_list"]]
    assert results == accepted
    world = engine.world("mock-key")
    world.run_until_idle()
    assert [task.status for task in world.tasks] == ["completed"] * len(accepted)


@given(st.lists(st.sampled_from([name for name in HEADERS if not lets_happen(name)]), max_size=10))
@settings(deadline=None, max_examples=30)
def test_refused_call_changes_only_the_journal(headers: list[str]) -> None:
    engine = Engine(Settings(clock="manual"))
    send(engine)
    world = engine.world("mock-key")
    before = take_snapshot(world)
    for header in headers:
        send(engine, "add/message", header)
    assert take_snapshot(world) == before
    assert world.journal.total == len(headers) + 1


@pytest.fixture(scope="module")
def server() -> Any:
    with MockMemosServer() as server:
        yield server


@given(
    st.lists(
        st.sampled_from(
            ["reset", "empty", "status", "malformed-body", "truncated", "slow-body", "stream-reset"]
        ),
        max_size=6,
    )
)
@settings(
    deadline=None,
    max_examples=4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_transports_leave_equal_worlds(server: MockMemosServer, faults: list[str]) -> None:
    def play(memos: Memos) -> tuple[list[object], str]:
        ends: list[object] = []
        for fault in reversed(faults):
            memos.faults.add(fault, "chat", times=1)
        for _ in range(len(faults) + 1):
            try:
                ends.append(by_httpx(memos, "chat"))
            except httpx.TransportError as error:
                ends.append(type(error))
        return ends, memos.digest

    with MockMemos() as memos:
        assert play(server.new_world()) == play(memos)
