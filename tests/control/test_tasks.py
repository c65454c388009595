"""The tasks of a world over HTTP."""

from typing import Any

import pytest

from tests.support.control_client import ControlClient


@pytest.fixture
def client() -> ControlClient:
    return ControlClient()


def add_message(client: ControlClient, text: str = "I like tea.") -> str:
    task: str = client.add(text)["task_id"]
    return task


def list_tasks(client: ControlClient) -> list[Any]:
    tasks: list[Any] = client.get("tasks")["tasks"]
    return tasks


def test_get_tasks_lists_what_tasks_wait_for(client: ControlClient) -> None:
    task = add_message(client)
    (info,) = list_tasks(client)
    assert info == {
        "task_id": task,
        "kind": "message",
        "status": "running",
        "created": "2025-12-10T09:00:00.000Z",
        "ended": None,
        "state": "timed",
        "waits_for": "the clock to reach 2025-12-10T09:00:03.000Z",
        "polls": 0,
        "users": ["ana"],
        "conversation_id": info["conversation_id"],
        "memory_ids": {},
    }
    client.status(task)
    client.post("clock", run_until_idle=True)
    (info,) = list_tasks(client)
    assert (info["status"], info["waits_for"], info["polls"]) == ("completed", None, 1)
    assert info["ended"] == "2025-12-10T09:00:03.000Z"
    assert len(info["memory_ids"]["preference"]) == 1


@pytest.mark.parametrize(
    ("plan", "state", "waits_for"),
    [
        ({"after_seconds": 5}, "timed", "the clock to reach 2025-12-10T09:00:05.000Z"),
        ({"after_polls": 2}, "polled", "2 more polls of get/status"),
        ({"hold": True}, "held", "release()"),
        ({"stuck": True}, "stuck", None),
        ({"immediately": True}, "done", None),
    ],
)
def test_task_shows_its_state(
    client: ControlClient, plan: dict[str, Any], state: str, waits_for: str | None
) -> None:
    (task,) = client.post("tasks", task_id=add_message(client), task=plan)["tasks"]
    assert (task["state"], task["waits_for"]) == (state, waits_for)


def test_task_can_be_held_and_released(client: ControlClient) -> None:
    task = add_message(client)
    (held,) = client.post("tasks", task_id=task, task={"hold": True})["tasks"]
    assert held["waits_for"] == "release()"
    client.post("clock", advance=3600)
    assert client.status(task) == "running"
    (released,) = client.post("tasks", task_id=task)["tasks"]
    assert released["status"] == "completed"


def test_failed_task_has_a_reason(client: ControlClient) -> None:
    task = add_message(client)
    plan = {"immediately": True, "failed": "no model"}
    (info,) = client.post("tasks", task_id=task, task=plan)["tasks"]
    assert (info["status"], info["outcome"], info["reason"]) == ("failed", "failed", "no model")


def test_all_running_tasks_can_be_released(client: ControlClient) -> None:
    add_message(client, "I live in Lyon.")
    client.post("clock", run_until_idle=True)
    add_message(client), add_message(client, "I have a cat.")
    assert len(client.post("tasks", running=True)["tasks"]) == 2
    assert client.get("clock")["running_tasks"] == 0


def test_future_tasks_can_be_planned(client: ControlClient) -> None:
    when = {"operation": "add/message", "text": "slow"}
    answer = client.post("tasks", when=when, task={"after_seconds": 60}, times=1)
    assert answer["tasks"] == []
    slow, other, again = (
        add_message(client, "Slow tea."),
        add_message(client),
        add_message(client, "slow milk"),
    )
    client.post("clock", advance=3)
    assert [client.status(task) for task in (slow, other, again)] == [
        "running", "completed", "completed",
    ]  # fmt: skip


def test_newest_plan_comes_first(client: ControlClient) -> None:
    client.post("tasks", when={}, task={"hold": True})
    client.post("tasks", when={"text": "tea"})
    assert [client.add(text)["status"] for text in ("tea", "milk")] == ["completed", "running"]


def test_knowledgebase_file_has_a_task(client: ControlClient) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="Rules")["id"]
    client.post("tasks", when={"text": "a.txt"}, task={"hold": True})
    sent = [{"name": name, "content": "QSBmYWN0Lg=="} for name in ("a.txt", "b.txt")]
    files = client.ok("add/knowledgebase-file", knowledgebase_id=base, file=sent)
    assert [(item["kind"], item["users"]) for item in list_tasks(client)] == [("file", [])] * 2
    client.post("clock", run_until_idle=True)

    def statuses() -> list[str]:
        page = client.ok("get/knowledgebase-file", file_ids=[item["id"] for item in files])
        return [item["status"] for item in page["file_detail_list"]]

    assert statuses() == ["running", "completed"]
    client.post("tasks", task_id=files[0]["id"], task={"immediately": True, "failed": True})
    assert statuses() == ["failed", "completed"]


def test_stalled_poll_has_a_hint(client: ControlClient) -> None:
    task = add_message(client)
    for _ in range(3):
        client.status(task)
    (info,) = list_tasks(client)
    assert info["hint"].endswith("call memos.clock.advance(), or POST /_mock/clock")
    (*_, last) = client.world.journal
    assert last.hint == info["hint"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Received no selector; send exactly one of task_id, running and when"),
        ({"running": True, "when": {}}, "Received running and when; send exactly one of"),
        ({"running": True, "times": 2}, "times requires when"),
        ({"task_id": "missing"}, "unknown task 'missing'; see GET /_mock/tasks"),
        ({"running": True, "task": {"hold": True, "after_polls": 2}},
         "hold: cannot be combined with after_polls"),
        ({"running": True, "task": {"holds": True}},
         "task: unknown key 'holds', did you mean 'hold'? Allowed: after_seconds, after_polls, "),
        ({"when": {"txt": "tea"}}, "when: unknown key 'txt', did you mean 'text'?"),
        ({"when": {"operation": "add/feedbak"}},
         "when.operation: unknown operation 'add/feedbak', did you mean 'add/feedback'?"),
        ({"when": {"operation": "search/memory"}, "task": {"hold": True}},
         "task does not apply to search/memory; it applies to add/message, add/feedback"),
        ({"when": {}, "times": 0, "task": {"after_polls": "x"}},
         "times: must be at least 1, not 0; task.after_polls: expected an integer"),
    ],
)  # fmt: skip
def test_invalid_request_is_rejected(
    client: ControlClient, body: dict[str, Any], message: str
) -> None:
    add_message(client)
    assert message in client.expect_refusal("tasks", body)


def test_unknown_task_id_has_a_suggestion(client: ControlClient) -> None:
    task = add_message(client)
    assert f"did you mean '{task}'" in client.expect_refusal("tasks", {"task_id": task[:-1] + "x"})
