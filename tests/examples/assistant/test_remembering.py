"""Messages of one conversation are found in the next."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, Message

INN = "I booked the Harbour Inn for May."


def test_message_is_found_immediately(assistant: Assistant, prompts: list[str]) -> None:
    assistant.reply("ana", "c1", INN)
    assistant.reply("ana", "c2", "Which inn did I book?")
    assert "Harbour Inn" in prompts[1]


def test_message_becomes_fact_about_user(
    assistant: Assistant, memos: Memos, prompts: list[str]
) -> None:
    assistant.reply("ana", "c1", INN)
    memos.run_until_idle()
    assistant.reply("ana", "c2", "Which inn did I book?")
    assert "- The user booked the Harbour Inn for May." in prompts[1]


def test_preferences_are_separate_memories(
    assistant: Assistant, memos: Memos, prompts: list[str]
) -> None:
    assistant.reply("ana", "c1", "I like quiet rooms.")
    memos.run_until_idle()
    assistant.reply("ana", "c2", "Which rooms do I like?")
    assert prompts[1].endswith("What the user prefers:\n- The user likes quiet rooms.")


def test_chinese_message_becomes_chinese_fact(memory: Memory, memos: Memos) -> None:
    memory.remember("小雨", "c1", [Message("user", "我住在里昂。")])
    memos.run_until_idle()
    assert any("里昂" in fact for fact in memory.recall("小雨", "我住在哪里？里昂").facts)


def test_first_answer_has_no_memories(assistant: Assistant, prompts: list[str]) -> None:
    assert assistant.reply("ana", "c1", "Hello!") == "Noted."
    assert prompts == ["You are a helpful assistant."]


def test_unrelated_question_finds_nothing(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Message("user", INN)])
    memos.run_until_idle()
    assert memory.recall("ana", "quantum chromodynamics").facts == []


def test_repeated_statement_is_stored_once(memory: Memory, memos: Memos) -> None:
    for conversation in ("c1", "c2"):
        memory.remember("ana", conversation, [Message("user", INN)])
        memos.run_until_idle()
    assert len(memory.recall("ana", "Harbour Inn").facts) == 1


def test_topic_filters_search(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Message("user", INN)])
    memos.run_until_idle()
    assert memory.recall("ana", "Harbour Inn", only_about="harbour").facts != []
    assert memory.recall("ana", "Harbour Inn", only_about="mountain").facts == []


def test_history_is_in_order(assistant: Assistant, memory: Memory) -> None:
    assistant.reply("ana", "c1", INN)
    assistant.reply("ana", "c1", "Thank you.")
    assistant.reply("ana", "c2", "Something else.")
    assert [item.text for item in memory.history("ana", "c1")] == [
        INN, "Noted.", "Thank you.", "Noted.",
    ]  # fmt: skip


@pytest.mark.mock_memos(scenario="harbour-inn")
def test_scenario_defines_memories(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Message("user", INN)])
    memos.run_until_idle()
    assert memory.recall("ana", "Harbour Inn").facts != []
