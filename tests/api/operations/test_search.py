"""search/memory."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

LISTS = [
    f"{view}_detail_list"
    for view in ("memory", "preference", "profile", "event", "tool_memory", "skill")
]
TALK = "I booked the Harbour Inn. I like quiet rooms. Last Tuesday I met Li in Paris."
ALL_VIEWS = ["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]


def search(client: Client, query: str = "hotel", **fields: Any) -> Any:
    return client.ok("search/memory", **{"user_id": "ana", "query": query} | fields)


def add_memories(client: Client, count: int, **fields: Any) -> None:
    for number in range(count):
        client.add_sync(f"I own the red boat number {number}.", **fields)


def test_result_has_six_lists_and_a_note(client: Client) -> None:
    result = search(client)
    assert list(result) == [*LISTS, "preference_note"]
    assert all(result[name] == [] for name in LISTS)
    assert result["preference_note"] == ""


def test_fact_has_every_documented_field(client: Client) -> None:
    client.add_sync(TALK, conversation_id="c1")
    [fact] = search(client, "Which inn did I book?")["memory_detail_list"]
    assert fact["memory_value"] == "The user booked the Harbour Inn."
    assert list(fact) == [
        "id",
        "memory_key",
        "memory_value",
        "memory_type",
        "create_time",
        "update_time",
        "conversation_id",
        "status",
        "confidence",
        "tags",
        "relativity",
    ]
    assert fact["create_time"] == 1765357200000
    assert fact["conversation_id"] == "c1"
    assert 0.45 < fact["relativity"] < 1


def test_result_with_preference_has_a_note(client: Client) -> None:
    client.add_sync(TALK)
    result = search(client, "quiet rooms")
    [preference] = result["preference_detail_list"]
    assert preference["preference_type"] == "explicit_preference"
    assert preference["preference"]
    assert preference["reasoning"]
    assert result["preference_note"]


def test_search_returns_facts_and_preferences_by_default(client: Client) -> None:
    client.add_sync(TALK)
    result = search(client, "Tuesday Li Paris quiet rooms")
    assert result["event_detail_list"] == []
    assert result["memory_detail_list"]
    assert result["preference_detail_list"]


def test_include_memory_view_limits_views(client: Client) -> None:
    client.add_sync(TALK)
    result = search(client, "Tuesday Li Paris quiet rooms", include_memory_view=["event"])
    assert {name for name in LISTS if result[name]} == {"event_detail_list"}
    [event] = result["event_detail_list"]
    assert event["event_type"] == "EventMemory"
    assert event["event_time"] == ["Last Tuesday"]
    assert event["event_location"] == ["Paris"]
    assert "Li" in event["event_roles"]
    assert "relativity" in event


def test_include_memory_view_overrides_legacy_fields(client: Client) -> None:
    client.add_sync(TALK)
    result = search(
        client, "quiet", include_memory_view=["preference"], include_preference=False,
        preference_limit_number=0,
    )  # fmt: skip
    assert len(result["preference_detail_list"]) == 1


def test_included_views_share_one_limit(client: Client) -> None:
    client.add_sync("I like quiet rooms. I own the quiet boat. I sold the quiet car.")
    everything = search(client, "quiet", include_memory_view=ALL_VIEWS)
    assert sum(len(everything[name]) for name in LISTS) >= 3
    capped = search(client, "quiet", include_memory_view=ALL_VIEWS, memory_limit_number=2)
    assert sum(len(capped[name]) for name in LISTS) == 2


@pytest.mark.parametrize(
    ("limit", "count"),
    [(0, 0), (1, 1), (25, 25), (26, 25), (1000, 25), ("9", 9), (None, 9), (3.0, 3)],
)
def test_memory_limit_above_25_is_clamped(client: Client, limit: Any, count: int) -> None:
    add_memories(client, 30)
    result = search(client, "red boat", memory_limit_number=limit)
    assert len(result["memory_detail_list"]) == count


def test_result_has_at_most_25_items(client: Client) -> None:
    for number in range(20):
        client.add_sync(f"I like the boat number {number}. I own the boat number {number}.")
    result = search(client, "boat", memory_limit_number=25, preference_limit_number=25)
    assert len(result["memory_detail_list"]) + len(result["preference_detail_list"]) == 25


def test_legacy_switches_select_views(client: Client) -> None:
    client.add_sync(TALK)
    assert search(client, "quiet", include_preference=False)["preference_detail_list"] == []
    assert search(client, "quiet", preference_limit_number=0)["preference_detail_list"] == []


def test_relativity_threshold_is_applied(client: Client) -> None:
    client.add_sync(TALK)
    assert client.search("elephants") == []
    assert client.search("Harbour Inn", relativity=1) == []
    assert len(client.search("elephants", relativity=0)) == len(client.facts())


def test_item_equal_to_threshold_is_returned(client: Client) -> None:
    client.add_sync(TALK)
    [fact] = search(client, "Which inn did I book?")["memory_detail_list"]
    assert client.search("Which inn did I book?", relativity=fact["relativity"])
    assert not client.search("Which inn did I book?", relativity=fact["relativity"] + 1e-6)


def test_conversation_raises_score_without_filtering(client: Client) -> None:
    client.add_sync("I own the red boat.", conversation_id="c1")
    client.add_sync("I sold the red car.", conversation_id="c2")
    for first in ("c1", "c2"):
        memories = search(client, "red", conversation_id=first)["memory_detail_list"]
        assert memories[0]["conversation_id"] == first
        assert len(memories) == 2


def test_equal_scores_are_ordered_newest_first(client: Client) -> None:
    for number in range(3):
        client.add_sync(f"I own the red boat number {number}.")
        client.advance(1)
    memories = search(client, "red boat")["memory_detail_list"]
    times = [item["create_time"] for item in memories]
    assert times == sorted(times, reverse=True)


def test_better_match_comes_first(client: Client) -> None:
    client.add_sync("I own the red boat.")
    client.advance(1)
    client.add_sync("I own the green boat.")
    assert client.search("red boat")[0].endswith("red boat.")


def test_chinese_query_finds_chinese_memory(client: Client) -> None:
    client.add_sync("我预订了海港酒店。我住在里昂。")
    assert client.search("我订了哪家酒店？") == ["用户预订了海港酒店。"]
    assert client.search("大象") == []


@pytest.mark.parametrize("context_format", ["memory", "sources", "mixed", "anything"])
def test_context_format_does_not_change_result(client: Client, context_format: str) -> None:
    client.add_sync(TALK)
    plain = search(client, "Harbour")
    assert search(client, "Harbour", context_format=context_format) == plain


def test_unknown_user_has_no_results(client: Client) -> None:
    client.add_sync(TALK)
    assert client.search("Harbour", user_id="cli-healthcheck") == []


def test_user_id_takes_precedence_over_agent_id(client: Client) -> None:
    client.add_sync(TALK)
    assert client.search("Harbour", agent_id="bot")


# --- knowledge bases ---


def test_knowledgebase_is_searched_only_if_named(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    other = client.ok("create/knowledgebase", knowledgebase_name="y")["id"]
    client.add_sync("I booked the Harbour Inn.", user_id="bo", allow_knowledgebase_ids=[base])
    assert client.search("Harbour") == []
    assert client.search("Harbour", knowledgebase_ids=[]) == []
    assert client.search("Harbour", knowledgebase_ids=[other]) == []
    for named in ([base], [other, base], "all", ["all"]):
        assert len(client.search("Harbour", knowledgebase_ids=named)) == 1


def test_unlinked_knowledgebase_rejects_search(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    client.ok("delete/knowledgebase", knowledgebase_id=base)
    body = {"user_id": "ana", "query": "x"}
    assert base in client.fails(50123, "search/memory", **body, knowledgebase_ids=[base])
    assert "zz" in client.fails(50123, "search/memory", **body, knowledgebase_ids=["zz"])
    assert client.search("x", knowledgebase_ids="all") == []


# --- refusals ---


@pytest.mark.parametrize("relativity", [0, 1, 0.45, "0.5", "1", None])
def test_every_relativity_from_0_to_1_is_accepted(client: Client, relativity: Any) -> None:
    search(client, relativity=relativity)
