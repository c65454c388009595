"""Every course of a task, said in every place, for tasks of every kind: the same comes of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mock_memos import MockMemos
from mock_memos.engine.engine import Engine
from mock_memos.scenario import read
from tests.support.control_calling import Control

pytestmark = pytest.mark.usefixtures("door")

COURSES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "after": ({"after": 2}, ["running", "running", "completed"]),
    "polls": ({"polls": 2}, ["running", "completed", "completed"]),
    "at once": ({"at_once": True}, ["completed"] * 3),
    "held": ({"held": True}, ["running"] * 3),
    "failed": ({"failed": "why"}, ["running", "running", "failed"]),
    "failed at once": ({"failed": True, "at_once": True}, ["failed"] * 3),
    "late failure": ({"late_failure": True, "after": 1}, ["running", "failed", "failed"]),
    "stuck": ({"stuck": True}, ["running"] * 3),
    "vanished": ({"vanished": True}, ["unknown"] * 3),
}
KINDS = {"message": "add/message", "feedback": "add/feedback", "file": "add/knowledgebase-file"}
DELAYS: dict[str, Any] = {
    "clock": "manual",
    "processing_delay": 2,
    "feedback_processing_delay": 2,
    "file_processing_delay": 2,
}
BASE = "version: 1\ntitle: T\ngiven: {knowledgebases: [{name: Rules, id: base}]}\n"

Say = Callable[[dict[str, Any], dict[str, Any]], Engine]
"""Says `when` and `task`, and gives the engine that was told."""


def in_a_scenario(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    script = json.dumps({"when": when, "then": {"task": task}})
    return MockMemos(scenario=read(f"{BASE}scripts: [{script}]"), **DELAYS).engine


def in_python(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    memos = MockMemos(scenario=read(BASE), **DELAYS)
    memos.tasks.when(task=task, **when)
    return memos.engine


def over_http(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    engine = MockMemos(scenario=read(BASE), **DELAYS).engine
    Control(engine, "mock-key").do("tasks", when=when, task=task)
    return engine


def from_the_beginning(when: dict[str, Any], task: dict[str, Any]) -> Engine:
    tasks = {"when": when, "task": task}
    return MockMemos(scenario=read(BASE), tasks=tasks, **DELAYS).engine


def seen(client: Control, kind: str) -> list[str]:
    """What a client sees when it asks now, and after one second and two."""
    if kind == "file":
        file = [{"name": "tea.txt", "content": "QSBmYWN0Lg=="}]
        (added,) = client.ok("add/knowledgebase-file", knowledgebase_id="base", file=file)
        return [file_status(client, added["id"], moment) for moment in range(3)]
    if kind == "feedback":
        body = {"conversation_id": "c1", "feedback_content": "I like green tea, not black tea."}
        task = client.ok("add/feedback", user_id="ana", **body)["task_id"]
    else:
        task = client.say("I like tea. I live in Lyon.")["task_id"]
    return [task_status(client, task, moment) for moment in range(3)]


def task_status(client: Control, task: str, moment: int) -> str:
    client.advance(min(moment, 1))
    answer = client.send("get/status", {"task_id": task}).json
    return "unknown" if answer["code"] == 50131 else str(answer["data"]["status"])


def file_status(client: Control, file: str, moment: int) -> str:
    client.advance(min(moment, 1))
    answer = client.send("get/knowledgebase-file", {"file_ids": [file]}).json
    if answer["code"] == 40001:
        return "unknown"
    return str(answer["data"]["file_detail_list"][0]["status"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("say", [in_a_scenario, in_python, over_http, from_the_beginning])
def test_a_course_is_the_same_wherever_it_is_said(say: Say, course: str, kind: str) -> None:
    task, comes = COURSES[course]
    client = Control(say({"operation": KINDS[kind]}, task), "mock-key")
    assert seen(client, kind) == comes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("say", [in_a_scenario, in_python, over_http, from_the_beginning])
def test_tasks_of_another_kind_or_another_text_go_their_usual_way(say: Say, kind: str) -> None:
    others = [operation for operation in KINDS.values() if operation != KINDS[kind]]
    for when in ({"operation": others[0]}, {"operation": others[1]}, {"text": "coffee"}):
        client = Control(say(when, {"held": True}), "mock-key")
        assert seen(client, kind) == ["running", "running", "completed"]
    client = Control(say({"text": "tea"}, {"held": True}), "mock-key")
    assert seen(client, kind) == ["running"] * 3
