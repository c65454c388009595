"""Without the memory, the assistant answers, and no turn is lost."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, MemoryUnavailable, Message

DOWN = ["internal-error-empty-message", "gateway-html", "null-data", "closed-after-500"]


@pytest.mark.parametrize("incident", DOWN)
def test_assistant_answers_when_memory_fails(
    assistant: Assistant, memos: Memos, incident: str
) -> None:
    memos.faults.add(incident)
    assert assistant.reply("ana", "c1", "I like tea.") == "Noted."
    assert len(assistant.unsent) == 1


def test_failed_turns_are_sent_later(assistant: Assistant, memory: Memory, memos: Memos) -> None:
    with memos.faults.add("gateway-html", "add/message"):
        assistant.reply("ana", "c1", "I like tea.")
    assert memory.history("ana", "c1") == []
    assert assistant.resend() == 0
    assert memory.history("ana", "c1") == [
        Message("user", "I like tea."),
        Message("assistant", "Noted."),
    ]


def test_failed_search_is_retried(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Message("user", "I like tea.")])
    fault = memos.faults.once("search-down", "search/memory")
    assert memory.recall("ana", "tea").facts != []
    assert fault.applied_calls == 1


def test_lasting_failure_is_reported(memory: Memory, memos: Memos) -> None:
    memos.faults.add("gateway-html")
    with pytest.raises(MemoryUnavailable):
        memory.recall("ana", "tea")
    with pytest.raises(MemoryUnavailable):
        memory.remember("ana", "c1", [Message("user", "I like tea.")])
