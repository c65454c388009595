"""Relevance depends on shared words and on nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content.relevance import TermIndex, boost, rank, relativity, searchable_text
from mock_memos.content.text_analysis import terms

THRESHOLD = 0.45


def score(query: str, text: str) -> float:
    return rank(query, [text])[0]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Which hotel did I book?", "The user booked the Harbour Inn."),
        ("Where do I live?", "The user lives in Lyon."),
        ("What is my name?", "The user's name is Ana."),
        ("Where did I go?", "The user went home."),
        ("我订了哪家酒店", "用户预订了海港酒店"),
        ("我的名字是什么", "名字\n用户叫小明。"),
        ("我住在哪", "用户现在住在上海。"),
        ("我喝什么茶", "用户喜欢绿茶"),
        ("我养了什么猫", "用户有一只猫"),
        ("東京", "私は東京に住んでいます"),
        ("커피", "커피를 좋아해요"),
        ("ＬＹＯＮ", "lives in Lyon"),
        ("iphone15", "The user owns an iPhone15."),
    ],
)
def test_shared_content_word_scores_above_the_threshold(query: str, text: str) -> None:
    assert score(query, text) > THRESHOLD


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Which hotel did I book?", "The user likes jazz."),
        ("what is it?", "What is it that the user does?"),
        ("user", "The user likes jazz."),
        ("用户", "用户喜欢安静的房间。"),
        ("我叫什么？", "用户喜欢安静的房间。"),
        ("什么", "用户知道什么"),
        ("上海", "用户每天上班"),
        ("", "anything"),
        ("?!…", "?!…"),
    ],
)
def test_no_shared_content_word_scores_below_the_threshold(query: str, text: str) -> None:
    assert score(query, text) <= 0.4


def test_full_coverage_scores_higher_than_partial() -> None:
    whole, part, none = rank("quiet harbour hotel", ["a quiet hotel, harbour", "hotel", "tea"])
    assert 0.98 == whole > part > THRESHOLD > none


def test_score_does_not_depend_on_length_and_other_texts() -> None:
    short, long = "A quiet hotel.", "A quiet hotel." + " More words follow here." * 50
    assert score("quiet hotel", short) == score("quiet hotel", long)
    assert rank("quiet hotel", [short, "tea", "quiet"])[0] == score("quiet hotel", short)


def test_scores_have_at_most_eight_decimals() -> None:
    assert relativity(1 / 3) == 0.66
    assert relativity(1 / 7) == 0.56857143


def test_same_conversation_boosts_without_passing_threshold() -> None:
    assert relativity(0.5) < boost(relativity(0.5))
    assert boost(relativity(1.0)) == 1.0
    assert boost(relativity(0.0)) < THRESHOLD


def test_searchable_text_has_no_roles_and_times() -> None:
    value = "user: [09:44 AM on 10 December, 2025 UTC]: I like tea.\ntool(x): [now]: 3\n"
    assert searchable_text(value) == "I like tea.\n3\n"


def test_index_groups_texts_by_the_weight_of_their_terms() -> None:
    index = TermIndex()
    index.add(3, "a quiet hotel")
    index.add(7, "a hotel with tea")
    index.add(8, "jazz")
    result = index.group_by_weight(terms("quiet hotel by the harbour"))
    assert result == {2.0: [3], 1.0: [7]}
    assert index.group_by_weight(terms("what is it?")) == {}
    assert index.group_by_weight({}) == {}


texts = st.one_of(st.text(), st.text("abct hotel quietx酒店上海我的了 '.,"))


@given(query=texts, others=st.lists(texts, max_size=4), text=texts)
def test_index_agrees_with_rank(query: str, others: list[str], text: str) -> None:
    query_terms = terms(query)
    total = sum(query_terms.values())
    index = TermIndex()
    for number, indexed in enumerate([*others, text]):
        index.add(number, indexed)
    weights = {
        number: weight
        for weight, numbers in index.group_by_weight(query_terms).items()
        for number in numbers
    }
    for number, expected in enumerate(rank(query, [*others, text])):
        coverage = weights.get(number, 0.0) / total if total else 0.0
        assert expected == relativity(coverage)
        assert (expected > THRESHOLD) == (number in weights)
        assert 0 <= expected <= 0.98
