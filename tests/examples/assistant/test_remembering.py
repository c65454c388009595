"""What is said in one conversation is known in the next."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, Spoken

INN = "I booked the Harbour Inn for May."


def test_what_was_just_said_is_known_at_once(assistant: Assistant, prompts: list[str]) -> None:
    assistant.reply("ana", "c1", INN)
    assistant.reply("ana", "c2", "Which inn did I book?")
    assert "Harbour Inn" in prompts[1]


def test_it_becomes_a_sentence_about_the_user(
    assistant: Assistant, memos: Memos, prompts: list[str]
) -> None:
    assistant.reply("ana", "c1", INN)
    memos.drain()
    assistant.reply("ana", "c2", "Which inn did I book?")
    assert "- The user booked the Harbour Inn for May." in prompts[1]


def test_preferences_stand_by_themselves(
    assistant: Assistant, memos: Memos, prompts: list[str]
) -> None:
    assistant.reply("ana", "c1", "I like quiet rooms.")
    memos.drain()
    assistant.reply("ana", "c2", "Which rooms do I like?")
    assert prompts[1].endswith("What the user prefers:\n- The user likes quiet rooms.")


def test_chinese_is_remembered_in_chinese(memory: Memory, memos: Memos) -> None:
    memory.remember("小雨", "c1", [Spoken("user", "我住在里昂。")])
    memos.drain()
    assert any("里昂" in fact for fact in memory.recall("小雨", "我住在哪里？里昂").facts)


def test_the_first_answer_knows_nothing(assistant: Assistant, prompts: list[str]) -> None:
    assert assistant.reply("ana", "c1", "Hello!") == "Noted."
    assert prompts == ["You are a helpful assistant."]


def test_a_question_about_something_else_recalls_nothing(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Spoken("user", INN)])
    memos.drain()
    assert memory.recall("ana", "quantum chromodynamics").facts == []


def test_the_same_thing_said_twice_is_known_once(memory: Memory, memos: Memos) -> None:
    for conversation in ("c1", "c2"):
        memory.remember("ana", conversation, [Spoken("user", INN)])
        memos.drain()
    assert len(memory.recall("ana", "Harbour Inn").facts) == 1


def test_a_topic_narrows_the_search(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Spoken("user", INN)])
    memos.drain()
    assert memory.recall("ana", "Harbour Inn", only_about="harbour").facts != []
    assert memory.recall("ana", "Harbour Inn", only_about="mountain").facts == []


def test_a_conversation_is_listed_in_its_order(assistant: Assistant, memory: Memory) -> None:
    assistant.reply("ana", "c1", INN)
    assistant.reply("ana", "c1", "Thank you.")
    assistant.reply("ana", "c2", "Something else.")
    assert [one.text for one in memory.history("ana", "c1")] == [
        INN, "Noted.", "Thank you.", "Noted.",
    ]  # fmt: skip


@pytest.mark.mock_memos(scenario="harbour-inn")
def test_a_story_can_say_what_is_remembered(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Spoken("user", INN)])
    memos.drain()
    assert memory.recall("ana", "Harbour Inn").facts != []
