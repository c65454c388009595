"""extract/memory and rerank."""

import re
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn. I like short answers."}]


def test_extraction_returns_memories_without_ids(client: Client) -> None:
    result = client.ok("extract/memory", messages=MESSAGES)
    assert list(result) == ["success", "memory_detail_list", "preference_detail_list"]
    [fact] = result["memory_detail_list"]
    assert list(fact) == ["memory_key", "memory_value", "memory_type", "tags"]
    assert fact["memory_value"] == "The user booked the Harbour Inn."
    [preference] = result["preference_detail_list"]
    assert list(preference) == ["preference", "reasoning", "preference_type"]
    assert preference["preference"] == "The user likes short answers."


@pytest.mark.parametrize(
    ("types", "lists"),
    [
        (["memory"], {"memory_detail_list"}),
        (["preference"], {"preference_detail_list"}),
        (["memory", "preference"], {"memory_detail_list", "preference_detail_list"}),
        ([], {"memory_detail_list", "preference_detail_list"}),
        (None, {"memory_detail_list", "preference_detail_list"}),
    ],
)
def test_unrequested_list_is_absent(client: Client, types: Any, lists: set[str]) -> None:
    result = client.ok("extract/memory", messages=MESSAGES, extraction_types=types)
    assert set(result) == {"success"} | lists


def test_message_without_facts_returns_empty_lists(client: Client) -> None:
    result = client.ok("extract/memory", messages=[{"role": "user", "content": "Hi!"}])
    assert (result["memory_detail_list"], result["preference_detail_list"]) == ([], [])


# --- rerank ---


def rerank(client: Client, **fields: Any) -> Any:
    documents = ["lives in Lyon", "plays chess as a hobby", "hates rain"]
    return client.ok("rerank", **{"query": "chess hobby", "documents": documents} | fields)


def test_rerank_orders_documents_by_score(client: Client) -> None:
    ranked = rerank(client)
    assert list(ranked) == ["id", "model", "usage", "results"]
    assert re.fullmatch(r"rerank-[0-9a-f]{32}", ranked["id"])
    assert ranked["model"] == "memos-reranker-0.6b"
    assert set(ranked["usage"]) == {"prompt_tokens", "total_tokens"}
    first, *others = ranked["results"]
    assert first["index"] == 1
    assert first["document"] == {"text": "plays chess as a hobby"}
    assert 1 >= first["relevance_score"] > max(other["relevance_score"] for other in others) >= 0
    assert [other["index"] for other in others] == [0, 2]


@pytest.mark.parametrize(("top_n", "count"), [(1, 1), (3, 3), (99, 3), (None, 3), ("2", 2)])
def test_rerank_returns_top_n_documents(client: Client, top_n: Any, count: int) -> None:
    assert len(rerank(client, top_n=top_n)["results"]) == count


@pytest.mark.parametrize("model", ["memos-reranker-4b", "any other"])
def test_rerank_accepts_any_model(client: Client, model: str) -> None:
    assert rerank(client, model=model)["model"] == model
