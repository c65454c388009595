"""The drift report finds changes and nothing else, and contains no values."""

import json
from typing import Any

import httpx
import pytest

from mock_memos import MockMemos
from mock_memos.core.evidence import Evidence
from mock_memos.verification.comparison.differences import Comparison
from mock_memos.verification.comparison.formatting import counts
from mock_memos.verification.comparison.reply_shapes import Declared, observe
from mock_memos.verification.drift import report as module
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.drift.report import DriftReport, compare_service
from mock_memos.verification.drift.text_report import drift_json, drift_text
from mock_memos.verification.service import ServiceClient
from tests.support.changed_service import (
    Change,
    ChangedMock,
    RecordingClient,
    apply,
    client_of,
    drop,
    interrupting,
    put,
)
from tests.support.odd_services import ODD

FACTS = ("data", "memory_detail_list", "[]")
TITLE = "update the memory"
IMPROPER = "a secret of 1234"


def report(operation: str, change: Change, **options: Any) -> DriftReport:
    """Returns the drift of a mock with one change."""
    memos = MockMemos(clock="step")
    return drift_of(memos, ChangedMock(memos, operation, change), **options)


def drift_of(memos: MockMemos, transport: Any = None, **options: Any) -> DriftReport:
    with client_of(memos, transport) as target:
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
def test_drift_finds_a_change_with_its_severity(what: str) -> None:
    operation, change, field, category, severity = PLANTED[what]
    result = report(operation, change).differences
    mine = [item for item in result if (item.field, item.kind) == (field, category)]
    assert [item.severity for item in mine] == [severity]
    assert mine[0].operation == operation
    rest = {(item.operation, item.field) for item in result if item.severity == "breaking"} - {
        (operation, field)
    }
    if category not in ("type", "order"):  # other calls need ids, and rerank repeats its results
        assert not rest


def test_drift_prints_all_descriptions_of_a_field() -> None:
    result = report("get/status", put(7, "data", "task_id"))
    (item,) = [each for each in result.differences if each.field == "data.task_id"]
    assert (item.client, item.service, item.mock) == ("string", "integer", "string")
    assert (item.evidence, item.about) == ("documented", "As requested")
    assert result.is_broken
    text = drift_text(result)
    output = "      service: integer; mock: string; client: string; documented: As requested\n"
    assert f"  breaking  type     data.task_id\n{output}" in text
    document = json.loads(drift_json(result))
    assert document["counts"] == counts(result.differences)
    assert document["differences"][0]["operation"] == "get/status"


def test_mock_does_not_differ_from_itself() -> None:
    result = drift_of(MockMemos(clock="step"))
    assert (result.differences, result.remaining, result.is_broken) == ([], [], False)
    assert all(result.replies.values())
    known = client_models()
    assert known is not None
    assert drift_text(result) == (
        "0 breaking, 0 notable, 0 notes in 27 kinds of replies; "
        f"official client: MemoryOS {known.release}\n"
    )


def test_drift_of_other_settings_is_mostly_notable() -> None:
    memos = MockMemos(
        clock="step", include_empty_lists="requested", rerank_format="bare",
        memory_detail_fields="documented", memory_time_format="iso", message_time_format="ms",
    )  # fmt: skip
    result = drift_of(memos)
    assert {item.severity for item in result.differences} == {"notable"}


def test_other_assumed_code_is_notable() -> None:
    result = refused_otherwise({40001: 40307, 50131: 40001})
    output = {(item.field, item.kind, item.severity, item.evidence) for item in result.differences}
    assert ("rejected: an unknown template", "code", "notable", "assumed") in output
    assert ("rejected: an unknown task", "code", "breaking", "documented") in output


def test_severity_of_a_status_follows_its_evidence() -> None:
    result = drift_of(MockMemos(clock="step", http_status="always-200"))
    output = {(item.field, item.severity) for item in result.differences if item.kind == "status"}
    assert ("rejected: an unknown task", "breaking") in output
    assert ("rejected: deleting an unknown memory", "notable") in output
    created = refused_otherwise({}, status=201)
    assert {item.severity for item in created.differences} == {"breaking"}


def refused_otherwise(codes: dict[int, int], status: int = 200) -> DriftReport:
    """Returns the drift of a service with other error codes and another status of successes."""
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

    return drift_of(memos, httpx.MockTransport(answer))


def test_only_limits_the_report() -> None:
    change = drop(*FACTS, "tags")
    assert report("search/memory", change, only=["search/*"]).is_broken
    assert not report("search/memory", change, only=["get/*"]).differences


def test_drift_works_without_the_official_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "client_models", lambda: None)
    result = report("get/status", put(7, "data", "task_id"))
    (item,) = [each for each in result.differences if each.field == "data.task_id"]
    assert (item.client, item.severity) == ("–", "breaking")
    assert "official client: not installed" in drift_text(result)
    assert json.loads(drift_json(result))["client"] is None


def three(target: Any, mock: Any, client: Declared, evidence: Evidence = "assumed") -> list[Any]:
    """Returns the differences in one field `a` whose model is assumed."""
    arguments = {(): Declared(), ("a",): Declared(types=frozenset({"string"}), evidence=evidence)}
    both = Comparison(
        operation="chat", service=observe([target], arguments), mock=observe([mock], arguments),
        declared=arguments, client={("a",): client},
    )  # fmt: skip
    return [(item.kind, item.severity) for item in both.differences()]


def test_what_the_client_cannot_read_is_breaking() -> None:
    text, lenient = Declared(types=frozenset({"string"})), Declared(required=False)
    assert three({}, {"a": "x"}, text) == [("missing", "breaking")]
    assert three({"a": 1}, {"a": "x"}, text) == [("type", "breaking")]
    assert three({"a": None}, {"a": "x"}, text) == [("null", "breaking")]
    assert three({}, {"a": "x"}, lenient) == [("missing", "notable")]
    assert three({"a": 1}, {"a": "x"}, lenient) == [("type", "notable")]


def test_mock_that_the_client_cannot_read_is_reported() -> None:
    number = Declared(types=frozenset({"number"}))
    assert three({"a": "x"}, {"a": "x"}, number) == [("type", "breaking"), ("client", "breaking")]
    assert ("client", "breaking") in three({"a": 1}, {}, number)
    assert three({"a": "x"}, {"a": "x"}, Declared(types=frozenset({"string"}))) == []


def test_reports_are_equal_for_every_run_id() -> None:
    memos = [MockMemos(clock="step", seed=seed) for seed in (1, 2, 1)]
    reports = []
    for run, item in zip(("a", "b", "a"), memos, strict=True):
        with client_of(
            item, ChangedMock(item, "search/memory", put("odd", *FACTS, "status"))
        ) as target:
            reports.append(drift_json(compare_service(target, run)))
    assert reports[0] == reports[1] == reports[2]


def test_report_contains_no_values_or_ids() -> None:
    secret = "3f2c8a70-5a2e-4b1c-9d61-0c0ffee0dead"

    def leak(facts: Any) -> Any:
        words: dict[str, Any] = {"status": IMPROPER, secret: 1, "owner": {secret: IMPROPER}}
        return [{**fact, **words, "memory_key": None} for fact in facts]

    result = report("search/memory", apply(leak, *FACTS[:-1]))
    output = drift_text(result) + drift_json(result).decode()
    assert {item.field for item in result.differences} >= {
        "data.memory_detail_list[].***",
        "data.memory_detail_list[].owner",
        "data.memory_detail_list[].status",
    }
    for hidden in (secret, IMPROPER, "Harbour", "mock-memos-t1", "mock-key"):
        assert hidden not in output


def test_interrupted_drift_reports_what_remains() -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    output = list[str]()
    transport = interrupting(memos, lambda request: "add/message" in str(request.url))
    target = client_of(memos, transport)
    with target, pytest.raises(KeyboardInterrupt):
        compare_service(target, "t1", report=output.append)
    heading = output.index("Not everything could be deleted. These calls delete the rest:")
    assert output[heading + 1] == "  user mock-memos-t1"
    assert output[heading + 2] == (
        '    curl "$MEMOS_BASE_URL/delete/memory" -H "Authorization: Token $MEMOS_API_KEY" '
        '-d \'{"user_id": "mock-memos-t1"}\''
    )


@pytest.mark.parametrize("odd_service", ODD.values(), ids=ODD)
def test_unreadable_responses_are_breaking(odd_service: httpx.BaseTransport) -> None:
    with ServiceClient("http://x.test", "k", transport=odd_service, sleep=lambda _: None) as target:
        result = compare_service(target, "t1", task_timeout=1)
    assert result.is_broken
    assert drift_text(result)
    assert json.loads(drift_json(result))["counts"]["breaking"]


def test_drift_ends_early_without_responses() -> None:
    with RecordingClient(
        "http://x.test", "k", transport=ODD["resets"], sleep=lambda _: None
    ) as target:
        result = compare_service(target, "t1")
    assert len(target.answers) < 8
    assert result.is_broken
    assert [item.description for item in result.remaining] == [
        "knowledge base 'mock-memos-t1 rules'"
    ]
    assert "no reply: ReadError" in drift_text(result)
