"""The filter grammar, and properties of its groups."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.api.decoding.filters import MAX_DEPTH, parse_filter
from mock_memos.core.records import Memory, Scope
from mock_memos.core.service_errors import ApiError


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def memory(**fields: Any) -> Memory:
    known: dict[str, Any] = {
        "id": "m1",
        "scope": Scope("user", "ana"),
        "view": "detail_factual",
        "key": "Hotel booking",
        "value": "The user booked the Harbour Inn.",
        "memory_type": "WorkingMemory",
        "tags": ("hotel", "travel"),
        "conversation_id": "c1",
        "create_time": at("2025-12-10 15:00:00"),
        "update_time": at("2025-12-11 09:30:00"),
        "user_id": "ana",
        "agent_ids": ("bot-1",),
        "app_id": "web",
        "related": ("ana", "bot-1"),
        "info": {"scene": "travel", "nights": 2, "rooms": ["12", "14"], "paid": True},
    }
    return Memory(**(known | fields))


MEMORY = memory()
PROFILE = memory(view="profile", tags=("hotel",), info={"scene": "travel"})

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"and": []},
    {"or": []},
    {"or": [{}]},
    {"and": None, "or": None},
    {"and": [{"agent_id": "bot-1"}]},
    {"or": [{"app_id": "other"}, {"app_id": "web"}]},
    {"and": [{"or": [{"app_id": "x"}, {"user_id": "ana"}]}, {"conversation_id": "c1"}]},
    {"app_id": "web"},
    {"app_id": "web", "and": [{"scene": "travel"}]},
    {"and": [{"app_id": "web", "scene": "travel"}]},
    {"and": [{"app_id": None}]},
    {"and": [{"related_id": ["zoe", "bot-1"]}]},
    {"and": [{"tags": {"contains": "hotel"}}]},
    {"and": [{"tags": "travel"}]},
    {"and": [{"scene": "travel"}]},
    {"and": [{"rooms": "14"}]},
    {"and": [{"rooms": 14}]},
    {"and": [{"nights": "2"}]},
    {"and": [{"nights": 2.0}]},
    {"and": [{"nights": {"gt": 1, "lte": 2}}]},
    {"and": [{"nights": {"gte": "1.5"}}]},
    {"and": [{"paid": True}]},
    {"and": [{"create_time": {"gte": "2025-12-10 15:00:00"}}]},
    {"and": [{"create_time": {"gte": "2025-12-10", "lte": "2025-12-10"}}]},
    {"and": [{"update_time": {"gt": "2025-12-11", "lt": "2025-12-12"}}]},
    {"user": {"and": [{"agent_id": "bot-1"}]}},
    {"public": {"and": [{"agent_id": "nobody"}]}},
    {"user": {"agent_id": "bot-1"}, "knowledgebase": {"and": [{"scene": "x"}]}},
    {"user": None},
    {"user": {}},
]  # fmt: skip

DECLINED: list[dict[str, Any]] = [
    {"and": [{"agent_id": "bot-2"}]},
    {"and": [{"app_id": "web"}, {"user_id": "ben"}]},
    {"or": [{"app_id": "x"}, {"app_id": "y"}]},
    {"and": [{"related_id": ["zoe"]}]},
    {"and": [{"related_id": []}]},
    {"and": [{"tags": {"contains": "hot"}}]},
    {"and": [{"tags": "Hotel"}]},
    {"and": [{"nowhere": "x"}]},
    {"and": [{"nights": {"gt": 2}}]},
    {"and": [{"scene": {"gt": 0}}]},
    {"and": [{"paid": {"gte": 0}}]},
    {"and": [{"create_time": {"gt": "2025-12-10 15:00:00"}}]},
    {"and": [{"create_time": {"lt": "2025-12-10"}}]},
    {"and": [{"create_time": {"gte": "2025-12-10", "lte": "2025-12-09"}}]},
    {"user": {"and": [{"agent_id": "bot-2"}]}},
]  # fmt: skip

REFUSED: list[tuple[Any, str]] = [
    ([], "filter is a list"),
    ({"and": {}}, "filter.and is an object"),
    ({"and": ["x"]}, r"filter.and\[0\] is a text"),
    ({"and": [{"not": []}]}, r"filter.and\[0\].not is not supported"),
    ({"user": {"and": []}, "app_id": "web"}, "together with app_id; use one style"),
    ({"public": True}, "filter.public is a boolean"),
    ({"tags": ["a"]}, "filter.tags names a list"),
    ({"tags": {"contains": 3}}, "filter.tags names a number"),
    ({"tags": {"contain": "a"}}, "did you mean 'contains'"),
    ({"tags": {}}, "filter.tags lacks an operator"),
    ({"scene": {"contains": "x"}}, "filter.scene.contains is not an operator here"),
    ({"info": {"scene": "x"}}, "write a key of info without info around it"),
    ({"scene": ["a"]}, "filter.scene is a list"),
    ({"nights": {"gt": "many"}}, "filter.nights.gt is a text; expected a number"),
    ({"nights": {"gt": True}}, "filter.nights.gt is a boolean"),
    ({"agent_id": {"gt": 1}}, "filter.agent_id is an object; expected an id"),
    ({"agent_id": ["a"]}, "filter.agent_id is a list"),
    ({"related_id": [1]}, "takes a list of user and Agent ids"),
    ({"create_time": "2025-12-10"}, "filter.create_time takes operators"),
    ({"create_time": {"gte": "10.12.2025"}}, "write YYYY-MM-DD"),
    ({"create_time": {"gte": "2025-13-10"}}, "write YYYY-MM-DD"),
    ({"create_time": {"gte": 1765359875901}}, "write YYYY-MM-DD"),
    ({"create_time": {"equals": "2025-12-10"}}, "not an operator here"),
]  # fmt: skip


@pytest.mark.parametrize("raw", ACCEPTED, ids=str)
def test_filter_matches_memory(raw: dict[str, Any]) -> None:
    assert parse_filter(raw)(MEMORY)


@pytest.mark.parametrize("raw", DECLINED, ids=str)
def test_filter_does_not_match_memory(raw: dict[str, Any]) -> None:
    assert not parse_filter(raw)(MEMORY)


@pytest.mark.parametrize(("raw", "hint"), REFUSED, ids=str)
def test_invalid_filter_names_its_path(raw: Any, hint: str) -> None:
    with pytest.raises(ApiError, match=hint) as refused:
        parse_filter(raw)
    assert refused.value.code == 40000


@pytest.mark.parametrize(
    "raw",
    [
        {"app_id": "web"},
        {"app_id": "web", "and": []},
        {"and": [], "or": []},
        {"user": {"app_id": "web"}},
    ],
    ids=str,
)
def test_strict_mode_requires_one_root_group(raw: dict[str, Any]) -> None:
    parse_filter(raw)
    with pytest.raises(ApiError, match="one group"):
        parse_filter(raw, strict=True)
    assert parse_filter({"and": [{"or": [{"app_id": "web"}]}]}, strict=True)(MEMORY)


def test_dates_use_the_time_zone() -> None:
    raw = {"and": [{"create_time": {"gte": "2025-12-10 23:00:00"}}]}
    assert not parse_filter(raw)(MEMORY)
    assert parse_filter(raw, zone="Asia/Shanghai")(MEMORY)


def test_lte_date_includes_the_whole_day() -> None:
    last = memory(create_time=at("2025-12-11") - 1)
    assert parse_filter({"create_time": {"lte": "2025-12-10"}})(last)
    assert not parse_filter({"create_time": {"gt": "2025-12-11"}})(last)


def test_source_filters_only_its_memories() -> None:
    only_ours = parse_filter({"agent": {"and": [{"app_id": "cli"}]}})
    assert only_ours(MEMORY)
    assert only_ours(memory(scope=Scope("public")))
    assert not only_ours(memory(scope=Scope("agent", "bot-1")))


def test_agent_id_matches_memory_of_agent() -> None:
    own = memory(scope=Scope("agent", "bot-9"), agent_ids=(), user_id="")
    assert parse_filter({"agent_id": "bot-9"})(own)


@pytest.mark.parametrize(
    ("raw", "accepted"),
    [
        ({"create_time": {"gte": "2025-12-10"}}, True),
        ({"user_id": "ana"}, True),
        ({"tags": "hotel"}, False),
        ({"scene": "travel"}, False),
        ({"scene": {"gt": 0}}, False),
        ({"related_id": ["ana"]}, False),
        ({"app_id": "web"}, False),
    ],
    ids=str,
)
def test_profile_matches_by_times_and_owner_only(raw: dict[str, Any], accepted: bool) -> None:
    assert parse_filter(raw)(PROFILE) is accepted


def test_absent_filter_matches_everything() -> None:
    assert parse_filter(None)(PROFILE)
    assert parse_filter({})(PROFILE)
    assert not parse_filter({"app_id": "web"})(PROFILE)


def test_too_deeply_nested_groups_are_rejected() -> None:
    raw: dict[str, Any] = {"app_id": "web"}
    for _ in range(MAX_DEPTH):
        raw = {"and": [raw]}
    assert parse_filter(raw)(MEMORY)
    with pytest.raises(ApiError, match="nested groups"):
        parse_filter({"and": [raw]})


# --- laws ---

CONDITIONS = st.recursive(
    st.sampled_from([*ACCEPTED[5:26], *DECLINED[:14]]),
    lambda inner: st.builds(
        lambda kind, parts: {kind: parts},
        st.sampled_from(["and", "or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
WORDS = st.sampled_from([
    "and", "or", "not", "user", "agent", "public", "tags", "contains", "gt", "gte", "lt", "lte",
    "create_time", "related_id", "agent_id", "info", "scene", "2025-12-10", "",
]) | st.text(max_size=4)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


def accepts(raw: dict[str, Any]) -> bool:
    return parse_filter(raw)(MEMORY)


@given(CONDITIONS, CONDITIONS)
def test_and_needs_both_and_or_needs_one(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert accepts({"and": [first, second]}) is (accepts(first) and accepts(second))
    assert accepts({"or": [first, second]}) is (accepts(first) or accepts(second))


@given(CONDITIONS)
def test_group_of_one_condition_equals_the_condition(first: dict[str, Any]) -> None:
    assert accepts({"and": [first]}) is accepts({"or": [first]}) is accepts(first)


@given(st.lists(CONDITIONS, max_size=4))
def test_order_of_conditions_has_no_effect(parts: list[dict[str, Any]]) -> None:
    for kind in ("and", "or"):
        assert accepts({kind: parts}) is accepts({kind: parts[::-1]})


@given(st.dictionaries(WORDS, JSON, max_size=3), st.booleans())
def test_any_object_is_parsed_or_rejected(raw: dict[str, Any], strict: bool) -> None:
    try:
        result = parse_filter(raw, strict=strict)
    except ApiError as refused:
        assert refused.code == 40000
    else:
        assert result(MEMORY) in (True, False)
        assert result(PROFILE) in (True, False)
