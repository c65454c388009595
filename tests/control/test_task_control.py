"""Task plans of scenarios and handles, as an application sees them by polling."""

from typing import Any

import pytest

from mock_memos import TaskPlan
from mock_memos.core.errors import UsageError
from mock_memos.scenario import read
from mock_memos.testing.backend import EngineBackend
from mock_memos.testing.memos import Memos
from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

FILE = "QSBmYWN0Lg=="  # "A fact."


def client_of(story: str, **settings: Any) -> Client:
    client = Client(**settings)
    client.world.load_scenario(read(f"version: 1\ntitle: T\n{story}"))
    return client


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def memos(client: Client) -> Memos:
    return Memos(EngineBackend(client.engine, client.key), "http://nowhere")


def add_message(client: Client, text: str = "I live in Lyon.") -> str:
    task: str = client.add(text)["task_id"]
    return task


# --- plans of a scenario ---


def test_get_status_shows_plans_of_a_scenario() -> None:
    client = client_of("""
rules:
  - {when: {text: slow}, then: {task: {after_seconds: 60}}}
  - {when: {text: polls}, then: {task: {after_polls: 2}}}
  - {when: {text: late}, then: {task: {partial_failure: why}}}
  - {when: {text: stuck}, then: {task: {stuck: true}}}
""")
    tasks = {
        name: add_message(client, name) for name in ("slow", "polls", "late", "stuck", "usual")
    }
    client.advance(3)
    assert {name: client.status(task) for name, task in tasks.items()} == {
        "slow": "running", "polls": "running", "late": "failed", "stuck": "running",
        "usual": "completed",
    }  # fmt: skip
    client.advance(57)
    assert client.status(tasks["slow"]) == client.status(tasks["polls"]) == "completed"


def test_task_unknown_to_status_is_50131() -> None:
    client = client_of("rules: [{then: {task: {unknown_to_status: true}}}]")
    client.fails(50131, "get/status", task_id=add_message(client))


def test_feedback_task_follows_its_plan() -> None:
    client = client_of(
        "rules: [{when: {operation: add/feedback}, then: {task: {after_seconds: 9}}}]"
    )
    client.add_sync("I live in Lyon.")
    fields = {"user_id": "ana", "conversation_id": "c", "feedback_content": "It is Nice, not Lyon."}
    task = client.ok("add/feedback", **fields)["task_id"]
    client.advance(8)
    assert client.search("Where? Lyon, Nice?") == ["The user lives in Lyon."]
    client.advance(1)
    assert client.status(task) == "completed"
    assert "The user lives in Nice." in client.search("Where? Lyon, Nice?")


def test_held_synchronous_call_returns_running() -> None:
    client = client_of("rules: [{then: {task: {hold: true}}}]")
    assert client.add("I live in Lyon.", async_mode=False)["status"] == "running"


# --- files ---

FILES = """
given: {knowledgebases: [{name: Rules, id: base, files: [{name: old.md, status: running}]}]}
rules:
  - {when: {text: bad.pdf}, then: {task: {after_seconds: 5, failed: no text}}}
  - {when: {text: poll.txt}, then: {task: {after_polls: 2}}}
  - {when: {text: lost.txt}, then: {task: {unknown_to_status: true}}}
  - when: {operation: add/knowledgebase-file, text: menu.pdf}
    then: {memories: [{value: Soup is four euros., memory_type: LongTermMemory}]}
"""


def upload(client: Client, *names: str) -> dict[str, str]:
    sent = [{"name": name, "content": FILE} for name in names]
    added = client.ok("add/knowledgebase-file", knowledgebase_id="base", file=sent)
    return {item["name"]: item["id"] for item in added}


def listed(client: Client) -> dict[str, str]:
    page = client.ok("get/knowledgebase-file", knowledgebase_id="base")
    assert page["total"] == len(page["file_detail_list"])
    return {file["name"]: file["status"] for file in page["file_detail_list"]}


def test_each_file_has_its_own_plan() -> None:
    client = client_of(FILES)
    upload(client, "good.txt", "bad.pdf", "poll.txt", "lost.txt")
    client.advance(5)
    assert listed(client) == {
        "old.md": "running", "good.txt": "running", "bad.pdf": "failed", "poll.txt": "running",
    }  # fmt: skip
    client.advance(25)
    assert set(listed(client).values()) == {"completed", "failed"}


def test_scenario_sets_memories_of_a_file() -> None:
    client = client_of(FILES)
    upload(client, "menu.pdf")
    client.advance(30)
    assert client.search("How much is soup?", knowledgebase_ids=["base"]) == ["Soup is four euros."]


def test_file_unknown_to_status_is_40001() -> None:
    client = client_of(FILES)
    lost = upload(client, "lost.txt")["lost.txt"]
    client.fails(40001, "get/knowledgebase-file", file_ids=[lost])
    client.fails(40001, "delete/knowledgebase-file", file_ids=[lost])


def test_get_status_does_not_know_file_tasks() -> None:
    client = client_of(FILES)
    client.fails(50131, "get/status", task_id=upload(client, "good.txt")["good.txt"])


def test_stalled_file_poll_has_a_hint() -> None:
    client = client_of(FILES)
    for _ in range(3):
        listed(client)
    *_, last = client.world.journal
    assert last.hint.endswith("call memos.clock.advance(), or POST /_mock/clock")


# --- handles ---


def test_tasks_handle_lists_tasks(client: Client, memos: Memos) -> None:
    first, second = add_message(client), add_message(client, "I have a cat.")
    assert [task.id for task in memos.tasks] == [task.id for task in memos.tasks.running]
    assert len(memos.tasks) == 2
    assert memos.tasks[second].id == second
    assert set(memos.tasks.waiting_for()) == {first, second}
    memos.run_until_idle()
    assert memos.tasks.waiting_for() == {}
    with pytest.raises(KeyError):
        memos.tasks["missing"]


def test_hold_and_release_one_task(client: Client, memos: Memos) -> None:
    first, second = add_message(client), add_message(client, "I have a cat.")
    memos.tasks.hold(first)
    assert memos.run_until_idle() == 3
    assert (client.status(first), client.status(second)) == ("running", "completed")
    (released,) = memos.tasks.release(first)
    assert released.status == client.status(first) == "completed"


def test_hold_and_release_all_tasks(client: Client, memos: Memos) -> None:
    add_message(client), add_message(client, "I have a cat.")
    assert len(memos.tasks.hold()) == 2
    memos.clock.advance(days=9)
    assert len(memos.tasks.running) == 2
    assert len(memos.tasks.release()) == 2
    assert memos.tasks.running == []


def test_fail_ends_a_task_completely_or_partially(client: Client, memos: Memos) -> None:
    early = add_message(client, "I live in Lyon. I have a cat.")
    (task,) = memos.tasks.fail(early, "no model")
    assert (task.status, task.reason, client.facts()) == ("failed", "no model", [])
    late = add_message(client, "I live in Lyon. I have a cat.")
    memos.tasks.fail(late, partial=True)
    assert client.status(late) == "failed"
    assert len(client.facts()) == 1


def test_task_can_be_rescheduled(client: Client, memos: Memos) -> None:
    task = add_message(client)
    memos.tasks.reschedule(task, TaskPlan(after_seconds=60))
    assert memos.run_until_idle() == 60
    assert client.status(task) == "completed"


def test_plan_for_applies_to_future_tasks(client: Client, memos: Memos) -> None:
    memos.tasks.plan_for(text="cat", task=TaskPlan(failed=True), times=1)
    tasks = [
        add_message(client),
        add_message(client, "I have a cat."),
        add_message(client, "My cat is red."),
    ]
    memos.run_until_idle()
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
    task = client.add("Hello there.")["task_id"]
    with pytest.raises(UsageError, match=message):
        memos.tasks.reschedule(task, **plan)


def test_invalid_match_and_unknown_task_are_rejected(memos: Memos) -> None:
    with pytest.raises(UsageError, match="unknown key 'txt', did you mean 'text'"):
        memos.tasks.plan_for(txt="cat", task={"hold": True})
    with pytest.raises(UsageError, match="unknown operation 'add/mesage', did you mean"):
        memos.tasks.plan_for(operation="add/mesage", task={"hold": True})
    with pytest.raises(UsageError, match="unknown task 'missing'"):
        memos.tasks.hold("missing")


def test_snapshot_and_restore_a_world(client: Client, memos: Memos) -> None:
    task = add_message(client)
    document = memos.snapshot()
    memos.run_until_idle()
    memos.restore(document)
    assert client.status(task) == "running"
    assert memos.journal.total == 1
    with pytest.raises(UsageError, match="Invalid snapshot"):
        memos.restore({})


def test_loaded_scenario_changes_settings(client: Client, memos: Memos) -> None:
    memos.load_scenario("slow-processing")
    task = add_message(client)
    assert memos.run_until_idle() == 60
    assert client.status(task) == "completed"
