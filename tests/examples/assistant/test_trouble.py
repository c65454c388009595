"""When the memory is away, the assistant still answers, and nothing is lost."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, MemoryUnavailable, Spoken

DOWN = ["internal-error-empty-message", "gateway-html", "null-data", "closed-after-500"]


@pytest.mark.parametrize("incident", DOWN)
def test_the_assistant_answers_without_its_memory(
    assistant: Assistant, memos: Memos, incident: str
) -> None:
    memos.faults.add(incident)
    assert assistant.reply("ana", "c1", "I like tea.") == "Noted."
    assert len(assistant.unsent) == 1


def test_what_could_not_be_sent_is_sent_later(
    assistant: Assistant, memory: Memory, memos: Memos
) -> None:
    with memos.faults.add("gateway-html", "add/message"):
        assistant.reply("ana", "c1", "I like tea.")
    assert memory.history("ana", "c1") == []
    assert assistant.resend() == 0
    assert memory.history("ana", "c1") == [
        Spoken("user", "I like tea."),
        Spoken("assistant", "Noted."),
    ]


def test_a_search_that_fails_once_is_tried_again(memory: Memory, memos: Memos) -> None:
    memory.remember("ana", "c1", [Spoken("user", "I like tea.")])
    fault = memos.faults.once("search-down", "search/memory")
    assert memory.recall("ana", "tea").facts != []
    assert fault.struck == 1


def test_a_memory_that_stays_away_is_told_as_such(memory: Memory, memos: Memos) -> None:
    memos.faults.add("gateway-html")
    with pytest.raises(MemoryUnavailable):
        memory.recall("ana", "tea")
    with pytest.raises(MemoryUnavailable):
        memory.remember("ana", "c1", [Spoken("user", "I like tea.")])
