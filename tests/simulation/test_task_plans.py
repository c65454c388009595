"""A task plan has the same effect wherever it is written, for tasks of every kind."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mock_memos import MockMemos
from mock_memos.engine.engine import Engine
from mock_memos.scenario import read
from tests.support.control_client import ControlClient

pytestmark = pytest.mark.usefixtures("transport")

PLANS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "after_seconds": ({"after_seconds": 2}, ["running", "running", "completed"]),
    "after_polls": ({"after_polls": 2}, ["running", "completed", "completed"]),
    "immediately": ({"immediately": True}, ["completed"] * 3),
    "hold": ({"hold": True}, ["running"] * 3),
    "failed": ({"failed": "why"}, ["running", "running", "failed"]),
    "failed immediately": ({"failed": True, "immediately": True}, ["failed"] * 3),
    "partial_failure": (
        {"partial_failure": True, "after_seconds": 1}, ["running", "failed", "failed"],
    ),
    "stuck": ({"stuck": True}, ["running"] * 3),
    "unknown_to_status": ({"unknown_to_status": True}, ["unknown"] * 3),
}  # fmt: skip
KINDS = {"message": "add/message", "feedback": "add/feedback", "file": "add/knowledgebase-file"}
DELAYS: dict[str, Any] = {
    "clock": "manual",
    "processing_delay": 2,
    "feedback_processing_delay": 2,
    "file_processing_delay": 2,
}
BASE = "version: 1\ntitle: T\ngiven: {knowledgebases: [{name: Rules, id: base}]}\n"

Plan = Callable[[dict[str, Any], dict[str, Any]], Engine]
"""Makes an engine in which `when` and `task` apply."""


def in_a_scenario(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    rule = json.dumps({"when": when, "then": {"task": task}})
    return MockMemos(scenario=read(f"{BASE}rules: [{rule}]"), **DELAYS).engine


def in_python(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    memos = MockMemos(scenario=read(BASE), **DELAYS)
    memos.tasks.plan_for(task=task, **when)
    return memos.engine


def over_http(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    engine = MockMemos(scenario=read(BASE), **DELAYS).engine
    ControlClient(engine, "mock-key").post("tasks", when=when, task=task)
    return engine


def as_an_argument(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    tasks = {"when": when, "task": task}
    return MockMemos(scenario=read(BASE), tasks=tasks, **DELAYS).engine


def statuses(client: ControlClient, kind: str) -> list[str]:
    """Returns the status of a new task after 0, 1 and 2 seconds."""
    if kind == "file":
        file = [{"name": "tea.txt", "content": "QSBmYWN0Lg=="}]
        (added,) = client.ok("add/knowledgebase-file", knowledgebase_id="base", file=file)
        return [file_status(client, added["id"], second) for second in range(3)]
    if kind == "feedback":
        body = {"conversation_id": "c1", "feedback_content": "I like green tea, not black tea."}
        task = client.ok("add/feedback", user_id="ana", **body)["task_id"]
    else:
        task = client.add("I like tea. I live in Lyon.")["task_id"]
    return [task_status(client, task, second) for second in range(3)]


def task_status(client: ControlClient, task: str, second: int) -> str:
    client.advance(min(second, 1))
    answer = client.send("get/status", {"task_id": task}).json
    return "unknown" if answer["code"] == 50131 else str(answer["data"]["status"])


def file_status(client: ControlClient, file: str, second: int) -> str:
    client.advance(min(second, 1))
    answer = client.send("get/knowledgebase-file", {"file_ids": [file]}).json
    if answer["code"] == 40001:
        return "unknown"
    return str(answer["data"]["file_detail_list"][0]["status"])


PLACES = pytest.mark.parametrize("plan", [in_a_scenario, in_python, over_http, as_an_argument])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PLANS)
@PLACES
def test_task_plan_has_the_same_effect_everywhere(plan: Plan, name: str, kind: str) -> None:
    task, expected = PLANS[name]
    client = ControlClient(plan({"operation": KINDS[kind]}, task), "mock-key")
    assert statuses(client, kind) == expected


@pytest.mark.parametrize("kind", KINDS)
@PLACES
def test_task_plan_applies_only_to_matching_requests(plan: Plan, kind: str) -> None:
    others = [operation for operation in KINDS.values() if operation != KINDS[kind]]
    for when in ({"operation": others[0]}, {"operation": others[1]}, {"text": "coffee"}):
        client = ControlClient(plan(when, {"hold": True}), "mock-key")
        assert statuses(client, kind) == ["running", "running", "completed"]
    client = ControlClient(plan({"text": "tea"}, {"hold": True}), "mock-key")
    assert statuses(client, kind) == ["running"] * 3


FILES = """
version: 1
title: T
given: {knowledgebases: [{name: Rules, id: base, files: [{name: old.md, status: running}]}]}
rules:
  - {when: {text: bad.pdf}, then: {task: {after_seconds: 5, failed: no text}}}
  - {when: {text: poll.txt}, then: {task: {after_polls: 2}}}
  - {when: {text: lost.txt}, then: {task: {unknown_to_status: true}}}
  - when: {operation: add/knowledgebase-file, text: menu.pdf}
    then: {memories: [{value: Soup is four euros., memory_type: LongTermMemory}]}
"""


@pytest.fixture
def files() -> ControlClient:
    return ControlClient(MockMemos(scenario=read(FILES), clock="manual").engine, "mock-key")


def upload(client: ControlClient, *names: str) -> dict[str, str]:
    sent = [{"name": name, "content": "QSBmYWN0Lg=="} for name in names]
    added = client.ok("add/knowledgebase-file", knowledgebase_id="base", file=sent)
    return {item["name"]: item["id"] for item in added}


def list_files(client: ControlClient) -> dict[str, str]:
    page = client.ok("get/knowledgebase-file", knowledgebase_id="base")
    assert page["total"] == len(page["file_detail_list"])
    return {file["name"]: file["status"] for file in page["file_detail_list"]}


def test_each_file_has_its_own_plan(files: ControlClient) -> None:
    ids = upload(files, "good.txt", "bad.pdf", "poll.txt", "lost.txt", "menu.pdf")
    files.advance(5)
    assert list_files(files) == {
        "old.md": "running", "good.txt": "running", "bad.pdf": "failed", "poll.txt": "running",
        "menu.pdf": "running",
    }  # fmt: skip
    files.advance(25)
    assert set(list_files(files).values()) == {"completed", "failed"}
    assert files.search("How much is soup?", knowledgebase_ids=["base"]) == ["Soup is four euros."]
    files.fails(40001, "delete/knowledgebase-file", file_ids=[ids["lost.txt"]])
    files.fails(50131, "get/status", task_id=ids["good.txt"])


def test_stalled_file_poll_has_a_hint(files: ControlClient) -> None:
    for _ in range(3):
        list_files(files)
    *_, last = files.world.journal
    assert last.hint.endswith("call memos.clock.advance(), or POST /_mock/clock")
