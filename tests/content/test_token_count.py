import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content import token_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Hi", 1),
        ("Where do I stay?", 4),
        ("广州", 3),
        ("我喜欢 coffee", 4),
        ("🙂" * 8, 2),
    ],
)
def test_a_chinese_character_is_one_token_and_four_others_are_one(text: str, count: int) -> None:
    assert token_count.count_tokens(text) == count


@given(st.text(), st.text())
def test_a_longer_text_never_counts_less(text: str, more: str) -> None:
    assert (
        token_count.count_tokens(text)
        <= token_count.count_tokens(text + more)
        <= len(text + more) + 1
    )


@given(st.text(alphabet="a字 ", min_size=1))
def test_the_short_way_for_plain_text_agrees_with_the_long_way(text: str) -> None:
    chinese = text.count("字")
    assert token_count.count_tokens(text) == chinese + max(1, (len(text) - chinese) // 4)
