"""What feedback corrects."""

import pytest

from mock_memos.content.extraction import Correction, parse_correction
from mock_memos.content.rules.statements import attribute_for_field


@pytest.mark.parametrize(
    ("feedback", "old", "new"),
    [
        ("It is the Garden Inn, not the Harbour Inn.", "Harbour Inn", "Garden Inn"),
        ("The Garden Inn, not the Harbour Inn", "Harbour Inn", "Garden Inn"),
        ("It's not the Harbour Inn but the Garden Inn.", "Harbour Inn", "Garden Inn"),
        ("not tea but coffee", "tea", "coffee"),
        ("No, it isn't tea, it's coffee", "tea", "coffee"),
        ("Replace Harbour Inn with Garden Inn", "Harbour Inn", "Garden Inn"),
        ('Please change "tea" to "coffee".', "tea", "coffee"),
        ("Call it Garden Inn instead of Harbour Inn.", "Harbour Inn", "Garden Inn"),
        ("It's an apartment, not a house", "a house", "an apartment"),
        ("I booked the Garden Inn, not the Harbour Inn", "Harbour Inn", "Garden Inn"),
        ("My name is Ben, not Bob.", "Bob", "Ben"),
        ("No, my name is Sarah not Sara", "Sara", "Sarah"),
        ("I live in Lyon, not in Paris.", "Paris", "Lyon"),
        ("不是海港酒店，是海棠酒店", "海港酒店", "海棠酒店"),
        ("不是七天而是全季。", "七天", "全季"),
        ("是全季，不是七天", "七天", "全季"),
        ("请把“七天”改成“全季”。", "七天", "全季"),
        ("我住的不是上海，是北京", "上海", "北京"),
    ],
)
def test_feedback_that_replaces_a_wording_is_parsed(feedback: str, old: str, new: str) -> None:
    result = parse_correction(feedback)
    assert (result.old, result.new) == (old, new)
    assert len(result.drafts) == 1
    assert new in result.drafts[0].value


def test_wording_change_contains_the_new_statement() -> None:
    (draft,) = parse_correction("It is the Garden Inn, not the Harbour Inn.").drafts
    assert draft.value == "The user corrected: Garden Inn, not Harbour Inn."
    (draft,) = parse_correction("I live in Lyon, not in Paris.").drafts
    assert (draft.value, draft.topic) == ("The user lives in Lyon.", "home")
    (draft,) = parse_correction("不是七天，是全季").drafts
    assert draft.value == "用户更正：是全季，不是七天。"


@pytest.mark.parametrize(
    ("feedback", "value", "topic"),
    [
        ("I live in Paris now.", "The user lives in Paris now.", "home"),
        ("That's not true, I like tea", "The user likes tea.", "taste:tea"),
        ("Change my city to Lyon", "The user's city is Lyon.", "home"),
        ("把我的城市改成上海", "用户的城市是上海。", "home"),
        ("我其实不喜欢咖啡", "用户其实不喜欢咖啡。", "taste:咖啡"),
    ],
)
def test_statement_in_feedback_becomes_a_memory(feedback: str, value: str, topic: str) -> None:
    result = parse_correction(feedback)
    assert (result.old, result.new) == ("", "")
    assert [(draft.value, draft.topic) for draft in result.drafts] == [(value, topic)]


@pytest.mark.parametrize(
    ("feedback", "gone"),
    [
        ("Please forget that I live in Lyon.", ("The user lives in Lyon.",)),
        (
            "Delete the fact that I like tea and own a boat",
            ("The user likes tea and owns a boat.",),
        ),
        ("请忘掉我住在里昂这件事。", ("用户住在里昂。",)),
        ("Forget it", ()),
        ("Forget my address", ()),
    ],
)
def test_forget_feedback_becomes_no_memory(feedback: str, gone: tuple[str, ...]) -> None:
    assert parse_correction(feedback) == Correction(forgotten=gone)


@pytest.mark.parametrize("feedback", ["", "thanks", "ok", "Is that right?", "谢谢", "That's wrong"])
def test_irrelevant_feedback_corrects_nothing(feedback: str) -> None:
    assert parse_correction(feedback) == Correction()


@pytest.mark.parametrize(
    ("field", "attribute"),
    [
        ("City", "city"), ("城市", "city"), ("所在地", "city"), ("Home town", "city"),
        ("full_name", "name"), ("姓名", "name"), ("Job Title", "job"), ("职业", "job"),
        ("E-mail", "email"), ("Phone number", "phone"), ("手机号", "phone"), ("AGE", "age"),
        ("Date of birth", "birthday"), ("公司", "company"), ("Shoe size", None), ("", None),
    ],
)  # fmt: skip
def test_profile_fields_are_recognised_by_their_names(field: str, attribute: str | None) -> None:
    assert attribute_for_field(field) == attribute
