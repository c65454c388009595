"""Compares two replies to the same call as a whole: existence, HTTP status, code, sort order."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mock_memos.core.evidence import Evidence
from mock_memos.core.service_errors import ASSUMED_USES, ERRORS
from mock_memos.verification.comparison.differences import (
    Kind,
    ReplyDifference,
    is_unsorted,
    severity_of,
)
from mock_memos.verification.comparison.our_models import ERROR, EVENTS
from mock_memos.verification.comparison.reply_shapes import format_path
from mock_memos.verification.service import ServiceResponse


class SortOrder(NamedTuple):
    """A list that is sorted by a field."""

    path: tuple[str, ...]
    field: str
    descending: bool
    evidence: Evidence
    about: str


_FOUND: Final = ("memory", "preference", "profile", "event", "tool_memory", "skill")
_LISTED: Final = ("memory", "preference", "event", "tool_memory", "skill")
ORDERS: Final[dict[str, tuple[SortOrder, ...]]] = {
    "search/memory": tuple(
        SortOrder(("data", f"{name}_detail_list"), "relativity", True, "assumed", "best first")
        for name in _FOUND
    ),
    "get/memory": tuple(
        SortOrder(("data", f"{name}_detail_list"), "create_time", True, "assumed", "newest first")
        for name in _LISTED
    ),
    "get/message": (
        SortOrder(("data", "message_detail_list"), "create_time", False, "assumed", "oldest first"),
    ),
    "rerank": tuple(
        SortOrder((*path, "results"), "relevance_score", True, "documented", "best first")
        for path in (("data",), ())
    ),
    "list/profile_template": (
        SortOrder(("data", "profile_templates"), "create_time", True, "documented", "newest first"),
    ),
}
STATUSES: Final[dict[int, Evidence]] = {4: "assumed", 5: "observed"}
"""The evidence of the HTTP status of an error, by its first digit."""


def json_values(response: ServiceResponse) -> list[Any]:
    """Returns what can be compared: the JSON object of a response, or the events of a stream."""
    if events := _events(response):
        return events
    body = response.json
    return [body] if isinstance(body, dict) else []


def shape_name(operation: str, response: ServiceResponse) -> str:
    """Returns which declared shape a response has: of its operation, of events, or of errors."""
    if _events(response):
        return EVENTS
    return operation if _code(response) == "0" else ERROR


def compare_replies(
    operation: str, title: str, service: ServiceResponse, mock: ServiceResponse
) -> Iterator[ReplyDifference]:
    """Yields what differs apart from the fields of the bodies."""

    def difference(kind: Kind, evidence: Evidence, theirs: str, ours: str) -> ReplyDifference:
        return ReplyDifference(
            operation=operation, field=title, kind=kind, severity=severity_of(evidence),
            service=theirs, mock=ours, evidence=evidence,
        )  # fmt: skip

    if json_values(mock) and not json_values(service):
        yield difference("reply", "documented", _describe(service), _describe(mock))
    elif _code(service) != _code(mock):
        codes = f"code {_code(service)}", f"code {_code(mock)}"
        yield difference("code", _evidence_of_code(mock), *codes)
    elif service.status != mock.status:
        evidence = STATUSES.get(mock.status // 100, "documented")
        yield difference("status", evidence, f"HTTP {service.status}", f"HTTP {mock.status}")


def unsorted_lists(operation: str, responses: list[ServiceResponse]) -> Iterator[ReplyDifference]:
    """Yields lists of the service that are not sorted as the mock sorts them."""
    for order in ORDERS.get(operation, ()):
        if any(_is_unsorted(order, response) for response in responses):
            yield ReplyDifference(
                operation=operation,
                field=format_path(order.path),
                kind="order",
                severity=severity_of(order.evidence),
                service=f"not sorted by {order.field}",
                mock=order.about,
                evidence=order.evidence,
            )


def _is_unsorted(order: SortOrder, response: ServiceResponse) -> bool:
    values = response.json
    for step in order.path:
        values = values.get(step) if isinstance(values, dict) else None
    if not isinstance(values, list):
        return False
    return is_unsorted(values, order.field, descending=order.descending)


def _evidence_of_code(mock: ServiceResponse) -> Evidence:
    code = mock.code
    if code in ASSUMED_USES:
        return "assumed"
    return ERRORS[code].evidence if code in ERRORS else "documented"


def _code(response: ServiceResponse) -> str:
    """Returns the code, or `***` for any other value. Without envelope, HTTP 200 counts as 0."""
    code = response.code
    if code is None:
        return "0" if response.status == 200 else "none"
    return str(code) if isinstance(code, int) and len(str(code)) <= 6 else "***"


def _describe(response: ServiceResponse) -> str:
    if not response.status:
        return f"no reply: {response.connection_error.partition(':')[0]}"
    body = "a JSON object" if isinstance(response.json, dict) else "no JSON object"
    return f"HTTP {response.status}, {body}"


def _events(response: ServiceResponse) -> list[Any]:
    """Returns the `data:` lines of a stream that are JSON."""
    if "event-stream" not in response.headers.get("content-type", ""):
        return []
    events = []
    for line in response.body.decode("utf-8", "replace").splitlines():
        if line.startswith("data:"):
            try:
                events.append(json.loads(line.removeprefix("data:")))
            except (ValueError, RecursionError):
                continue
    return events
