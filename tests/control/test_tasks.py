"""The tasks of a world over HTTP."""

from typing import Any

import pytest

from tests.support.control_calling import Control


@pytest.fixture
def here() -> Control:
    return Control()


def said(here: Control, text: str = "I like tea.") -> str:
    task: str = here.say(text)["task_id"]
    return task


def shown(here: Control) -> list[Any]:
    tasks: list[Any] = here.look("tasks")["tasks"]
    return tasks


def test_get_tasks_lists_what_tasks_wait_for(here: Control) -> None:
    task = said(here)
    (one,) = shown(here)
    assert one == {
        "task_id": task,
        "kind": "message",
        "status": "running",
        "created": "2025-12-10T09:00:00.000Z",
        "ended": None,
        "state": "timed",
        "waits_for": "the clock to reach 2025-12-10T09:00:03.000Z",
        "polls": 0,
        "users": ["ana"],
        "conversation_id": one["conversation_id"],
        "memory_ids": {},
    }
    here.status(task)
    here.do("clock", run_until_idle=True)
    (one,) = shown(here)
    assert (one["status"], one["waits_for"], one["polls"]) == ("completed", None, 1)
    assert one["ended"] == "2025-12-10T09:00:03.000Z"
    assert len(one["memory_ids"]["preference"]) == 1


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
    here: Control, plan: dict[str, Any], state: str, waits_for: str | None
) -> None:
    (task,) = here.do("tasks", task_id=said(here), task=plan)["tasks"]
    assert (task["state"], task["waits_for"]) == (state, waits_for)


def test_task_can_be_held_and_released(here: Control) -> None:
    task = said(here)
    (held,) = here.do("tasks", task_id=task, task={"hold": True})["tasks"]
    assert held["waits_for"] == "release()"
    here.do("clock", advance=3600)
    assert here.status(task) == "running"
    (released,) = here.do("tasks", task_id=task)["tasks"]
    assert released["status"] == "completed"


def test_failed_task_has_a_reason(here: Control) -> None:
    task = said(here)
    plan = {"immediately": True, "failed": "no model"}
    (one,) = here.do("tasks", task_id=task, task=plan)["tasks"]
    assert (one["status"], one["outcome"], one["reason"]) == ("failed", "failed", "no model")


def test_task_can_be_rescheduled(here: Control) -> None:
    task = said(here)
    (one,) = here.do("tasks", task_id=task, task={"after_polls": 2})["tasks"]
    assert one["waits_for"] == "2 more polls of get/status"
    assert [here.status(task) for _ in range(2)] == ["running", "completed"]


def test_all_running_tasks_can_be_released(here: Control) -> None:
    said(here, "I live in Lyon.")
    here.do("clock", run_until_idle=True)
    said(here), said(here, "I have a cat.")
    assert len(here.do("tasks", running=True)["tasks"]) == 2
    assert here.look("clock")["running_tasks"] == 0


def test_future_tasks_can_be_planned(here: Control) -> None:
    when = {"operation": "add/message", "text": "slow"}
    answer = here.do("tasks", when=when, task={"after_seconds": 60}, times=1)
    assert answer["tasks"] == []
    slow, other, again = said(here, "Slow tea."), said(here), said(here, "slow milk")
    here.do("clock", advance=3)
    assert [here.status(task) for task in (slow, other, again)] == [
        "running", "completed", "completed",
    ]  # fmt: skip


def test_newest_plan_comes_first(here: Control) -> None:
    here.do("tasks", when={}, task={"hold": True})
    here.do("tasks", when={"text": "tea"})
    assert [here.say(text)["status"] for text in ("tea", "milk")] == ["completed", "running"]


def test_knowledgebase_file_has_a_task(here: Control) -> None:
    base = here.ok("create/knowledgebase", knowledgebase_name="Rules")["id"]
    here.do("tasks", when={"text": "a.txt"}, task={"hold": True})
    sent = [{"name": name, "content": "QSBmYWN0Lg=="} for name in ("a.txt", "b.txt")]
    files = here.ok("add/knowledgebase-file", knowledgebase_id=base, file=sent)
    assert [(item["kind"], item["users"]) for item in shown(here)] == [("file", [])] * 2
    here.do("clock", run_until_idle=True)

    def statuses() -> list[str]:
        page = here.ok("get/knowledgebase-file", file_ids=[item["id"] for item in files])
        return [item["status"] for item in page["file_detail_list"]]

    assert statuses() == ["running", "completed"]
    here.do("tasks", task_id=files[0]["id"], task={"immediately": True, "failed": True})
    assert statuses() == ["failed", "completed"]


def test_stalled_poll_has_a_hint(here: Control) -> None:
    task = said(here)
    for _ in range(3):
        here.status(task)
    (one,) = shown(here)
    assert one["hint"].endswith("call memos.clock.advance(), or POST /_mock/clock")
    (*_, last) = here.world.journal
    assert last.hint == one["hint"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "send one of task_id, running and when"),
        ({"running": True, "when": {}}, "send one of task_id, running and when"),
        ({"running": True, "times": 2}, "times requires when"),
        ({"task_id": "missing"}, "unknown task 'missing'"),
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
def test_invalid_request_is_rejected(here: Control, body: dict[str, Any], message: str) -> None:
    said(here)
    assert message in here.refused("tasks", body)


def test_unknown_task_id_has_a_suggestion(here: Control) -> None:
    task = said(here)
    assert f"did you mean '{task}'" in here.refused("tasks", {"task_id": task[:-1] + "x"})
