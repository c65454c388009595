import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content import token_count


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("Hi", 1), ("Where do I stay?", 4), ("广州", 3), ("我喜欢 coffee", 4), ("🙂" * 8, 2)],
)
def test_chinese_character_counts_as_one_token(text: str, count: int) -> None:
    assert token_count.count_tokens(text) == count


@given(st.text(), st.text())
def test_longer_text_never_has_fewer_tokens(text: str, more: str) -> None:
    assert (
        token_count.count_tokens(text)
        <= token_count.count_tokens(text + more)
        <= len(text + more) + 1
    )


@given(st.text(alphabet="a字 ", min_size=1))
def test_ascii_fast_path_agrees_with_the_general_path(text: str) -> None:
    chinese = text.count("字")
    assert token_count.count_tokens(text) == chinese + max(1, (len(text) - chinese) // 4)
