"""The handle of the tasks."""

from typing import Any

import pytest

from mock_memos import TaskPlan
from mock_memos.core.errors import UsageError
from mock_memos.testing.backend import EngineBackend
from mock_memos.testing.memos import Memos
from tests.support.engine_client import Client


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def memos(client: Client) -> Memos:
    return Memos(EngineBackend(client.engine, client.key), "http://nowhere")


def add_messages(client: Client, *texts: str) -> list[str]:
    return [client.add(text)["task_id"] for text in texts]


def test_tasks_handle_lists_tasks(client: Client, memos: Memos) -> None:
    first, second = add_messages(client, "I live in Lyon.", "I have a cat.")
    assert [task.id for task in memos.tasks] == [task.id for task in memos.tasks.running]
    assert len(memos.tasks) == 2
    assert memos.tasks[second].id == second
    assert set(memos.tasks.waiting_for()) == {first, second}
    memos.run_until_idle()
    assert memos.tasks.waiting_for() == {}
    with pytest.raises(KeyError):
        memos.tasks["missing"]


def test_hold_and_release_one_or_all_tasks(client: Client, memos: Memos) -> None:
    first, second = add_messages(client, "I live in Lyon.", "I have a cat.")
    memos.tasks.hold(first)
    assert memos.run_until_idle() == 3
    assert (client.status(first), client.status(second)) == ("running", "completed")
    (released,) = memos.tasks.release(first)
    assert released.status == client.status(first) == "completed"
    add_messages(client, "I live in Lyon.", "I have a cat.")
    assert len(memos.tasks.hold()) == 2
    memos.clock.advance(days=9)
    assert len(memos.tasks.running) == len(memos.tasks.release()) == 2
    assert memos.tasks.running == []


def test_fail_ends_a_task_completely_or_partially(client: Client, memos: Memos) -> None:
    text = "I live in Lyon. I have a cat."
    (task,) = memos.tasks.fail(client.add(text)["task_id"], "no model")
    assert (task.status, task.reason, client.facts()) == ("failed", "no model", [])
    (task,) = memos.tasks.fail(client.add(text)["task_id"], partial=True)
    assert (client.status(task.id), len(client.facts())) == ("failed", 1)


def test_reschedule_and_plan_for_accept_plans(client: Client, memos: Memos) -> None:
    memos.tasks.plan_for(text="cat", task=TaskPlan(failed=True), times=1)
    tasks = add_messages(client, "I live in Lyon.", "I have a cat.", "My cat is red.")
    memos.tasks.reschedule(tasks[0], TaskPlan(after_seconds=60))
    assert memos.run_until_idle() == 60
    assert [client.status(task) for task in tasks] == ["completed", "failed", "completed"]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"holt": True}, "unknown key 'holt', did you mean 'hold'"),
        ({"hold": True, "after_seconds": 3}, "cannot be combined with"),
        ({"after_seconds": -1}, "after_seconds"),
        ({"fast_after_seconds": 1}, "has no effect on a task that has started"),
    ],
)
def test_invalid_plan_is_rejected(
    client: Client, memos: Memos, plan: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        memos.tasks.reschedule(client.add("Hello there.")["task_id"], **plan)


def test_invalid_match_and_unknown_task_are_rejected(memos: Memos) -> None:
    with pytest.raises(UsageError, match="unknown key 'txt', did you mean 'text'"):
        memos.tasks.plan_for(txt="cat", task={"hold": True})
    with pytest.raises(UsageError, match="unknown operation 'add/mesage', did you mean"):
        memos.tasks.plan_for(operation="add/mesage", task={"hold": True})
    with pytest.raises(UsageError, match="unknown task 'missing'"):
        memos.tasks.hold("missing")
