"""Whole conversations, and exactly the memories that they become.

Statements about others, quotations and pasted text are not facts about the user.
"""

from typing import NamedTuple

import pytest

from mock_memos.content.extraction import extract_memories, extract_profile_values
from mock_memos.core.records import Message, View
from tests.support.messages import message

TALK: tuple[View, ...] = ("detail_factual", "preference", "event")


class Talk(NamedTuple):
    """Turns of user and assistant by turns, beginning with the user, and the memories."""

    about: str
    turns: tuple[str, ...]
    facts: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()


TALKS = (
    Talk(
        "hobbies",
        (
            "Hey! I've been getting into bouldering lately. I go to the gym twice a week.",
            "Any goals?",
            (
                "I'd like to climb a V5 by summer. I'm not great at it yet, but I love problem "
                "solving. My friend Tom already climbs V7, which is annoying lol"
            ),
        ),
        (
            "The user has been getting into bouldering lately.",
            "The user goes to the gym twice a week.",
            "The user would like to climb a V5 by summer.",
            "The user's friend Tom already climbs V7.",
        ),
        ("The user loves problem solving.",),
    ),
    Talk(
        "a journey, corrected",
        (
            (
                "We're planning a trip to Portugal in October. I'm allergic to shellfish, so "
                "please keep that in mind."
            ),
            "Noted.",
            "Actually, scratch that \u2014 we're going in November, not October.",
        ),
        (
            "The user is planning a trip to Portugal in October.",
            "The user is allergic to shellfish.",
            "The user is going in November, not October.",
        ),
    ),
    Talk(
        "work",
        (
            "I no longer work at Globex. I have a dentist appointment on Friday at 3pm.",
            "What do you do now?",
            (
                "I use Postgres 16, and my app's repo is at https://git.test/me/my-app. "
                "I almost gave up. I use `git rebase -i` a lot."
            ),
        ),
        (
            "The user no longer works at Globex.",
            "The user has a dentist appointment on Friday at 3pm.",
            "The user uses Postgres 16.",
            "The user's app's repo is at https://git.test/me/my-app.",
            "The user almost gave up.",
            "The user uses `git rebase -i` a lot.",
        ),
    ),
    Talk(
        "corrections on the spot",
        (
            (
                "My favourite colour is blue. Wait no, my favourite colour is green. I'm 34. Oops, "
                "I'm actually 35 since last week."
            ),
            "Fine.",
            "I live in Boston. Sorry, I meant Austin. I live in Austin.",
        ),
        ("The user is actually 35 since last week.", "The user lives in Austin."),
        ("The user's favourite colour is green.",),
    ),
    Talk(
        "written in haste",
        (
            "im 29 and ive got two cats, luna and milo. dont recommend seafood to me",
            "ok",
            "I LOVE SUSHI!!! I CAN'T STAND OLIVES",
        ),
        ("The user is 29.", "The user has got two cats, luna and milo."),
        ("The user loves sushi.", "The user can't stand olives."),
    ),
    Talk(
        "a person with an initial",
        ("My favourite author is Ursula K. Le Guin, my favourite band is Radiohead.",),
        (),
        (
            "The user's favourite author is Ursula K. Le Guin.",
            "The user's favourite band is Radiohead.",
        ),
    ),
    Talk(
        "words of somebody else",
        (
            "My boss said \"I need you here on Sunday\". Tom told me 'I hate tea, and I love it'.",
            "And you?",
            "The sign said \u201cwe are closed\u201d. I own a 'smart' watch.",
        ),
        ("The user owns a 'smart' watch.",),
    ),
    Talk(
        "what is only supposed",
        (
            "If I had a million I would buy a house in Bali. Suppose I live in Tokyo.",
            "Why?",
            (
                "Let's say I have 100 dollars and I spend 30, how much is left? Imagine I'm a "
                "lawyer and I hate my job."
            ),
        ),
    ),
    Talk(
        "text to work on",
        (
            "Translate to French: I am a doctor. I live in Lyon.",
            "Je suis ...",
            "Can you proofread this:\nMy name is Elena.\nI live on Mars.",
            "Done.",
            "Let's play a game: I am a wizard and I live in a tower.",
        ),
    ),
    Talk(
        "code and logs",
        (
            (
                "That worked. def foo(): return my.name\nfor i in range(10): print(i)\n"
                "const my = {a: 1};\nSELECT * FROM users WHERE name = 'I am';\n"
                "ERROR: I have no idea\nAttributeError: I is None\nMy editor is Neovim."
            ),
        ),
        ("The user's editor is Neovim.",),
    ),
    Talk(
        "small talk",
        (
            "how are you today?",
            "Good!",
            "not bad, thanks. What a day. I'm so tired lol",
            "Rest well.",
            "haha yeah. Nope, I've never tried it. I'm never going there again. I'd say about 5",
        ),
    ),
    Talk(
        "plain facts of the house",
        (
            (
                "The pool closes at nine. Breakfast ends at ten. Hope the meeting ends early. "
                "We're a team of five. Important: I'm allergic to nuts."
            ),
        ),
        ("The pool closes at nine.", "Breakfast ends at ten.", "The user is allergic to nuts."),
    ),
    Talk(
        "a choice from one line",
        (
            "I need a laptop.",
            "Options: 1) MacBook Pro 2) Dell XPS 3) ThinkPad",
            "I'll go with the second one. I hate trackpads though, I always use a mouse.",
        ),
        ("The user needs a laptop.", "The user chose Dell XPS.", "The user always uses a mouse."),
        ("The user hates trackpads though.",),
    ),
    Talk(
        "a family",
        (
            "我叫王小明，今年28岁。我老婆是医生，在医院上班，我们有一个两岁的女儿，叫朵朵。",
            "真好",
            "我养了一只猫，叫咪咪，今年3岁了。我有个弟弟，今年20岁，在北京读大学。",
        ),
        (
            "用户叫王小明。",
            "用户今年28岁。",
            "用户的老婆是医生，在医院上班。",
            "用户有一个两岁的女儿，叫朵朵。",
            "用户养了一只猫，叫咪咪，今年3岁了。",
            "用户有个弟弟，今年20岁，在北京读大学。",
        ),
    ),
    Talk(
        "habits and tastes",
        (
            "最近在学吉他，每天晚上练。我不太能吃辣，但是喜欢川菜的味道。",
            "好的",
            "我女儿下个月5号过生日。",
        ),
        ("用户最近在学吉他，每天晚上练。", "用户不太能吃辣。", "用户的女儿下个月5号过生日。"),
        ("用户喜欢川菜的味道。",),
    ),
    Talk(
        "a journey in Chinese",
        (
            "丽江我去过了。",
            "住宿可以考虑：1. 海景民宿 2. 古城客栈 3. 连锁酒店",
            "第二个吧。如果方便，我喜欢安静的房间。",
        ),
        ("丽江用户去过了。", "用户选择了古城客栈。"),
        ("用户喜欢安静的房间。",),
    ),
    Talk(
        "supposed, quoted and handed over in Chinese",
        (
            "如果我有一百万，我就去环游世界。朋友说：\u201c我讨厌上班。\u201d",
            "哈哈",
            "帮我翻译一下：我是老师，我住在北京。我很开心。",
            "好",
            "呵呵，我真是太聪明了。老师让我写作文，题目是《我的家乡》。",
        ),
        ("老师让用户写作文，题目是《我的家乡》。",),
    ),
    Talk(
        "two languages in one sentence",
        (
            "I like 火锅 and 奶茶. My Chinese name is 陈丽.",
            "ok",
            "My boss 让我下周 present 一下 roadmap。我不喜欢 early meetings。",
        ),
        ("The user's Chinese name is 陈丽.", "用户的 boss 让用户下周 present 一下 roadmap。"),
        ("The user likes 火锅 and 奶茶.", "用户不喜欢 early meetings。"),
    ),
)


def lines(talk: Talk) -> list[Message]:
    return [message("assistant" if n % 2 else "user", turn) for n, turn in enumerate(talk.turns)]


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.about)
def test_conversation_becomes_exactly_these_memories(talk: Talk) -> None:
    drafts = extract_memories(lines(talk), views=TALK)
    assert tuple(draft.value for draft in drafts if draft.view == "detail_factual") == talk.facts
    assert tuple(draft.value for draft in drafts if draft.view == "preference") == talk.preferences
    assert {draft.value for draft in drafts if draft.view == "event"} <= set(talk.facts)


def test_statements_about_others_fill_no_profile() -> None:
    family = next(talk for talk in TALKS if talk.about == "a family")
    assert extract_profile_values(lines(family)) == (("name", "王小明"), ("age", "28"))
    for text in (
        "I'm turning 40 next month.",
        "I have a dentist appointment.",
        "I'M SO HAPPY TODAY",
        "我有个弟弟，在北京工作。",
    ):
        assert extract_profile_values([message("user", text)]) == ()


def test_title_never_ends_within_a_word() -> None:
    (fact,) = extract_memories(
        [message("user", "我老板让我下周在会议上 present 一下")], views=TALK[:1]
    )
    assert fact.key == "老板让用户下周在会议上"
