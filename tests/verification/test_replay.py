"""Consumer contracts: the calls of an application's tests, repeated at another service."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.journal.exports import jsonl_of_test, to_jsonl
from mock_memos.verification.contracts.journal_file import read_journal
from mock_memos.verification.contracts.report import ReplayReport, replay_tests
from mock_memos.verification.contracts.text_report import replay_json, replay_text
from mock_memos.verification.service import ServiceClient, ServiceResponse
from tests.support.changed_service import (
    Change,
    ChangedMock,
    apply,
    client_of,
    drop,
    interrupting,
    put,
)
from tests.support.check_runs import remaining_in
from tests.support.odd_services import ODD
from tests.support.sample_application import MESSAGES, Application, journal, read_after_add

LEFT = [
    "Not everything could be deleted. These calls delete the rest:",
    "  user mock-memos-t1-1-1",
    (
        '    curl "$MEMOS_BASE_URL/delete/memory" -H "Authorization: Token $MEMOS_API_KEY" '
        '-d \'{"user_id": "mock-memos-t1-1-1"}\''
    ),
]
"""The report of memories that could not be deleted."""
FACTS = ("data", "memory_detail_list")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def check(
    file: Path, *, operation: str = "", change: Change = lambda body: body, **settings: Any
) -> tuple[ReplayReport, list[ServiceResponse]]:
    """Replays a journal at a mock with other ids and one changed operation."""
    memos = MockMemos(clock="manual", seed=7, **settings)
    with client_of(memos, ChangedMock(memos, operation, change)) as target:
        report = replay_tests(target, read_journal(file), "t1")
    if operation != "get/status":  # a client that gets a final status does not wait
        assert remaining_in(memos) == {}
    return report, target.answers


def kinds(report: ReplayReport) -> list[tuple[str, str, str, str]]:
    return [
        (item.operation, item.field, item.kind, item.severity)
        for call in report.calls
        for item in call.differences
    ]


def test_replay_against_an_equal_mock_holds(file: Path) -> None:
    report, calls = check(journal(file, read_after_add))
    assert (report.is_broken, kinds(report), report.remaining) == (False, [], [])
    assert replay_text(report) == "6 calls: 6 hold, 0 broken, 0 not made, 0 left out\n"
    sent = [answer.request_json for answer in calls if answer.operation == "search/memory"]
    assert sent == [{"user_id": "mock-memos-t1-1-1", "query": "Which inn?"}]


def test_replay_uses_the_ids_of_the_service(file: Path) -> None:
    mine: list[str] = []
    journal(file, lambda app: mine.append(read_after_add(app)))
    _, calls = check(file)
    looked = [item for item in calls if item.operation.startswith("get/memory/")]
    assert [item.code for item in looked] == [0]
    assert mine[0] not in looked[0].operation
    polled = {item.request_json["task_id"] for item in calls if item.operation == "get/status"}
    assert polled == {calls[0].at("task_id")}


def wait_by_clock(app: Application) -> None:
    app.post("add/message", user_id="ana", messages=MESSAGES)
    app.memos.clock.advance(seconds=9)
    app.post("search/memory", user_id="ana", query="Which inn?")


def test_replay_waits_for_tasks_that_had_ended(file: Path) -> None:
    journal(file, wait_by_clock, clock="manual")
    report, calls = check(file, processing_delay=40)
    assert kinds(report) == []
    assert [item.operation for item in calls[:2]] == ["add/message", "get/status"]
    statuses = [item.at("status") for item in calls if item.operation == "get/status"]
    assert (statuses[-1], calls[-2].operation) == ("completed", "search/memory")


def test_replay_breaks_if_a_task_does_not_end_in_time(file: Path) -> None:
    memos = MockMemos(clock="manual", processing_delay=1000)
    with client_of(memos) as target:
        calls = read_journal(journal(file, read_after_add))
        report = replay_tests(target, calls, "t1", task_timeout=2)
    assert ("get/status", "data.status", "value", "breaking") in kinds(report)


def two_users(app: Application) -> None:
    app.post("add/message", user_id=["ana", "bo"], agent_id="bot", messages=MESSAGES)
    calls = {"and": [{"related_id": ["ana", "bot"]}, {"agent_id": "bot"}]}
    app.post("search/memory", user_id="bo", query="inn", filter=calls)
    app.post("search/memory", user_id="a" * 101, query="inn")
    app.post("search/memory", user_id="", query="inn")


def test_replay_renames_users_and_agents_one_to_one(file: Path) -> None:
    report, calls = check(journal(file, two_users, read_after_add))
    assert kinds(report) == []
    ana, bo, bot = (f"mock-memos-t1-2-{number}" for number in (1, 2, 3))
    added = [item.request_json for item in calls if item.operation == "add/message"]
    assert [item["user_id"] for item in added] == ["mock-memos-t1-1-1", [ana, bo]]
    searched = [item.request_json for item in calls if item.operation == "search/memory"][1:]
    assert searched[0]["filter"] == {"and": [{"related_id": [ana, bot]}, {"agent_id": bot}]}
    assert [item["user_id"] for item in searched] == [bo, "a" * 101, ""]


def organise(app: Application) -> None:
    base = app.post("create/knowledgebase", knowledgebase_name="rules")["id"]
    sent = {"file": ("rules.bin.md", b"# Rules\n\xff\xfe")}
    where = {"knowledgebase_id": base}
    added = app.send("POST", "add/knowledgebase-file", params=where, files=sent)["data"]
    app.memos.clock.advance(seconds=60)
    app.post("get/knowledgebase-file", file_ids=[added[0]["id"]])
    template = app.post("add/profile_template", name="Guest", metadata={"City": {"value": ""}})
    app.post("bind/profile_template", bind_list=[template | {"agent_id": "bot"}])
    chat = {"user_id": "ana", "conversation_id": "c", "query": "inn?", "stream": True}
    assert "event: message" in app.request("POST", "chat", json=chat).text


def test_replay_repeats_and_deletes_files_and_templates(file: Path) -> None:
    report, calls = check(journal(file, organise, clock="manual"))
    assert kinds(report) == []
    assert [call.not_made_reason for call in report.calls] == [""] * 6
    upload = next(item for item in calls if item.operation.startswith("add/knowledgebase-file?"))
    assert upload.at(0, "name") == "rules.bin.md"
    assert calls[0].at("id") in upload.operation


def talk(app: Application) -> None:
    calls = {"user_id": "ana", "conversation_id": "c", "query": "I live in Lyon. Where do I live?"}
    app.send("POST", "chat", json=calls, headers={"authorization": "Bearer mock-key"})


def test_replay_deletes_what_a_chat_stores_later(file: Path) -> None:
    memos = MockMemos(clock="manual")
    talk(Application(memos))
    assert list(remaining_in(memos)) == ["memories"]
    report, _ = check(journal(file, talk))
    assert kinds(report) == []


def test_replay_keeps_the_scheme_and_changes_the_key(file: Path) -> None:
    seen: list[str] = []
    memos = MockMemos()

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return memos.transport().handle_request(request)

    with client_of(memos, httpx.MockTransport(note)) as target:
        replay_tests(target, read_journal(journal(file, talk)), "t1")
    assert seen[0] == "Bearer mock-key"
    assert set(seen[1:]) == {"Token mock-key"}


PLANTED: dict[str, tuple[str, Change, str, str, str]] = {
    "a field is gone": (
        "search/memory", drop(*FACTS, "[]", "tags"),
        "data.memory_detail_list[].tags", "missing", "breaking",
    ),
    "nothing is found": (
        "search/memory", put([], *FACTS), "data.memory_detail_list", "empty", "notable",
    ),
    "a list is null": (
        "search/memory", put(None, *FACTS), "data.memory_detail_list", "null", "breaking",
    ),
    "a number is a text": (
        "search/memory", put("9", *FACTS, "[]", "relativity"),
        "data.memory_detail_list[].relativity", "type", "breaking",
    ),
    "it is over at once": (
        "add/message", put("completed", "data", "status"), "data.status", "value", "breaking",
    ),
    "it did not succeed": (
        "add/message", put(False, "data", "success"), "data.success", "value", "breaking",
    ),
    "a new word": (
        "get/memory/{memory_id}", put("paused", "data", "status"), "data.status", "enum",
        "notable",
    ),
    "a task fails": (
        "get/status", put("failed", "data", "status"), "data.status", "value", "breaking",
    ),
    "another code": (
        "get/memory/{memory_id}", lambda _: {"code": 50002, "data": None, "message": "no"},
        "get/memory/{memory_id}", "code", "breaking",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_replay_finds_what_an_application_notices(what: str, file: Path) -> None:
    operation, change, field, category, severity = PLANTED[what]
    report, _ = check(journal(file, read_after_add), operation=operation, change=change)
    assert (operation, field, category, severity) in kinds(report)
    assert report.is_broken == (severity == "breaking")


def test_replay_ignores_what_an_application_cannot_notice(file: Path) -> None:
    def otherwise(facts: Any) -> Any:
        return [
            {**fact, "memory_value": "Anything", "relativity": 0.99, "create_time": 1, "new": 1}
            for fact in facts
        ]

    report, _ = check(
        journal(file, read_after_add), operation="search/memory", change=apply(otherwise, *FACTS)
    )
    assert kinds(report) == []


def look(app: Application) -> None:
    app.post("add/message", user_id="ana", messages=MESSAGES, async_mode=False)
    report = app.post("search/memory", user_id="ana", query="Which inn?")["memory_detail_list"]
    app.send("GET", f"get/memory/{report[0]['id']}")
    app.post("delete/memory", memory_ids=[report[0]["id"]])


def test_call_with_a_missing_id_is_not_made(file: Path) -> None:
    report, _ = check(journal(file, look), operation="search/memory", change=put([], *FACTS))
    last = report.calls[-1]
    assert (report.is_broken, last.holds) == (True, False)
    assert replay_text(report) == (
        """\
delete/memory
  not made  it uses an id that the service did not return
      tests/test_app.py::look #4
get/memory/{memory_id}
  not made  it uses an id that the service did not return
      tests/test_app.py::look #3
search/memory
  notable   empty    data.memory_detail_list
      service: an empty list; mock: a list with elements; documented: Facts
      tests/test_app.py::look #2
4 calls: 2 hold, 0 broken, 2 not made, 0 left out
"""
    )


def disturbed(app: Application) -> None:
    app.memos.faults.add("error", "rerank", code=50004)
    app.post("rerank", query="x", documents=["y"])
    app.post("no/such", x=1)
    app.post("add/message", user_id="ana", messages=[{"role": "user", "content": "a" * 3000}])


def test_unrepeatable_calls_are_left_out_or_not_made(file: Path) -> None:
    journal(file, disturbed, journal_max_bytes=20_000)
    report, calls = check(file)
    output = [(call.not_made_reason, call.excluded) for call in report.calls]
    assert output == [
        ("the mock answered with the fault 'error'", True),
        ("it matched no operation of the API", True),
        ("its body was too long for the journal", False),
    ]
    assert calls == []
    assert replay_text(report).splitlines()[-1] == (
        "3 calls: 0 hold, 0 broken, 1 not made, 2 left out"
    )


def test_call_with_a_deeply_nested_body_is_not_made(file: Path) -> None:
    memos = MockMemos()
    app = Application(memos)
    for depth in (600, 100_000):  # too deep to repeat, and too deep to read
        app.request("POST", "chat", content=b'{"x":' * depth + b"1" + b"}" * depth)
    file.write_text(jsonl_of_test("test_deep", memos.journal, memos.tasks), encoding="utf-8")
    report, calls = check(file)
    assert [call.not_made_reason for call in report.calls] == ["its body is nested too deeply", ""]
    assert [(item.status, item.code) for item in calls] == [(400, 40000)]


def test_equal_differences_are_printed_once(file: Path) -> None:
    def many(app: Application) -> None:
        for _ in range(3):
            app.post("list/profile_template")

    change = drop("data", "total")
    report, _ = check(journal(file, many), operation="list/profile_template", change=change)
    text = replay_text(report)
    assert text.count("data.total") == 1
    assert "tests/test_app.py::many #1, and 2 more" in text
    calls = json.loads(replay_json(report))["calls"]
    assert [(item["holds"], len(item["differences"])) for item in calls] == [(False, 1)] * 3


def interrupted(
    memos: MockMemos, file: Path, is_last: Callable[[httpx.Request], bool]
) -> list[str]:
    """Interrupts a replay at a request. Returns the reported lines."""
    output = list[str]()
    client = client_of(memos, interrupting(memos, is_last))
    with client, pytest.raises(KeyboardInterrupt):
        replay_tests(client, read_journal(file), "t1", report=output.append)
    return output


def test_interrupted_replay_cleans_up(file: Path) -> None:
    memos, calls = MockMemos(clock="step"), count(1)
    journal(file, organise, read_after_add, clock="step")
    output = interrupted(memos, file, lambda _: next(calls) == 6)
    assert remaining_in(memos) == {}
    assert output == ["tests/test_app.py::organise: 6 calls"]


def test_interrupted_replay_reports_what_remains(file: Path) -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    journal(file, read_after_add)
    assert interrupted(memos, file, lambda request: "search" in request.url.path)[1:] == LEFT


def test_replay_reports_what_remains(file: Path) -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    with client_of(memos) as target:
        report = replay_tests(target, read_journal(journal(file, read_after_add)), "t1")
    assert replay_text(report).splitlines()[-4:-1] == LEFT
    assert json.loads(replay_json(report))["remaining"] == [
        {"description": LEFT[1].strip(), "delete_command": LEFT[2].strip()}
    ]


def test_template_with_a_foreign_name_is_not_deleted(file: Path) -> None:
    memos = MockMemos(clock="step")
    Application(memos).post("add/profile_template", name="Guest", metadata={"A": {"value": ""}})
    journal(file, organise)
    output = interrupted(memos, file, lambda request: "/add/profile" in request.url.path)
    assert list(remaining_in(memos)) == ["templates"]
    assert output[-2] == "  template 'Guest'"
    assert '"profile_template_id": "<id>"' in output[-1]


@pytest.mark.parametrize("odd_service", ODD.values(), ids=ODD)
def test_unreadable_responses_break_the_replay_only(
    odd_service: httpx.BaseTransport, file: Path
) -> None:
    journal(file, read_after_add, organise)
    with ServiceClient("http://x.test", "k", transport=odd_service, sleep=lambda _: None) as target:
        report = replay_tests(target, read_journal(file), "t1", task_timeout=1)
    assert report.is_broken
    assert replay_text(report)
    assert json.loads(replay_json(report))["broken"] is True


def test_journal_without_test_names_is_one_test(file: Path) -> None:
    memos = MockMemos(clock="step")
    read_after_add(Application(memos))
    file.write_text(to_jsonl(memos.journal), encoding="utf-8")
    report, _ = check(file)
    assert [call.place for call in report.calls] == [f"the journal #{n}" for n in range(1, 7)]
    assert kinds(report) == []


def test_equal_replays_have_equal_reports(file: Path) -> None:
    journal(file, two_users, read_after_add)
    change = drop(*FACTS, "[]", "tags")
    first, second = (check(file, operation="search/memory", change=change)[0] for _ in range(2))
    assert replay_json(first) == replay_json(second)
