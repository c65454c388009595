"""The faults in a test's hand, over HTTP, in a scenario, and in the header of one call."""

from typing import Any

import httpx
import pytest

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.presets import PRESETS
from mock_memos.faults.rules import FaultRule
from mock_memos.testing.memos import Memos
from tests.support.faulty_calls import SEARCH, TURN, auth, by_httpx


def post(memos: Memos, operation: str = "add/message", fault: str = "") -> httpx.Response:
    headers = auth(memos) | ({"X-Mock-MemOS-Fault": fault} if fault else {})
    body = SEARCH if operation == "search/memory" else TURN
    return httpx.post(f"{memos.base_url}/{operation}", headers=headers, json=body)


def control(memos: Memos, method: str, query: str = "", **body: Any) -> Any:
    place = memos.base_url.removesuffix("/api/openmem/v1")
    url = f"{place}/_mock/faults{query}"
    return httpx.request(method, url, headers=auth(memos), json=body or None).json()


# --- in a test's hand ---


def test_fault_ends_with_its_block(memos: Memos) -> None:
    with memos.faults.add("error", "add/message", code=50143) as fault:
        assert post(memos).json()["code"] == 50143
    assert post(memos).json()["code"] == 0
    assert (fault.applied_calls, fault.is_exhausted) == (1, True)


def test_fault_can_be_removed_inside_its_block(memos: Memos) -> None:
    with memos.faults.add("error") as fault:
        memos.faults.remove(fault.id)
    assert len(memos.faults) == 0


def test_faults_are_listed_newest_first(memos: Memos) -> None:
    memos.faults.add("reset", times=3)
    memos.faults.add("search-down")
    assert [(fault.id, fault.name) for fault in memos.faults] == [(2, "search-down"), (1, "reset")]
    assert repr(next(iter(memos.faults))) == (
        "<fault 2: search-down, applied to 0 of 0 matching calls>"
    )
    memos.faults.clear()
    assert list(memos.faults) == []


def test_remove_rejects_an_unknown_number(memos: Memos) -> None:
    memos.faults.add("reset")
    with pytest.raises(UsageError, match=r"unknown fault 7\. Known: 1"):
        memos.faults.remove(7)


def test_presets_are_listed(memos: Memos) -> None:
    assert memos.faults.presets["search-down"].options == {"code": 50005}


def test_preset_applies_to_its_default_operation(memos: Memos) -> None:
    memos.faults.add("search-down")
    assert post(memos).json()["code"] == 0
    assert post(memos, "search/memory").json()["code"] == 50005


def test_preset_applies_to_a_given_operation(memos: Memos) -> None:
    memos.faults.add("search-down", "*")
    assert post(memos).json()["code"] == 50005


def test_preset_accepts_options(memos: Memos) -> None:
    memos.faults.add("search-down", status=503)
    assert post(memos, "search/memory").status_code == 503


# --- in the header of one call ---


def test_header_applies_a_fault_to_one_call(memos: Memos) -> None:
    reply = post(memos, fault="error; code=40309 ; status=429")
    assert (reply.status_code, reply.json()["code"]) == (429, 40309)
    assert post(memos).json()["code"] == 0
    assert [item.fault for item in memos.journal] == ["error", ""]


def test_header_accepts_a_preset(memos: Memos) -> None:
    assert "Bad Gateway" in post(memos, fault="gateway-html").text


def test_header_precedes_rules_and_is_not_counted(memos: Memos) -> None:
    fault = memos.faults.add("error", times=1)
    assert post(memos, fault="error; code=50004").json()["code"] == 50004
    assert fault.matched_calls == 0


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("resset", "unknown fault 'resset', did you mean 'reset'?"),
        ("error; 40309", "'40309' is not an option; write name=value"),
        ("error; cod=1", "did you mean 'code'"),
        ("quota; calls=0", "quota counts calls: add it as a rule"),
        ("", "unknown fault ''"),
        ("error 40309", "expected a fault and its options, such as 'error; code=40309'; unknown"),
    ],
)
def test_invalid_header_is_rejected(memos: Memos, header: str, problem: str) -> None:
    headers = auth(memos) | {"X-Mock-MemOS-Fault": header}
    reply = httpx.post(f"{memos.base_url}/add/message", headers=headers, json=TURN)
    assert reply.json()["code"] == 40000
    assert problem in reply.headers["x-mock-memos-hint"]


# --- over HTTP ---


def test_faults_over_http_are_added_and_removed(memos: Memos) -> None:
    added = control(
        memos, "POST", fault="error", when={"operation": "add/*"}, times=2, options={"code": 50143}
    )
    assert (added["id"], added["fault"], added["options"]["code"]) == (1, "error", 50143)
    assert post(memos).json()["code"] == 50143
    control(memos, "POST", fault="search-down")
    result = control(memos, "GET")
    assert [(fault["id"], fault["applied_calls"]) for fault in result["faults"]] == [(2, 0), (1, 1)]
    assert result["faults"][1]["when"] == {"operation": "add/*"}
    assert result["known"] == list(EFFECTS)
    assert list(result["presets"]) == list(PRESETS)
    assert [fault["id"] for fault in control(memos, "DELETE", id=1)["faults"]] == [2]
    assert control(memos, "DELETE", "?id=2")["faults"] == []
    assert post(memos).json()["code"] == 0


def test_delete_without_id_removes_all_faults(memos: Memos) -> None:
    for _ in range(3):
        memos.faults.add("reset")
    assert control(memos, "DELETE")["faults"] == []


@pytest.mark.parametrize(
    ("method", "body", "problem"),
    [
        ("POST", {"fault": "qota"}, "unknown fault 'qota', did you mean 'quota'?"),
        ("POST", {"fault": "error", "option": {}}, "did you mean 'options'?"),
        ("POST", {"fault": "error", "options": {"cod": 1}}, "did you mean 'code'?"),
        ("POST", {"fault": "error", "when": {"operation": "chatt"}}, "did you mean 'chat'?"),
        ("POST", {"fault": "error", "times": 0}, "times"),
        ("DELETE", {"id": 5}, "unknown fault 5. Known: none"),
    ],
)
def test_invalid_fault_over_http_is_rejected(
    memos: Memos, method: str, body: dict[str, Any], problem: str
) -> None:
    assert problem in control(memos, method, **body)["error"]["message"]


# --- in a scenario ---

STORY = """
version: 1
title: A bad day
faults:
  - fault: error
    when: {operation: search/memory}
    times: 1
    skip: 1
    options: {code: 50005}
  - fault: lost-reply
    for_seconds: 60
"""


def test_scenario_faults_are_applied(memos: Memos) -> None:
    memos.load_scenario(scenario.read(STORY))
    assert [post(memos, "search/memory").json()["code"] for _ in range(3)] == [0, 50005, 0]
    with pytest.raises(httpx.ReadError):
        by_httpx(memos, "add/message")
    memos.clock.advance(seconds=60)
    assert post(memos).json()["code"] == 0


def test_first_fault_of_a_scenario_comes_first(memos: Memos) -> None:
    both = "version: 1\ntitle: x\nfaults: [{fault: error}, {fault: reset}]"
    memos.load_scenario(scenario.read(both))
    assert [fault.name for fault in memos.faults] == ["error", "reset"]


def test_fault_in_python_scenario_is_checked() -> None:
    with pytest.raises(UsageError, match="did you mean 'reset'"):
        FaultRule(fault="resett")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{fault: eror}", "t:3:18: unknown fault 'eror', did you mean 'error'?"),
        ("{fault: serch-down}", "t:3:18: unknown fault 'serch-down', did you mean 'search-down'?"),
        ("{fault: ''}", "t:3:18: must not be empty"),
        ("{fault: error, option: {}}", "t:3:25: unknown key 'option', did you mean 'options'?"),
        (
            "{fault: error, options: {cod: 1}}",
            "t:3:25: options: error has no option 'cod', did you mean 'code'?",
        ),
        (
            "{fault: error, options: {code: 1}}",
            "t:3:25: options: error: code 1 is not in the error table",
        ),
        (
            "{fault: latency, options: {seconds: long}}",
            "t:3:27: options: latency: seconds is 'long'; expected a number, got a string",
        ),
        ("{fault: reset, times: 0}", "t:3:32: must be at least 1, not 0"),
        ("{fault: reset, for_seconds: 0}", "t:3:38: must be more than 0, not 0"),
        ("{fault: reset, probability: 2}", "t:3:38: must be at most 1, not 2"),
        (
            "{fault: reset, when: {operation: add/mesage}}",
            "t:3:43: unknown operation 'add/mesage', did you mean 'add/message'?",
        ),
    ],
)
def test_mistake_in_a_scenario_has_its_position(line: str, problem: str) -> None:
    with pytest.raises(scenario.ScenarioError) as caught:
        scenario.read(f"version: 1\ntitle: x\nfaults: [{line}]", name="t")
    (mistake,) = caught.value.problems
    assert str(mistake).startswith(problem)
