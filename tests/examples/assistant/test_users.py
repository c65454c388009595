"""Memories of several users, corrections and deletion."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.http_memory import HttpMemory
from tests.examples.assistant.memory import Memory, MemoryRefused, Message, Recollection

INN = "I booked the Harbour Inn for May."


@pytest.fixture
def known(memory: Memory, memos: Memos) -> Memory:
    """A memory with a fact about ana."""
    memory.remember("ana", "c1", [Message("user", INN)])
    memos.run_until_idle()
    return memory


def test_memories_of_other_users_are_not_shown(known: Memory) -> None:
    assert known.recall("ben", "Harbour Inn") == Recollection()


def test_user_is_deleted(known: Memory) -> None:
    known.forget("ana")
    assert known.recall("ana", "Harbour Inn") == Recollection()


def test_deleting_user_keeps_other_users(known: Memory, memos: Memos) -> None:
    known.remember("ben", "c1", [Message("user", INN)])
    memos.run_until_idle()
    known.forget("ana")
    assert known.recall("ben", "Harbour Inn").facts != []


def test_deleting_unknown_user_succeeds(memory: Memory) -> None:
    memory.forget("nobody")


def test_correction_replaces_memory(assistant: Assistant, known: Memory) -> None:
    assert assistant.correct("ana", "c1", "It is the Garden Inn, not the Harbour Inn.")
    facts = known.recall("ana", "Which inn is booked for May? Garden Inn").facts
    assert any("Garden Inn" in fact for fact in facts)
    assert not any("booked the Harbour Inn" in fact for fact in facts)


def test_fork_keeps_original_unchanged(known: Memory, memos: Memos) -> None:
    other = HttpMemory(memos.base_url, memos.fork().api_key)
    known.forget("ana")
    assert known.recall("ana", "Harbour Inn") == Recollection()
    assert other.recall("ana", "Harbour Inn").facts == ["The user booked the Harbour Inn for May."]
    other.close()


def test_too_long_user_id_is_refused(memory: Memory) -> None:
    with pytest.raises(MemoryRefused) as caught:
        memory.recall("u" * 101, "anything")
    assert caught.value.code == 40010
