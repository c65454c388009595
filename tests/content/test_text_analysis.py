"""Terms: what makes words equal, and what they weigh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content.text_analysis import content_words, is_common, stem, terms

texts = st.one_of(st.text(), st.text("abct hotel quietx酒店上海我的了 '.,"))


@pytest.mark.parametrize(
    "forms",
    [
        "book books booked booking",
        "study studies studied studying",
        "travel travels travelled travelling traveling",
        "plan plans planned planning",
        "city cities",
        "class classes",
        "fly flies flew flown flying",
        "live lives lived living",
        "call calls called calling",
        "use uses used using",
        "wife wives",
    ],
)
def test_forms_of_a_word_are_one_term(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_terms_are_in_the_order_of_first_appearance() -> None:
    assert list(terms("Tea, then coffee, then tea with cake")) == ["tea", "coffe", "cake"]
    assert list(terms("安静的房间")) == ["安静", "房间"]


def test_common_words_weigh_less() -> None:
    weights = terms("I like harbours today")
    assert weights["like"] < weights["harbour"]


def test_numbers_and_mixed_words_are_terms() -> None:
    assert {"30", "3.5", "v2", "1234"} <= terms("30 or 3.5 or v2 or 1234").keys()
    assert "30" in terms("用户30岁")


def test_content_words_are_as_written() -> None:
    assert content_words("The user booked the Harbour Inn.") == ["booked", "Harbour", "Inn"]


@given(texts)
def test_terms_accepts_every_text(text: str) -> None:
    for term, weight in terms(text).items():
        assert term
        assert 0 < weight <= 1


@pytest.mark.parametrize("word", ["tried", "going", "thought", "weeks", "the"])
def test_inflected_common_words_are_common(word: str) -> None:
    assert is_common(word)


@pytest.mark.parametrize("word", ["plane", "noted", "seed", "hotel"])
def test_words_that_look_like_common_words_are_not_common(word: str) -> None:
    assert not is_common(word)
