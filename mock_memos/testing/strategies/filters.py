"""Filters of the documented grammar, and profile trees."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.api.decoding.filters import COMPARISONS, SOURCES
from mock_memos.testing.strategies.texts import agent_ids, conversation_ids, tags, texts, user_ids

ProfileTreeBody = dict[str, Any]


def filters() -> SearchStrategy[dict[str, Any]]:
    """Returns filters: one group, one group per source, or an empty filter."""
    by_source = st.dictionaries(st.sampled_from(SOURCES), groups(), min_size=1, max_size=2)
    return st.just({}) | groups() | by_source


def groups() -> SearchStrategy[dict[str, Any]]:
    """Returns groups of conditions; groups may be nested."""
    return st.recursive(
        _group(conditions()), lambda inner: _group(conditions() | inner), max_leaves=4
    )


def conditions() -> SearchStrategy[dict[str, Any]]:
    """Returns conditions of one field."""
    field = st.sampled_from
    return st.one_of(
        _pair(st.just("tags"), tags().map(lambda tag: {"contains": tag})),
        _pair(st.just("agent_id"), agent_ids()),
        _pair(st.just("app_id"), texts(20)),
        _pair(st.just("conversation_id"), conversation_ids()),
        _pair(st.just("user_id"), user_ids()),
        _pair(st.just("related_id"), st.lists(user_ids() | agent_ids(), min_size=1, max_size=2)),
        _pair(field(["create_time", "update_time"]), _comparisons(_moments())),
        _pair(field(["scene", "城市"]), texts(20)),
        _pair(st.just("price"), st.integers(-99, 99) | _comparisons(st.integers(-99, 99))),
    )


def profile_trees() -> SearchStrategy[ProfileTreeBody]:
    """Returns profile fields in at most three levels."""
    names = st.sampled_from(["Basics", "City", "工作", "Likes"])
    leaf = st.fixed_dictionaries(
        {"value": st.just("") | texts(20)}, optional={"algorithm_updatable": st.booleans()}
    )
    level: SearchStrategy[ProfileTreeBody] = leaf
    for _ in range(2):
        level = leaf | st.dictionaries(names, level, min_size=1, max_size=2)
    return st.dictionaries(names, level, min_size=1, max_size=2)


def _group(members: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    return _pair(st.sampled_from(["and", "or"]), st.lists(members, min_size=1, max_size=2))


def _comparisons(bounds: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(list(COMPARISONS)), bounds, min_size=1, max_size=2)


def _moments() -> SearchStrategy[str]:
    days = st.dates().map(lambda day: day.isoformat())
    return days | st.datetimes().map(lambda moment: moment.isoformat(" ", "seconds"))


def _pair(name: SearchStrategy[str], value: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.builds(lambda key, item: {key: item}, name, value)
