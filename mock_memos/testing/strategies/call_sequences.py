"""Sequences of calls, whose later calls refer to the results of earlier ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_memos.api.routes import API
from mock_memos.testing.strategies.request_bodies import REFERENCE_FIELDS, Body, valid_request


@dataclass(frozen=True)
class ApiCall:
    """One call of an operation."""

    operation: str
    body: Body


@dataclass(frozen=True)
class Wait:
    """Virtual time that passes between calls."""

    seconds: int


CallSequence = list[ApiCall | Wait]
Send = Callable[[str, str, Any], Any]
"""Sends a request (method, path below the base URL, JSON body or None), returns the response."""

OPERATIONS: Final = tuple(route.path for route in API)
_KINDS: Final = tuple(dict.fromkeys(REFERENCE_FIELDS.values()))
_PLACEHOLDERS: Final = {f"<{kind} {n}>": (kind, n) for kind in _KINDS for n in range(3)}
_IDS: Final = {kind: [f"<{kind} {n}>" for n in range(3)] for kind in _KINDS}


def call_sequences(*operations: str, max_size: int = 12) -> SearchStrategy[CallSequence]:
    """Returns sequences of calls of these operations, by default of all, and pauses.

    `run_calls` sends them.
    """
    calls = [
        st.builds(ApiCall, st.just(operation), valid_request(operation, ids=_IDS))
        for operation in operations or OPERATIONS
    ]
    waits = st.integers(1, 60).map(Wait)
    return st.lists(st.one_of(*calls, waits), max_size=max_size)


def run_calls(sequence: CallSequence, send: Send, advance: Callable[[float], Any]) -> list[Any]:
    """Sends the calls of a sequence and returns the responses.

    `send` sends one request, `advance` moves the clock by seconds (`memos.clock.advance`).
    `<task 0>` in a body is replaced by the id of the first task created before, and so on,
    cyclically. It stays unchanged if no task exists, and is then an unknown id.
    """
    created: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    responses = []
    for step in sequence:
        if isinstance(step, Wait):
            advance(step.seconds)
            continue
        response = send(*http_request(step.operation, _replace_ids(step.body, created)))
        responses.append(response)
        data = response.get("data") if isinstance(response, dict) else None
        for kind, id_ in _ids_in(step.operation, data):
            if id_ not in created[kind]:
                created[kind].append(id_)
    return responses


def http_request(operation: str, body: Body) -> tuple[str, str, Body | None]:
    """Returns method, path below the base URL, and JSON body of a call."""
    if operation == "get/memory/{memory_id}":
        return "GET", f"get/memory/{body['memory_id']}", None
    return "POST", operation, body


def _replace_ids(value: Any, created: dict[str, list[str]]) -> Any:
    if isinstance(value, str) and value in _PLACEHOLDERS:
        kind, number = _PLACEHOLDERS[value]
        ids = created[kind]
        return ids[number % len(ids)] if ids else value
    if isinstance(value, dict):
        return {name: _replace_ids(item, created) for name, item in value.items()}
    if isinstance(value, list):
        return [_replace_ids(item, created) for item in value]
    return value


def _ids_in(operation: str, data: Any) -> Iterator[tuple[str, str]]:
    """Yields kind and id of everything in a response that later calls can refer to."""
    match operation, data:
        case "add/message" | "add/feedback", {"task_id": str(task)}:
            yield "task", task
        case "search/memory" | "get/memory", dict():
            for name, items in data.items():
                if isinstance(items, list) and name != "profile_detail_list":
                    yield from (("memory", item["id"]) for item in items)
        case "create/knowledgebase", {"id": str(base)}:
            yield "knowledgebase", base
        case "add/knowledgebase-file", list():
            yield from (("file", item["id"]) for item in data)
        case "add/profile_template", {"profile_template_id": str(template)}:
            yield "template", template
