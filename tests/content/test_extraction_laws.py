"""Any text can be extracted, deterministically, and a long one quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content.extraction import extract_memories, extract_profile_values, parse_correction
from mock_memos.content.fast_memory import build_fast_memory
from mock_memos.core.records import VIEWS, Message
from tests.support.messages import message

WORDS = (
    "I my we me you am like don't hate live in Lyon and but or , . ? ! the second one take choose "
    "yesterday at 5 pm on May met with Li 'm 've ’s not it is from to name call favourite is when "
    "我 我的 你 喜欢 不 讨厌 是 在 去 了 吗 ， 。 ？ 选 第二个 吧 昨天 5月 3日 和 李雷 工作 "
    "住在 叫 就 把 改成 "
    '\n \u2028 \x00 🙂 שלום かな ``` 【 】 、 <tool_schema> </tool_schema> [ ] { } " error'
).split(" ")
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=30).map("".join),
)  # fmt: skip
roles = st.sampled_from(["user", "assistant", "system", "tool"])
calls = st.none() | st.lists(
    st.dictionaries(st.sampled_from(["id", "name", "arguments", "function"]), texts), max_size=2
)
lines = st.lists(
    st.builds(message, roles, texts, texts, role_name=texts, tool_calls=calls, tool_call_id=texts),
    max_size=6,
)


@given(lines=lines, tags=st.lists(texts, max_size=3))
def test_every_conversation_is_extracted_deterministically(
    lines: list[Message], tags: list[str]
) -> None:
    result = extract_memories(lines, views=VIEWS, tags=tags)
    assert result == extract_memories(lines, views=VIEWS, tags=tags)
    for draft in result:
        assert draft.key
        assert draft.value
    texts = [(draft.view, draft.topic or draft.value) for draft in result]
    assert len(texts) == len(set(texts))
    for name, value in extract_profile_values(lines):
        assert name
        assert value
    memory = build_fast_memory(lines)
    assert memory is None or len(memory.key) <= 80


@given(texts)
def test_every_feedback_is_parsed(text: str) -> None:
    result = parse_correction(text)
    assert bool(result.old) == bool(result.new)


@pytest.mark.parametrize(
    "unit",
    [
        "I ", "a", "!", ".", "my and I ", "我", "我，", " ", "I like a, ", "```", "<tool_schema>",
        "<tool_schema></tool_schema>", "I like tea. ", "我喜欢茶。", "\n", "1", "1.", "a'a", "- ",
        '"', "my email is a@", "x, I ", "昨天我去了和在", "\u2028", "\u0301", "ﷺ", "not but ",
    ],
)  # fmt: skip
def test_text_of_200_000_characters_is_extracted_quickly(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    extract_memories(
        [message("user", text), message("system", text), message("tool", text)], views=VIEWS
    )
    parse_correction(text)
