"""Waiting for tasks that complete, fail or are held."""

import pytest

from mock_memos import Memos
from tests.examples.assistant.assistant import Assistant
from tests.examples.assistant.memory import Memory, Message


def test_assistant_waits_for_task(assistant: Assistant) -> None:
    assert assistant.note("ana", "c1", "I keep the key under the pot.") is True


def test_assistant_polls_until_task_ends(assistant: Assistant, memos: Memos) -> None:
    assistant.note("ana", "c1", "I keep the key under the pot.")
    assert memos.journal.count("get/status") == 3


@pytest.mark.mock_memos(clock="manual")
def test_waiting_times_out_with_manual_clock(assistant: Assistant, memos: Memos) -> None:
    assert assistant.note("ana", "c1", "I keep the key under the pot.", patience=2) is False
    assert memos.journal.count("get/status") == 2


@pytest.mark.mock_memos(clock="manual")
def test_task_is_running_until_due(memory: Memory, memos: Memos) -> None:
    task = memory.remember("ana", "c1", [Message("user", "I like tea.")])
    memos.clock.advance(seconds=2)
    assert memory.progress(task) == "running"
    memos.clock.advance(seconds=1)
    assert memory.progress(task) == "completed"


def test_failed_task_is_reported(assistant: Assistant, memos: Memos) -> None:
    memos.tasks.plan_for(text="broken", task={"failed": True})
    assert assistant.note("ana", "c1", "This one is broken.") is False
    assert assistant.note("ana", "c1", "This one is fine.") is True


def test_held_task_waits_for_release(memory: Memory, memos: Memos) -> None:
    task = memory.remember("ana", "c1", [Message("user", "I like tea.")])
    memos.tasks.hold(task)
    memos.clock.advance(hours=1)
    assert memory.progress(task) == "running"
    memos.tasks.release(task)
    assert memory.progress(task) == "completed"
