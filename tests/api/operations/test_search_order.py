"""Results of a search do not depend on its algorithm."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mock_memos.core.records import Memory, Preference, Scope
from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

views = st.sampled_from(["detail_factual", "preference"])
memories = st.lists(
    st.builds(
        Memory,
        id=st.just(""),
        scope=st.sampled_from([Scope("user", "ana"), Scope("public"), Scope("user", "ben")]),
        view=views,
        key=st.just(""),
        value=st.sampled_from(
            ["A quiet hotel.", "A hotel.", "The quiet sea.", "Quiet hotel near the sea.", "Tea."]
        ),
        memory_type=st.just("WorkingMemory"),
        tags=st.just(()),
        conversation_id=st.sampled_from(["c", "d"]),
        create_time=st.integers(1, 4),
        update_time=st.just(1),
        status=st.sampled_from(["activated", "activated", "archived"]),
        detail=st.just(Preference("explicit_preference", "")),
        relativity=st.sampled_from([None, None, None, 0.3, 0.66, 0.9]),
    ),
    max_size=40,
)
requests = st.fixed_dictionaries(
    {
        "query": st.sampled_from(["quiet hotel by the sea", "hotel", "tea", "nothing of it"]),
        "conversation_id": st.sampled_from(["", "c"]),
        "memory_limit_number": st.integers(1, 25),
        "preference_limit_number": st.integers(0, 25),
    }
)


def client_with(given_memories: list[Memory]) -> Client:
    client = Client()
    for number, memory in enumerate(given_memories):
        client.world.memories.put(replace(memory, id=f"m{number * 7 % 41:02}"))
        if number % 13 == 5:
            client.engine.set_world(client.key, client.world.fork())
    return client


@given(given_memories=memories, body=requests, threshold=st.sampled_from([0.1, 0.45, 0.66, 0.8]))
def test_higher_threshold_only_removes_results(
    given_memories: list[Memory], body: dict[str, Any], threshold: float
) -> None:
    """A search with a threshold uses the index, one without sorts all memories."""
    client = client_with(given_memories)
    every = client.ok("search/memory", user_id="ana", relativity=0, **body)
    some = client.ok("search/memory", user_id="ana", relativity=threshold, **body)
    for name in ("memory_detail_list", "preference_detail_list"):
        assert some[name] == [item for item in every[name] if item["relativity"] >= threshold]


@given(given_memories=memories, body=requests)
def test_results_are_those_with_highest_scores(
    given_memories: list[Memory], body: dict[str, Any]
) -> None:
    client = client_with(given_memories)
    all_of_them = body | {"memory_limit_number": 25, "preference_limit_number": 0}
    every = client.ok("search/memory", user_id="ana", **all_of_them)["memory_detail_list"]
    some = client.ok("search/memory", user_id="ana", **body)["memory_detail_list"]
    assert some == every[: body["memory_limit_number"]]
    scores = [item["relativity"] for item in every]
    assert scores == sorted(scores, reverse=True)
