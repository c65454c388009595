"""The drift report: what was planted is found, and nothing else; and no value is told."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.differences import Comparison
from mock_memos.verification.comparison.formatting import counts
from mock_memos.verification.comparison.reply_shapes import Declared, observe
from mock_memos.verification.drift import report as module
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.drift.report import DriftReport, compare_service
from mock_memos.verification.drift.text_report import drift_json, drift_text
from mock_memos.verification.service import ServiceClient
from tests.support.planting import Change, Noting, Planted, apply, drop, put, target_of

FACTS = ("data", "memory_detail_list", "[]")
TITLE = "the memory changes"
IMPROPER = "a secret of 1234"


def report(operation: str, change: Change, **options: Any) -> DriftReport:
    """The drift of a service that is the double but for one change."""
    memos = MockMemos(clock="step")
    with target_of(memos, Planted(memos, operation, change)) as target:
        return compare_service(target, "t1", **options)


PLANTED: dict[str, tuple[str, Change, str, str, str]] = {
    "a field is gone": (
        "search/memory", drop(*FACTS, "tags"),
        "data.memory_detail_list[].tags", "missing", "breaking",
    ),
    "a field that was only assumed is gone": (
        "get/memory", drop(*FACTS, "sources"),
        "data.memory_detail_list[].sources", "missing", "notable",
    ),
    "a field is gone now and then": (
        "search/memory",
        apply(
            lambda facts: [
                {name: held for name, held in fact.items() if at % 2 or name != "tags"}
                for at, fact in enumerate(facts)
            ],
            *FACTS[:-1],
        ),
        "data.memory_detail_list[].tags", "missing", "breaking",
    ),
    "a list that may be absent is absent": (
        "search/memory", drop("data", "skill_detail_list"),
        "data.skill_detail_list", "missing", "notable",
    ),
    "a field is null": (
        "get/message", put(None, "data", "message_detail_list", "[]", "content"),
        "data.message_detail_list[].content", "null", "breaking",
    ),
    "a list is null": (
        "get/memory", put(None, "data", "event_detail_list"),
        "data.event_detail_list", "null", "breaking",
    ),
    "a text is a number": (
        "get/status", put(7, "data", "task_id"), "data.task_id", "type", "breaking",
    ),
    "a moment is a text, as our models hold for possible": (
        "get/memory", put("2025-12-10", *FACTS, "create_time"),
        "data.memory_detail_list[].create_time", "type", "notable",
    ),
    "an object is a list": (
        "get/profile_template", apply(lambda held: [held], "data", "profile_template"),
        "data.profile_template", "type", "breaking",
    ),
    "a list is an object": (
        "add/knowledgebase-file", apply(lambda files: files[0], "data"), "data", "type", "breaking",
    ),
    "a new word": (
        "get/memory/{memory_id}", put("paused", "data", "status"), "data.status", "enum", "notable",
    ),
    "a new field": (
        "chat", put("", "data", "model"), "data.model", "extra", "note",
    ),
    "a new field now and then": (
        "search/memory",
        apply(lambda facts: [fact | {"new": 1} if at else fact for at, fact in enumerate(facts)],
              *FACTS[:-1]),
        "data.memory_detail_list[].new", "extra", "note",
    ),
    "documents out of order": (
        "rerank", apply(lambda ranked: ranked[::-1], "data", "results"),
        "data.results", "order", "breaking",
    ),
    "memories out of their assumed order": (
        "get/memory", apply(lambda facts: facts[::-1], *FACTS[:-1]),
        "data.memory_detail_list", "order", "notable",
    ),
    "another code": (
        "update/memory", lambda _: {"code": 50002, "data": None, "message": "no"},
        TITLE, "code", "breaking",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_what_has_moved_is_found_with_its_gravity(what: str) -> None:
    operation, change, field, kind, severity = PLANTED[what]
    found = report(operation, change).differences
    mine = [one for one in found if (one.field, one.kind) == (field, kind)]
    assert [one.severity for one in mine] == [severity]
    assert mine[0].operation == operation
    others = {(one.operation, one.field) for one in found if one.severity == "breaking"} - {
        (operation, field)
    }
    if kind not in ("type", "order"):  # other calls need ids, and rerank repeats its results
        assert not others


def test_what_the_three_say_stands_side_by_side() -> None:
    found = report("get/status", put(7, "data", "task_id"))
    (one,) = [each for each in found.differences if each.field == "data.task_id"]
    assert (one.client, one.service, one.mock) == ("string", "integer", "string")
    assert (one.evidence, one.about) == ("documented", "As asked")
    assert found.is_broken
    text = drift_text(found)
    told = "      service: integer; mock: string; client: string; documented: As asked\n"
    assert f"  breaking  type     data.task_id\n{told}" in text
    document = json.loads(drift_json(found))
    assert document["counts"] == counts(found.differences)
    assert document["differences"][0]["operation"] == "get/status"


def test_the_double_does_not_differ_from_itself() -> None:
    memos = MockMemos(clock="step")
    with target_of(memos) as target:
        found = compare_service(target, "t1")
    assert (found.differences, found.remaining, found.is_broken) == ([], [], False)
    assert all(found.replies.values())
    known = client_models()
    assert known is not None
    assert drift_text(found) == (
        "0 breaking, 0 notable, 0 notes in 27 kinds of replies; "
        f"official client: MemoryOS {known.release}\n"
    )


def test_the_double_behind_a_socket_does_not_differ_either() -> None:
    with (
        MockMemosServer(
            processing_delay=0, file_processing_delay=0, feedback_processing_delay=0
        ) as memos,
        ServiceClient(memos.base_url, memos.api_key) as target,
    ):
        found = compare_service(target, "t1")
    assert (found.differences, found.remaining) == ([], [])
    assert all(found.replies.values())


def test_a_service_that_answers_otherwise_by_our_own_switches_breaks_little() -> None:
    memos = MockMemos(
        clock="step", include_empty_lists="requested", rerank_format="bare",
        memory_detail_fields="documented", memory_time_format="iso", message_time_format="ms",
    )  # fmt: skip
    with target_of(memos) as target:
        found = compare_service(target, "t1")
    assert {one.severity for one in found.differences} == {"notable"}


def test_a_code_that_is_only_assumed_is_notable() -> None:
    found = refused_otherwise({40001: 40307, 50131: 40001})
    told = {(one.field, one.kind, one.severity, one.evidence) for one in found.differences}
    assert ("rejected: an unknown template", "code", "notable", "assumed") in told
    assert ("rejected: an unknown task", "code", "breaking", "documented") in told


def test_a_status_is_as_grave_as_it_is_known() -> None:
    memos = MockMemos(clock="step", http_status="always-200")
    with target_of(memos) as target:
        found = compare_service(target, "t1")
    told = {(one.field, one.severity) for one in found.differences if one.kind == "status"}
    assert ("rejected: an unknown task", "breaking") in told
    assert ("rejected: deleting an unknown memory", "notable") in told
    created = refused_otherwise({}, status=201)
    assert {one.severity for one in created.differences} == {"breaking"}


def refused_otherwise(codes: dict[int, int], status: int = 200) -> DriftReport:
    """The drift of a service that refuses with other codes, and says yes with another status."""
    memos = MockMemos(clock="step")
    inner = memos.transport()

    def answer(request: httpx.Request) -> httpx.Response:
        response = inner.handle_request(request)
        if response.status_code == 200:
            response.status_code = status
            return response
        body = json.loads(response.read())
        body["code"] = codes.get(body["code"], body["code"])
        return httpx.Response(response.status_code, json=body)

    with target_of(memos, httpx.MockTransport(answer)) as target:
        return compare_service(target, "t1")


def test_only_what_is_asked_for_is_reported() -> None:
    change = drop(*FACTS, "tags")
    assert report("search/memory", change, only=["search/*"]).is_broken
    assert not report("search/memory", change, only=["get/*"]).differences


def test_without_the_official_client_its_column_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "client_models", lambda: None)
    found = report("get/status", put(7, "data", "task_id"))
    (one,) = [each for each in found.differences if each.field == "data.task_id"]
    assert (one.client, one.severity) == ("–", "breaking")
    assert "official client: not installed" in drift_text(found)
    assert json.loads(drift_json(found))["client"] is None


def three(target: Any, mock: Any, client: Declared, evidence: Evidence = "assumed") -> list[Any]:
    """The differences in one field `a`, of which our models only assume something."""
    said = {(): Declared(), ("a",): Declared(types=frozenset({"string"}), evidence=evidence)}
    both = Comparison(
        operation="chat", service=observe([target], said), mock=observe([mock], said),
        declared=said, client={("a",): client},
    )  # fmt: skip
    return [(one.kind, one.severity) for one in both.differences()]


def test_what_the_official_client_cannot_read_is_breaking_even_if_we_only_assumed_it() -> None:
    text, lenient = Declared(types=frozenset({"string"})), Declared(required=False)
    assert three({}, {"a": "x"}, text) == [("missing", "breaking")]
    assert three({"a": 1}, {"a": "x"}, text) == [("type", "breaking")]
    assert three({"a": None}, {"a": "x"}, text) == [("null", "breaking")]
    assert three({}, {"a": "x"}, lenient) == [("missing", "notable")]
    assert three({"a": 1}, {"a": "x"}, lenient) == [("type", "notable")]


def test_a_double_that_the_official_client_cannot_read_is_told_too() -> None:
    number = Declared(types=frozenset({"number"}))
    assert three({"a": "x"}, {"a": "x"}, number) == [("type", "breaking"), ("client", "breaking")]
    assert ("client", "breaking") in three({"a": 1}, {}, number)
    assert three({"a": "x"}, {"a": "x"}, Declared(types=frozenset({"string"}))) == []


def test_equal_runs_give_equal_reports_under_every_name() -> None:
    memos = [MockMemos(clock="step", seed=seed) for seed in (1, 2, 1)]
    reports = []
    for run, one in zip(("a", "b", "a"), memos, strict=True):
        with target_of(one, Planted(one, "search/memory", put("odd", *FACTS, "status"))) as target:
            reports.append(drift_json(compare_service(target, run)))
    assert reports[0] == reports[1] == reports[2]


def test_no_value_and_no_id_is_told() -> None:
    secret = "3f2c8a70-5a2e-4b1c-9d61-0c0ffee0dead"

    def leak(facts: Any) -> Any:
        words: dict[str, Any] = {"status": IMPROPER, secret: 1, "owner": {secret: IMPROPER}}
        return [{**fact, **words, "memory_key": None} for fact in facts]

    found = report("search/memory", apply(leak, *FACTS[:-1]))
    told = drift_text(found) + drift_json(found).decode()
    assert {one.field for one in found.differences} >= {
        "data.memory_detail_list[].***",
        "data.memory_detail_list[].owner",
        "data.memory_detail_list[].status",
    }
    for hidden in (secret, IMPROPER, "Harbour", "mock-memos-t1", "mock-key"):
        assert hidden not in told


def test_a_tour_that_is_interrupted_names_what_it_could_not_take_away() -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    told = list[str]()

    def interrupt(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("add/message"):
            raise KeyboardInterrupt
        return memos.transport().handle_request(request)

    target = target_of(memos, httpx.MockTransport(interrupt))
    with target, pytest.raises(KeyboardInterrupt):
        compare_service(target, "t1", report=told.append)
    heading = told.index("Not everything could be deleted. These calls delete the rest:")
    assert told[heading + 1] == "  user mock-memos-t1"
    assert told[heading + 2] == (
        '    curl "$MEMOS_BASE_URL/delete/memory" -H "Authorization: Token $MEMOS_API_KEY" '
        '-d \'{"user_id": "mock-memos-t1"}\''
    )


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
GARBAGE: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "nothing": lambda _: httpx.Response(200),
    "a page": lambda _: httpx.Response(502, html="<html>"),
    "a list": lambda _: httpx.Response(200, json=[1]),
    "an empty object": lambda _: httpx.Response(200, json={}),
    "no data": lambda _: httpx.Response(200, json={"code": 0}),
    "a text for data": lambda _: httpx.Response(200, json={"code": 0, "data": "x"}),
    "lists of lists": lambda _: httpx.Response(200, json={"code": 0, "data": [[], [[1]], None]}),
    "a code that is none": lambda _: httpx.Response(200, json={"code": {"a": []}, "data": 1}),
    "a huge code": lambda _: httpx.Response(200, json={"code": 10**40}),
    "deep": lambda _: httpx.Response(200, content=DEEP),
    "not a number": lambda _: httpx.Response(200, content=b'{"code":0,"data":{"results":[NaN]}}'),
    "no utf-8": lambda _: httpx.Response(200, content=b"\xff\xfe"),
    "a stream": lambda _: httpx.Response(
        200, headers={"content-type": "text/event-stream"}, content=b"data: {}\n\ndata: [\n\n"
    ),
    "another status": lambda _: httpx.Response(422, json={"detail": [{"loc": ["body"]}]}),
    "asked too much": lambda _: httpx.Response(429, headers={"retry-after": "1"}),
    "moved": lambda _: httpx.Response(301, headers={"location": "http://elsewhere.test"}),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_a_service_that_talks_nonsense_breaks_the_report_and_not_the_reporter(what: str) -> None:
    transport = httpx.MockTransport(GARBAGE[what])
    with ServiceClient("http://x.test", "k", transport=transport, sleep=lambda _: None) as target:
        found = compare_service(target, "t1", task_timeout=1)
    assert found.is_broken
    assert drift_text(found)
    assert json.loads(drift_json(found))["counts"]["breaking"]


def test_a_service_that_is_silent_is_not_asked_for_long() -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    transport = httpx.MockTransport(gone)
    with Noting("http://x.test", "k", transport=transport, sleep=lambda _: None) as target:
        found = compare_service(target, "t1")
    assert len(target.answers) < 8
    assert found.is_broken
    assert [one.description for one in found.remaining] == ["knowledge base 'mock-memos-t1 rules'"]
    assert "no reply: ConnectError" in drift_text(found)
