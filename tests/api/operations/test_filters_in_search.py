"""Filters in search/memory, get/memory, chat and delete/memory."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

SOLD = {"and": [{"scene": "sold"}]}


@pytest.fixture
def client() -> Client:
    """Adds three memories of Ana, one of them also public, one in a knowledge base."""
    client = Client(start_time="2025-12-10T12:00:00Z")
    client.add_sync(
        "I own the red boat.", app_id="web", agent_id="bot", info={"scene": "owned", "price": 10}
    )
    client.advance(86_400)
    client.add_sync(
        "I own the green boat.", app_id="phone", info={"scene": "sold", "price": 20.5, "l": ["x"]}
    )
    client.advance(86_400)
    client.add_sync("I own the blue boat.", info={"price": "30"}, allow_public=True)
    return client


def colours(texts: list[str]) -> set[str]:
    return {colour for colour in ("red", "green", "blue") for text in texts if colour in text}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "red green blue"),
        (None, "red green blue"),
        ({"and": []}, "red green blue"),
        ({"or": []}, "red green blue"),
        ({"and": [{"app_id": "web"}]}, "red"),
        ({"or": [{"app_id": "web"}, {"app_id": "phone"}]}, "red green"),
        ({"and": [{"app_id": "web"}, {"app_id": "phone"}]}, ""),
        ({"and": [{"agent_id": "bot"}]}, "red"),
        ({"and": [{"related_id": ["bot", "nobody"]}]}, "red"),
        ({"and": [{"related_id": ["ana"]}]}, "red green blue"),
        ({"and": [{"scene": "sold"}]}, "green"),
        ({"and": [{"l": "x"}]}, "green"),
        ({"and": [{"price": 10}]}, "red"),
        ({"and": [{"price": "10"}]}, "red"),
        ({"and": [{"price": {"gt": 10}}]}, "green"),
        ({"and": [{"price": {"gte": 10, "lte": 20.5}}]}, "red green"),
        ({"and": [{"tags": {"contains": "red"}}]}, "red"),
        ({"and": [{"tags": "red"}]}, "red"),
        ({"and": [{"tags": {"contains": "re"}}]}, ""),
        ({"and": [{"no_such_key": "x"}]}, ""),
        ({"and": [{"create_time": {"gte": "2025-12-11"}}]}, "green blue"),
        ({"and": [{"create_time": {"gt": "2025-12-11 12:00:00"}}]}, "blue"),
        ({"and": [{"create_time": {"lte": "2025-12-11"}}]}, "red green"),
        ({"and": [{"create_time": {"lt": "2025-12-11"}}]}, "red"),
        ({"and": [{"update_time": {"gte": "2025-12-12", "lte": "2025-12-12"}}]}, "blue"),
        ({"and": [{"or": [{"scene": "sold"}, {"app_id": "web"}]}, {"price": {"lt": 15}}]}, "red"),
        ({"app_id": "web"}, "red"),
        ({"app_id": "web", "or": [{"scene": "owned"}]}, "red"),
        ({"and": [{"user_id": "ana"}]}, "red green blue"),
        ({"user": SOLD}, "green blue"),
        ({"public": SOLD}, "red green blue"),
        ({"user": SOLD, "public": SOLD}, "green"),
        ({"agent": SOLD}, "red green blue"),
        ({"knowledgebase": SOLD}, "red green blue"),
    ],
)
def test_search_applies_filter_before_limit(client: Client, chosen: Any, expected: str) -> None:
    result = client.search("boat", filter=chosen)
    assert colours(result) == set(expected.split())


def test_get_memory_applies_filter(client: Client) -> None:
    listed = client.page(filter={"user": SOLD})
    assert colours([memory["memory_value"] for memory in listed["memory_detail_list"]]) == {"green"}
    assert listed["total"] == 1


def test_chat_applies_filter(client: Client) -> None:
    body = {"user_id": "ana", "conversation_id": "c", "query": "Which boat?"}
    text = client.ok("chat", **body, filter={"and": [{"app_id": "web"}]})["response"]
    assert colours([text]) == {"red"}


def test_filter_source_applies_to_knowledgebase(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    client.add_sync("I own the red boat.", "bo", allow_knowledgebase_ids=[base], app_id="other")

    def find_boats(chosen: Any) -> list[str]:
        return client.search("red boat", user_id="cy", knowledgebase_ids=[base], filter=chosen)

    assert colours(find_boats(None)) == {"red", "blue"}
    assert colours(find_boats({"knowledgebase": SOLD})) == {"blue"}
    assert colours(find_boats({"and": [{"app_id": "other"}]})) == {"red"}


def test_filter_matches_profile_by_time_and_owner(client: Client) -> None:
    template = client.ok("add/profile_template", name="x", metadata={"Boat": {"value": "yellow"}})
    client.ok("bind/profile_template", bind_list=[template | {"user_id": "ana"}])

    def count_profiles(chosen: Any) -> int:
        hits = client.ok(
            "search/memory", user_id="ana", query="yellow", filter=chosen,
            include_memory_view=["profile"],
        )["profile_detail_list"]  # fmt: skip
        listed = client.page(filter=chosen)["profile_detail_list"]
        assert len(hits) == len(listed)
        return len(hits)

    assert count_profiles({"and": [{"create_time": {"gte": "2025-12-12"}}]}) == 1
    assert count_profiles({"and": [{"create_time": {"lt": "2025-12-12"}}]}) == 0
    assert count_profiles({"and": [{"user_id": "ana"}]}) == 1
    assert count_profiles({"and": [{"tags": {"contains": "yellow"}}]}) == 0
    assert count_profiles(SOLD) == 0


@pytest.mark.parametrize(
    "chosen",
    [
        {"and": [{"create_time": "2025-12-10"}]},
        {"and": [{"create_time": {"gte": "10 December"}}]},
        {"and": [{"create_time": {"after": "2025-12-10"}}]},
        {"and": [{"price": {"like": 3}}]},
        {"and": [{"tags": {"gt": "x"}}]},
        {"and": [{"info": {"scene": "sold"}}]},
        {"and": ["app_id"]},
        {"and": {"app_id": "web"}},
        {"not": [{"app_id": "web"}]},
        {"user": SOLD, "and": []},
        {"user": []},
    ],
)
@pytest.mark.parametrize("operation", ["search/memory", "get/memory", "chat", "delete/memory"])
def test_invalid_filter_returns_40000(
    client: Client, operation: str, chosen: dict[str, Any]
) -> None:
    body: dict[str, Any] = {
        "search/memory": {"user_id": "ana", "query": "boat"},
        "get/memory": {"user_id": "ana"},
        "chat": {"user_id": "ana", "conversation_id": "c", "query": "boat"},
        "delete/memory": {},
    }[operation]
    assert "filter" in client.fails(40000, operation, body | {"filter": chosen})
