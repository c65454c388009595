"""The steps of a recorded scenario, and what they check."""

from typing import Any

import msgspec
import pytest

from mock_memos import scenario
from mock_memos.recording.recorded_calls import parse_calls
from mock_memos.recording.steps import StepWriter
from tests.support.recording import invent, record_story


def steps(*exchanges: Any) -> list[dict[str, Any]]:
    return list(StepWriter("T", parse_calls(exchanges)).steps())[1:]


ADDED = {"success": True, "task_id": "task-0001", "status": "running"}
ADD = invent(0, "add/message", {"user_id": "ana", "conversation_id": "c1"}, ADDED)


def test_first_step_has_the_title() -> None:
    assert list(StepWriter("Ana ${x}", []).steps()) == [{"note": "Recorded: Ana $${x}"}]


def test_identifier_is_saved_for_later_calls() -> None:
    status = {"task_id": "task-0001", "status": "completed"}
    first, advance, second = steps(ADD, invent(1.5, "get/status", {"task_id": "task-0001"}, status))
    assert first["save"] == {"task": "data.task_id"}
    assert "data.task_id" not in first["expect"]
    assert advance == {"advance": 1.5}
    assert second == {
        "call": "get/status",
        "body": {"task_id": "{{task}}"},
        "status": 200,
        "expect": {"code": 0, "data.task_id": "{{task}}", "data.status": "completed"},
    }


def test_time_between_calls_is_an_advance() -> None:
    searches = [invent(seconds, "search/memory", {"query": "a"}, None) for seconds in (0, 2, 2, 5)]
    moves = [step["advance"] for step in steps(*searches) if "advance" in step]
    assert moves == [2, 3]


def test_identifier_in_a_list_of_a_request_is_replaced() -> None:
    delete = invent(0, "delete/memory", {"memory_ids": ["task-0001"]}, None)
    assert steps(ADD, delete)[1]["body"] == {"memory_ids": ["{{task}}"]}


def test_identifier_in_a_path_is_saved() -> None:
    listed = {"memory_detail_list": [{"id": "memory-0001"}], "preference_detail_list": []}
    shown = msgspec.structs.replace(
        ADD, method="GET", url="http://h/api/openmem/v1/get/memory/memory-0001", request_body=b""
    )
    first, second = steps(invent(0, "get/memory", {"user_id": "ana"}, listed), shown)
    assert first["save"] == {"memory": "data.memory_detail_list.0.id"}
    assert second["call"] == "get/memory/{{memory}}"
    assert "body" not in second


def test_names_of_saved_identifiers_are_numbered() -> None:
    other = invent(0, "add/message", {}, ADDED | {"task_id": "task-0002"})
    polls = [invent(0, "get/status", {"task_id": f"task-000{n}"}, {}) for n in (1, 2)]
    first, second, *_ = steps(ADD, other, *polls)
    assert (list(first["save"]), list(second["save"])) == (["task"], ["task2"])


def test_string_that_the_client_sent_is_not_saved() -> None:
    sent = {"conversation_id": "c1"}
    step, _ = steps(
        invent(0, "get/message", sent, sent | {"id": "not used again"}),
        invent(0, "get/message", sent, None),
    )
    assert "save" not in step
    assert step["expect"] == {"code": 0}


@pytest.mark.parametrize(
    ("data", "status", "code", "expect"),
    [
        (
            {"tags": ["a", "b"], "memory_ids": ["x"], "empty": [], "list": [{"n": None}]}, 200, 0,
            {"data.tags": {"length": 2}, "data.tags.0": "a", "data.tags.1": "b",
             "data.memory_ids": {"length": 1}, "data.empty": [], "data.list": {"length": 1},
             "data.list.0.n": None},
        ),
        ({"create_time": 1, "a.b": 2, "huge": 1e300}, 200, 0, {}),  # no path reaches "a.b"
        (None, 400, 40002, {"data": None}),
    ],
)  # fmt: skip
def test_step_checks_what_a_replay_repeats(data: Any, status: int, code: int, expect: Any) -> None:
    (step,) = steps(invent(0, "search/memory", {"query": "a"}, data, status, code))
    assert (step["status"], step["expect"]) == (status, {"code": code} | expect)


def test_braces_in_texts_are_not_filled_in() -> None:
    text = "I pay ${price} for {{tea}}."
    (step,) = steps(invent(0, "search/memory", {"query": text}, {"x": text}))
    assert step["body"]["query"] == step["expect"]["data.x"] == "I pay $${price} for \\{{tea}}."


def test_call_that_no_step_can_make_is_named() -> None:
    (step,) = steps(invent(0, "no/such", {}, None, 404, 40400))
    assert step == {
        "note": "Left out: POST no/such, answered with 404. "
        "Steps can only call operations, with an object as body."
    }


@pytest.mark.parametrize("name", [shipped.name for shipped in scenario.shipped_scenarios()])
def test_recorded_expectations_notice_another_value(name: str) -> None:
    """Each answer is changed in one value that is not an identifier or a time."""
    session = record_story(name)
    for index, exchange in enumerate(session.exchanges):
        changed = exchange.response_body.replace(b'"code":', b'"code":1')
        if exchange.status == 200 and b'"relativity":' in changed:
            changed = exchange.response_body.replace(b'"relativity":0', b'"relativity":1')
        others = list(session.exchanges)
        others[index] = msgspec.structs.replace(exchange, response_body=changed)
        step = [step for step in steps(*session.exchanges) if "call" in step][index]
        other = [step for step in steps(*others) if "call" in step][index]
        assert step["expect"] != other["expect"]
