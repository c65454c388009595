"""Limits of a plan, under `enforce_quotas = "documented"`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.settings import Settings
from mock_memos.simulation.quotas import peak
from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

LONG = "word " * 32_001  # 40,001 tokens
TOO_LONG: list[tuple[str, dict[str, Any]]] = [
    ("add/message", {"user_id": "ana", "messages": [{"role": "user", "content": LONG}]}),
    ("search/memory", {"user_id": "ana", "query": LONG}),
    ("add/feedback", {"user_id": "ana", "conversation_id": "c", "feedback_content": LONG}),
    ("extract/memory", {"messages": [{"role": "user", "content": LONG[:32_004]}]}),
    ("rerank", {"query": "word", "documents": [LONG[:32_000]]}),
    ("chat", {"user_id": "ana", "conversation_id": "c", "query": LONG[:32_004]}),
]


@pytest.fixture
def client() -> Client:
    return Client(enforce_quotas="documented")


@pytest.mark.parametrize(("operation", "body"), TOO_LONG)
def test_request_above_the_token_limit_is_refused(
    client: Client, operation: str, body: dict[str, Any]
) -> None:
    assert "tokens" in client.fails(40305, operation, body)


@pytest.mark.parametrize(("operation", "body"), TOO_LONG)
def test_quotas_are_off_by_default(operation: str, body: dict[str, Any]) -> None:
    assert Client().send(operation, body).status == 200


def test_request_at_the_token_limit_is_accepted(client: Client) -> None:
    client.add(LONG[:160_000])
    client.ok("chat", user_id="ana", conversation_id="c", query=LONG[:32_000])


def test_text_parts_count_tokens(client: Client) -> None:
    parts = [{"type": "text", "text": LONG[:80_004]}] * 2
    messages = [{"role": "user", "content": parts}]
    client.fails(40305, "add/message", user_id="ana", messages=messages)


def test_calls_are_limited_per_second(client: Client) -> None:
    for _ in range(Settings().calls_per_second_limit):
        client.ok("list/profile_template")
    client.fails(40300, "list/profile_template")
    client.fails(40300, "search/memory", user_id="ana", query="x")
    client.advance(1)
    client.ok("list/profile_template")


def test_group_chat_counts_one_call_per_user(client: Client) -> None:
    people = [f"u{number}" for number in range(20)]
    client.add("Hi", people)
    client.add("Hi", people)
    client.fails(40300, "list/profile_template")


def test_refused_calls_do_not_count(client: Client) -> None:
    for _ in range(Settings().calls_per_second_limit):
        client.fails(40002, "search/memory", user_id="ana")
        client.fails(50131, "get/status", task_id="none")
    client.ok("list/profile_template")


def test_input_tokens_are_limited_per_minute(client: Client) -> None:
    for _ in range(10):
        client.add(LONG[:160_000])
    messages = [{"role": "user", "content": "Hi, it is me."}]
    client.fails(40309, "add/message", user_id="ana", messages=messages)
    client.advance(59.999)
    client.fails(40309, "add/message", user_id="ana", messages=messages)
    client.advance(0.001)
    client.ok("add/message", user_id="ana", messages=messages)


def test_total_calls_are_limited() -> None:
    client = Client(enforce_quotas="documented", calls_total_limit=3)
    for _ in range(3):
        client.ok("list/profile_template")
        client.advance(3600)
    client.fails(40304, "list/profile_template")


def test_quotas_of_two_keys_are_independent(client: Client) -> None:
    other = Client(client.engine, key="other")
    for _ in range(Settings().calls_per_second_limit):
        client.ok("list/profile_template")
    other.ok("list/profile_template")


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 9)), max_size=20))
def test_peak_is_the_largest_sum_of_a_window(spent: list[tuple[int, int]]) -> None:
    spent.sort()
    windows = [sum(n for at, n in spent if end - 1000 < at <= end) for end, _ in spent]
    assert peak(spent, 1000) == max(windows, default=0)
