"""Properties of the whole API under any sequence of calls."""

import json
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from mock_memos.simulation.snapshot import take_snapshot
from mock_memos.testing.strategies.call_sequences import (
    ApiCall,
    CallSequence,
    Wait,
    call_sequences,
    run_calls,
)
from tests.support.engine_client import ROUTES, Client
from tests.support.generated_calls import send_function, success_data

broadly = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
quickly = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink]
)

TURN = {"user_id": "ana", "messages": [{"role": "user", "content": "I like tea."}]}
ALL = call_sequences()


def run(program: CallSequence, client: Client) -> list[Any]:
    return run_calls(program, send_function(client), client.advance)


@given(ALL)
@broadly
def test_every_response_matches_model_or_is_documented(program: CallSequence) -> None:
    client = Client()

    def send(method: str, path: str, body: Any) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = client.send(path, content, method=method)
        operation = path if method == "POST" else "get/memory/{memory_id}"
        if answer.status == 200:
            return {"code": 0, "data": success_data(operation, answer)}
        assert answer.json["code"] in ROUTES[operation].errors, (answer.json, answer.hint)
        return answer.json

    run_calls(program, send, client.advance)


@given(ALL, st.integers(0, 3))
@broadly
def test_equal_sequences_have_equal_responses(program: CallSequence, seed: int) -> None:
    first, second = Client(seed=seed), Client(seed=seed)
    assert run(program, first) == run(program, second)
    assert first.world.journal.digest == second.world.journal.digest


@given(ALL)
@broadly
def test_no_message_is_lost_and_every_task_ends(program: CallSequence) -> None:
    client = Client()
    run(program, client)
    client.world.run_until_idle()
    assert {task.status for task in client.world.tasks} <= {"completed", "failed"}
    bodies = [step.body for step in program if isinstance(step, ApiCall) and _shows(step)]
    for body in bodies:
        where = {"user_id": body["user_id"], "conversation_id": body["conversation_id"]}
        listed = client.ok("get/message", **where, message_limit_number=50)
        texts = [item["content"] for item in listed["message_detail_list"]]
        assert len(texts) == 50 or all(item["content"] in texts for item in _plain(body))


def _shows(step: ApiCall) -> bool:
    """Returns whether get/message lists the messages of a call."""
    body = step.body
    named = isinstance(body.get("user_id"), str) and "conversation_id" in body
    return step.operation == "add/message" and named and not body.get("allow_knowledgebase_ids")


def _plain(body: dict[str, Any]) -> list[Any]:
    spoken = [item for item in body["messages"] if item["role"] in ("user", "assistant")]
    return [item for item in spoken if isinstance(item.get("content"), str) and item["content"]]


@given(ALL, ALL)
@broadly
def test_calls_in_a_fork_do_not_change_the_original(
    first: CallSequence, then: CallSequence
) -> None:
    client = Client()
    run(first, client)
    client.world.run_due_jobs()
    before = take_snapshot(client.world)
    client.engine.set_world("fork", client.world.fork())
    run(then, Client(client.engine, "fork"))
    assert take_snapshot(client.world) == before


@given(ALL)
@broadly
def test_time_passes_equally_in_one_step_and_in_many(program: CallSequence) -> None:
    whole, pieces = Client(), Client()
    split = [
        piece
        for step in program
        for piece in ([Wait(1)] * step.seconds if isinstance(step, Wait) else [step])
    ]
    assert run(program, whole) == run(split, pieces)
    assert take_snapshot(whole.world) == take_snapshot(pieces.world)


def test_later_calls_use_ids_of_earlier_ones() -> None:
    client = Client()
    request = ApiCall("get/status", {"task_id": "<task 0>"})
    program: CallSequence = [ApiCall("add/message", TURN), Wait(9), request]
    assert run(program, client)[-1]["data"]["status"] == "completed"


def test_placeholder_without_object_is_an_unknown_id() -> None:
    requests: CallSequence = [ApiCall("update/memory", {"memory_id": "<memory 0>", "title": "x"})]
    assert run(requests, Client())[0]["code"] == 40307


@cache
def _of_two() -> Any:
    return call_sequences("add/message", "get/status")


def test_sequence_of_given_operations_is_minimal() -> None:
    def completes(program: CallSequence) -> bool:
        answers = run(program, Client())
        return any((answer["data"] or {}).get("memory_views") for answer in answers)

    result = find(_of_two(), completes, settings=quickly)
    assert isinstance(result[0], ApiCall)
    assert result[0].operation == "add/message"
    assert result[-1] == ApiCall("get/status", {"task_id": "<task 0>"})
    assert len(result) <= 3
