"""Waiting for a task: the test says when it ends, and how."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, MemoryRefused, Spoken


def test_a_note_is_waited_for(assistant: Assistant) -> None:
    assert assistant.note("ana", "c1", "I keep the key under the pot.") is True


def test_the_assistant_asks_until_the_task_has_ended(assistant: Assistant, memos: Memos) -> None:
    assistant.note("ana", "c1", "I keep the key under the pot.")
    assert memos.journal.count("get/status") == 3


@pytest.mark.mock_memos(clock="manual")
def test_patience_ends_when_time_stands_still(assistant: Assistant, memos: Memos) -> None:
    assert assistant.note("ana", "c1", "I keep the key under the pot.", patience=2) is False
    assert memos.journal.count("get/status") == 2


@pytest.mark.mock_memos(clock="manual")
def test_a_task_is_running_until_its_time_has_come(memory: Memory, memos: Memos) -> None:
    task = memory.remember("ana", "c1", [Spoken("user", "I like tea.")])
    memos.clock.advance(seconds=2)
    assert memory.progress(task) == "running"
    memos.clock.advance(seconds=1)
    assert memory.progress(task) == "completed"


@pytest.mark.mock_memos(clock="manual", fine_delay=60)
def test_a_slow_service_is_a_setting(memory: Memory, memos: Memos) -> None:
    task = memory.remember("ana", "c1", [Spoken("user", "I like tea.")])
    memos.clock.advance(seconds=59)
    assert memory.progress(task) == "running"
    assert memos.drain() == 1


def test_a_failed_note_is_told(assistant: Assistant, memos: Memos) -> None:
    memos.tasks.when(text="broken", task={"failed": True})
    assert assistant.note("ana", "c1", "This one is broken.") is False
    assert assistant.note("ana", "c1", "This one is fine.") is True


def test_a_held_task_waits_for_its_release(memory: Memory, memos: Memos) -> None:
    task = memory.remember("ana", "c1", [Spoken("user", "I like tea.")])
    memos.tasks.hold(task)
    memos.clock.advance(hours=1)
    assert memory.progress(task) == "running"
    memos.tasks.release(task)
    assert memory.progress(task) == "completed"


def test_an_unknown_task_is_refused(memory: Memory) -> None:
    with pytest.raises(MemoryRefused) as caught:
        memory.progress("no-such-task")
    assert caught.value.code == 50131
