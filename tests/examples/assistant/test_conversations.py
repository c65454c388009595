"""Long conversations, several users, and the prompts of the model."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant, instructions
from tests.examples.assistant.memory import Memory, Message, Recollection

INN = "I booked the Harbour Inn for May."


def say(memory: Memory, memos: Memos, *texts: str, user: str = "ana") -> None:
    """Stores messages of a user and completes their tasks."""
    for text in texts:
        memory.remember(user, "c1", [Message("user", text)])
    memos.run_until_idle()


def test_prompt_without_memories_is_plain() -> None:
    assert instructions(Recollection()) == "You are a helpful assistant."


def test_prompt_separates_facts_and_preferences() -> None:
    text = instructions(Recollection(facts=["F."], preferences=["P."]))
    assert text.splitlines()[1:] == [
        "What you know:", "- F.", "What the user prefers:", "- P.",
    ]  # fmt: skip


def test_answer_is_stored_with_question(assistant: Assistant, memory: Memory) -> None:
    assistant.reply("ana", "c1", INN)
    assert memory.history("ana", "c1")[-1] == Message("assistant", "Noted.")


def test_assistant_message_is_not_a_fact(
    assistant: Assistant, memory: Memory, memos: Memos
) -> None:
    assistant.reply("ana", "c1", INN)
    memos.run_until_idle()
    assert memory.recall("ana", "Noted").facts == []


def test_facts_are_found_by_subject(memory: Memory, memos: Memos) -> None:
    say(memory, memos, INN, "I own a telescope.")
    assert memory.recall("ana", "telescope").facts == ["The user owns a telescope."]
    assert memory.recall("ana", "Harbour Inn").facts == ["The user booked the Harbour Inn for May."]


def test_equal_facts_of_two_users_are_separate(memory: Memory, memos: Memos) -> None:
    for user in ("ana", "ben"):
        say(memory, memos, INN, user=user)
    memory.forget("ana")
    assert memory.recall("ana", "Harbour Inn") == Recollection()
    assert memory.recall("ben", "Harbour Inn").facts != []


def test_history_returns_newest_fifty_messages(memory: Memory) -> None:
    for n in range(30):
        memory.remember("ana", "c1", [Message("user", f"{n}?"), Message("assistant", f"{n}!")])
    history = memory.history("ana", "c1")
    assert len(history) == 50
    assert (history[0].text, history[-1].text) == ("5?", "29!")


def test_greeting_creates_no_memory(memory: Memory, memos: Memos) -> None:
    say(memory, memos, "Hello!")
    assert memory.recall("ana", "Hello") == Recollection()


def test_name_is_remembered(assistant: Assistant, memos: Memos, prompts: list[str]) -> None:
    assistant.reply("ana", "c1", "I work as a baker.")
    memos.run_until_idle()
    assistant.reply("ana", "c9", "What do I work as?")
    assert "baker" in prompts[1]


def test_sandbox_restores_deleted_user(memory: Memory, memos: Memos) -> None:
    say(memory, memos, INN)
    with memos.sandbox():
        memory.forget("ana")
        assert memory.recall("ana", "Harbour Inn") == Recollection()
    assert memory.recall("ana", "Harbour Inn").facts != []


def test_assistant_searches_before_answering(assistant: Assistant, memos: Memos) -> None:
    assistant.reply("ana", "c1", INN)
    memos.journal.assert_in_order(["search/memory", "add/message"])


def test_reply_searches_for_current_user(assistant: Assistant, memos: Memos) -> None:
    assistant.reply("ben", "c1", INN)
    memos.journal.assert_called_once("search/memory", user_id="ben", query=INN)


@pytest.mark.mock_memos(task_orders=4)
def test_memory_is_found_in_any_task_order(assistant: Assistant, memory: Memory) -> None:
    for text in ("I own a telescope.", "I own a kite."):
        assert assistant.note("ana", "c1", text, patience=20)
    assert memory.recall("ana", "telescope").facts == ["The user owns a telescope."]


def test_prompt_contains_one_user_only(
    assistant: Assistant, memos: Memos, prompts: list[str]
) -> None:
    assistant.reply("ana", "c1", INN)
    memos.run_until_idle()
    assistant.reply("ben", "c1", "Which inn did I book?")
    assert "Harbour" not in prompts[1]
