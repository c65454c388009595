"""Consumer contracts: the calls of an application's tests, made again at another service."""

import json
from collections.abc import Iterable
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
from tests.support.application import SAID, Application, journal, remember
from tests.support.planting import Change, Planted, apply, drop, put, target_of

LEFT = [
    "Not everything could be deleted. These calls delete the rest:",
    "  user mock-memos-t1-1-1",
    (
        '    curl "$MEMOS_BASE_URL/delete/memory" -H "Authorization: Token $MEMOS_API_KEY" '
        '-d \'{"user_id": "mock-memos-t1-1-1"}\''
    ),
]
"""What is told of memories that could not be deleted."""
FACTS = ("data", "memory_detail_list")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def check(
    file: Path, *, operation: str = "", change: Change = lambda body: body, **settings: Any
) -> tuple[ReplayReport, list[ServiceResponse]]:
    """A journal against a double with other ids, one operation of which is changed."""
    memos = MockMemos(clock="manual", seed=7, **settings)
    with target_of(memos, Planted(memos, operation, change)) as target:
        found = replay_tests(target, read_journal(file), "t1")
    if operation != "get/status":  # who is told that a task is over does not wait for it
        assert left_in(memos) == []
    return found, target.answers


def left_in(memos: MockMemos) -> list[str]:
    memos.run_until_idle()
    document = memos.snapshot()
    return [name for name in ("memories", "knowledgebases", "templates") if document[name]]


def kinds(found: ReplayReport) -> list[tuple[str, str, str, str]]:
    return [
        (one.operation, one.field, one.kind, one.severity)
        for call in found.calls
        for one in call.differences
    ]


def test_a_contract_that_holds(file: Path) -> None:
    found, asked = check(journal(file, remember))
    assert (found.is_broken, kinds(found), found.remaining) == (False, [], [])
    assert replay_text(found) == "6 calls: 6 hold, 0 broken, 0 not made, 0 left out\n"
    sent = [answer.request_json for answer in asked if answer.operation == "search/memory"]
    assert sent == [{"user_id": "mock-memos-t1-1-1", "query": "Which inn?"}]


def test_the_ids_in_a_call_are_those_that_the_target_gave(file: Path) -> None:
    mine: list[str] = []
    journal(file, lambda app: mine.append(remember(app)))
    _, asked = check(file)
    looked = [one for one in asked if one.operation.startswith("get/memory/")]
    assert [one.code for one in looked] == [0]
    assert mine[0] not in looked[0].operation
    polled = {one.request_json["task_id"] for one in asked if one.operation == "get/status"}
    assert polled == {asked[0].at("task_id")}


def wait_by_clock(app: Application) -> None:
    app.post("add/message", user_id="ana", messages=SAID)
    app.memos.clock.advance(seconds=9)
    app.post("search/memory", user_id="ana", query="Which inn?")


def test_what_had_ended_for_the_application_is_waited_for_at_the_target(file: Path) -> None:
    journal(file, wait_by_clock, clock="manual")
    found, asked = check(file, processing_delay=40)
    assert kinds(found) == []
    assert [one.operation for one in asked[:2]] == ["add/message", "get/status"]
    assert [one.at("status") for one in asked if one.operation == "get/status"][-1] == "completed"
    assert asked[-2].operation == "search/memory"


def test_a_task_that_does_not_end_in_time_breaks_a_contract(file: Path) -> None:
    memos = MockMemos(clock="manual", processing_delay=1000)
    with target_of(memos) as target:
        found = replay_tests(target, read_journal(journal(file, remember)), "t1", task_timeout=2)
    assert ("get/status", "data.status", "value", "breaking") in kinds(found)


def two_users(app: Application) -> None:
    app.post("add/message", user_id=["ana", "bo"], agent_id="bot", messages=SAID)
    asked = {"and": [{"related_id": ["ana", "bot"]}, {"agent_id": "bot"}]}
    app.post("search/memory", user_id="bo", query="inn", filter=asked)
    app.post("search/memory", user_id="a" * 101, query="inn")
    app.post("search/memory", user_id="", query="inn")


def test_users_and_agents_have_fresh_names_and_their_number_is_kept(file: Path) -> None:
    found, asked = check(journal(file, two_users, remember))
    assert kinds(found) == []
    ana, bo, bot = (f"mock-memos-t1-2-{number}" for number in (1, 2, 3))
    added = [one.request_json for one in asked if one.operation == "add/message"]
    assert [one["user_id"] for one in added] == ["mock-memos-t1-1-1", [ana, bo]]
    searched = [one.request_json for one in asked if one.operation == "search/memory"][1:]
    assert searched[0]["filter"] == {"and": [{"related_id": [ana, bot]}, {"agent_id": bot}]}
    assert [one["user_id"] for one in searched] == [bo, "a" * 101, ""]


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
    assert "event: message" in app.ask("POST", "chat", json=chat).text


def test_files_templates_and_streams_are_asked_for_again_and_taken_away(file: Path) -> None:
    found, asked = check(journal(file, organise, clock="manual"))
    assert kinds(found) == []
    assert [call.not_made_reason for call in found.calls] == [""] * 6
    upload = next(one for one in asked if one.operation.startswith("add/knowledgebase-file?"))
    assert upload.at(0, "name") == "rules.bin.md"
    assert asked[0].at("id") in upload.operation


def talk(app: Application) -> None:
    asked = {"user_id": "ana", "conversation_id": "c", "query": "I live in Lyon. Where do I live?"}
    app.send("POST", "chat", json=asked, headers={"authorization": "Bearer mock-key"})


def test_what_a_chat_writes_later_is_taken_away_too(file: Path) -> None:
    memos = MockMemos(clock="manual")
    talk(Application(memos))
    assert left_in(memos) == ["memories"]
    found, _ = check(journal(file, talk))
    assert kinds(found) == []


def test_a_call_has_the_scheme_of_the_application_and_the_key_of_the_target(file: Path) -> None:
    seen: list[str] = []
    memos = MockMemos()

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return memos.transport().handle_request(request)

    with target_of(memos, httpx.MockTransport(note)) as target:
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
def test_what_the_application_would_notice_is_found(what: str, file: Path) -> None:
    operation, change, field, kind, severity = PLANTED[what]
    found, _ = check(journal(file, remember), operation=operation, change=change)
    assert (operation, field, kind, severity) in kinds(found)
    assert found.is_broken == (severity == "breaking")


def test_what_it_would_not_notice_is_not_told(file: Path) -> None:
    def otherwise(facts: Any) -> Any:
        return [
            {**fact, "memory_value": "Anything", "relativity": 0.99, "create_time": 1, "new": 1}
            for fact in facts
        ]

    found, _ = check(
        journal(file, remember), operation="search/memory", change=apply(otherwise, *FACTS)
    )
    assert kinds(found) == []


def look(app: Application) -> None:
    app.post("add/message", user_id="ana", messages=SAID, async_mode=False)
    found = app.post("search/memory", user_id="ana", query="Which inn?")["memory_detail_list"]
    app.send("GET", f"get/memory/{found[0]['id']}")
    app.post("delete/memory", memory_ids=[found[0]["id"]])


def test_a_call_whose_id_the_target_never_gave_is_not_made_and_does_not_hold(file: Path) -> None:
    found, _ = check(journal(file, look), operation="search/memory", change=put([], *FACTS))
    last = found.calls[-1]
    assert (last.not_made_reason, last.holds) == (
        "it uses an id that the service did not return",
        False,
    )
    assert found.is_broken
    assert replay_text(found) == (
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


def test_what_no_other_service_can_repeat_is_left_out_or_said_to_be_unmade(file: Path) -> None:
    journal(file, disturbed, journal_max_bytes=20_000)
    found, asked = check(file)
    told = [(call.not_made_reason, call.excluded) for call in found.calls]
    assert told == [
        ("the mock answered with the fault 'error'", True),
        ("it matched no operation of the API", True),
        ("its body was too long for the journal", False),
    ]
    assert asked == []
    assert replay_text(found).splitlines()[-1] == (
        "3 calls: 0 hold, 0 broken, 1 not made, 2 left out"
    )


def test_a_body_that_is_nested_too_deeply_is_not_made(file: Path) -> None:
    memos = MockMemos()
    app = Application(memos)
    for depth in (600, 100_000):  # what can be read and not be made again, and what cannot be read
        app.ask("POST", "chat", content=b'{"x":' * depth + b"1" + b"}" * depth)
    file.write_text(jsonl_of_test("test_deep", memos.journal, memos.tasks), encoding="utf-8")
    found, asked = check(file)
    assert [call.not_made_reason for call in found.calls] == ["its body is nested too deeply", ""]
    assert [(one.status, one.code) for one in asked] == [(400, 40000)]


def test_the_same_difference_of_many_calls_is_told_once(file: Path) -> None:
    def many(app: Application) -> None:
        for _ in range(3):
            app.post("list/profile_template")

    change = drop("data", "total")
    found, _ = check(journal(file, many), operation="list/profile_template", change=change)
    text = replay_text(found)
    assert text.count("data.total") == 1
    assert "tests/test_app.py::many #1, and 2 more" in text
    calls = json.loads(replay_json(found))["calls"]
    assert [(one["holds"], len(one["differences"])) for one in calls] == [(False, 1)] * 3


def test_an_interrupted_run_takes_away_what_it_made(file: Path) -> None:
    journal(file, organise, remember, clock="step")
    memos = MockMemos(clock="step")
    calls, told = 0, list[str]()

    def interrupt(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise KeyboardInterrupt
        return memos.transport().handle_request(request)

    target = target_of(memos, httpx.MockTransport(interrupt))
    with target, pytest.raises(KeyboardInterrupt):
        replay_tests(target, read_journal(file), "t1", report=told.append)
    assert left_in(memos) == []
    assert told == ["tests/test_app.py::organise: 6 calls"]


def test_an_interrupted_run_names_what_it_could_not_take_away(file: Path) -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    told = list[str]()

    def interrupt(request: httpx.Request) -> httpx.Response:
        if "search" in request.url.path:
            raise KeyboardInterrupt
        return memos.transport().handle_request(request)

    target = target_of(memos, httpx.MockTransport(interrupt))
    with target, pytest.raises(KeyboardInterrupt):
        replay_tests(target, read_journal(journal(file, remember)), "t1", report=told.append)
    assert told[1:] == LEFT


def test_what_cannot_be_taken_away_is_named(file: Path) -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    with target_of(memos) as target:
        found = replay_tests(target, read_journal(journal(file, remember)), "t1")
    assert replay_text(found).splitlines()[-4:-1] == LEFT
    assert json.loads(replay_json(found))["left"] == [
        {"what": LEFT[1].strip(), "call": LEFT[2].strip()}
    ]


def test_a_template_of_somebody_elses_name_is_named_and_not_deleted(file: Path) -> None:
    memos = MockMemos(clock="step")
    Application(memos).post("add/profile_template", name="Guest", metadata={"A": {"value": ""}})

    def interrupt(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("add/profile_template"):
            raise KeyboardInterrupt
        return memos.transport().handle_request(request)

    told = list[str]()
    target = target_of(memos, httpx.MockTransport(interrupt))
    with target, pytest.raises(KeyboardInterrupt):
        replay_tests(target, read_journal(journal(file, organise)), "t1", report=told.append)
    assert left_in(memos) == ["templates"]
    assert told[-2] == "  template 'Guest'"
    assert '"profile_template_id": "<id>"' in told[-1]


BODIES = [b"", b"<html>", b"[]", b"\xff", b"{}", b'{"code":0,"data":[[1]]}', b'{"code":[]}',
          b'{"a":' * 100_000]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_a_service_that_talks_nonsense_breaks_the_contract_and_not_us(
    body: bytes, file: Path
) -> None:
    journal(file, remember, organise)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    with ServiceClient("http://x.test", "k", transport=transport, sleep=lambda _: None) as target:
        found = replay_tests(target, read_journal(file), "t1", task_timeout=1)
    assert found.is_broken
    assert replay_text(found)
    assert json.loads(replay_json(found))["broken"] is True


def test_a_journal_in_json_lines_is_read_as_one_test(file: Path) -> None:
    memos = MockMemos(clock="step")
    remember(Application(memos))
    file.write_text(to_jsonl(memos.journal), encoding="utf-8")
    found, _ = check(file)
    assert [call.place for call in found.calls] == [f"the journal #{n}" for n in range(1, 7)]
    assert kinds(found) == []


def test_equal_runs_tell_the_same(file: Path) -> None:
    journal(file, two_users, remember)
    change = drop(*FACTS, "[]", "tags")
    told: Iterable[bytes] = {
        replay_json(check(file, operation="search/memory", change=change)[0]) for _ in range(2)
    }
    assert len(list(told)) == 1
