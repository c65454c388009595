"""Several calls in a row, the later ones about what the earlier ones made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.api.routes import API
from mock_memos.testing.strategies.request_bodies import REFERENCE_FIELDS, Body, request


@dataclass(frozen=True)
class ApiCall:
    """One call of an operation."""

    operation: str
    body: Body


@dataclass(frozen=True)
class Wait:
    """Time that passes."""

    seconds: int


CallSequence = list[ApiCall | Wait]
Send = Callable[[str, str, Any], Any]
"""Sends a request (method, path below the base URL, JSON body or None) and gives the answer."""

OPERATIONS: Final = tuple(route.operation for route in API)
_KINDS: Final = tuple(dict.fromkeys(REFERENCE_FIELDS.values()))
_EARLIER: Final = {f"<{kind} {n}>": (kind, n) for kind in _KINDS for n in range(3)}
_IDS: Final = {
    kind: [mark for mark, place in _EARLIER.items() if place[0] == kind] for kind in _KINDS
}


def call_sequences(*operations: str, max_size: int = 12) -> SearchStrategy[CallSequence]:
    """Calls of these operations, or of all, and time between them. Carried out by `play`."""
    asks = [
        st.builds(ApiCall, st.just(one), request(one, ids=_IDS)) for one in operations or OPERATIONS
    ]
    waits = st.integers(1, 60).map(Wait)
    return st.lists(st.one_of(*asks, waits), max_size=max_size)


def run_calls(program: CallSequence, send: Send, advance: Callable[[float], Any]) -> list[Any]:
    """Carry out a program; gives the answers.

    `send` is the application's way to the API, `advance` moves the clock: `memos.clock.advance`.
    `<task 0>` in a body becomes the id of the first task that was made before, and so on, in turn;
    without any it stays, and nothing has such an id.
    """
    made: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    answers = []
    for step in program:
        if isinstance(step, Wait):
            advance(step.seconds)
            continue
        answer = send(*http_request(step.operation, _replace_ids(step.body, made)))
        answers.append(answer)
        data = answer.get("data") if isinstance(answer, dict) else None
        for kind, one in _ids_in(step.operation, data):
            if one not in made[kind]:
                made[kind].append(one)
    return answers


def http_request(operation: str, body: Body) -> tuple[str, str, Body | None]:
    """Method, path below the base URL, and JSON body of a call."""
    if operation == "get/memory/{memory_id}":
        return "GET", f"get/memory/{body['memory_id']}", None
    return "POST", operation, body


def _replace_ids(value: Any, made: dict[str, list[str]]) -> Any:
    if isinstance(value, str) and value in _EARLIER:
        kind, number = _EARLIER[value]
        there = made[kind]
        return there[number % len(there)] if there else value
    if isinstance(value, dict):
        return {name: _replace_ids(one, made) for name, one in value.items()}
    if isinstance(value, list):
        return [_replace_ids(one, made) for one in value]
    return value


def _ids_in(operation: str, data: Any) -> Iterator[tuple[str, str]]:
    """What an answer says is there now."""
    match operation, data:
        case "add/message" | "add/feedback", {"task_id": str(task)}:
            yield "task", task
        case "search/memory" | "get/memory", dict():
            for name, found in data.items():
                if isinstance(found, list) and name != "profile_detail_list":
                    yield from (("memory", one["id"]) for one in found)
        case "create/knowledgebase", {"id": str(base)}:
            yield "knowledgebase", base
        case "add/knowledgebase-file", list():
            yield from (("file", one["id"]) for one in data)
        case "add/profile_template", {"profile_template_id": str(template)}:
            yield "template", template
