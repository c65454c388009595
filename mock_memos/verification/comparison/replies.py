"""Two answers to the same call, as wholes: whether one came, its status, its code, its order."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mock_memos.core.evidence import Evidence
from mock_memos.core.service_errors import ASSUMED_USES, ERRORS
from mock_memos.verification.comparison.differences import Difference, Kind, grave, unsorted
from mock_memos.verification.comparison.our_models import EVENTS, REFUSALS
from mock_memos.verification.comparison.reply_shapes import shown
from mock_memos.verification.service import Answer


class Order(NamedTuple):
    """A list that stands in the order of a field."""

    where: tuple[str, ...]
    field: str
    descending: bool
    evidence: Evidence
    about: str


_FOUND: Final = ("memory", "preference", "profile", "event", "tool_memory", "skill")
_LISTED: Final = ("memory", "preference", "event", "tool_memory", "skill")
ORDERS: Final[dict[str, tuple[Order, ...]]] = {
    "search/memory": tuple(
        Order(("data", f"{name}_detail_list"), "relativity", True, "assumed", "best first")
        for name in _FOUND
    ),
    "get/memory": tuple(
        Order(("data", f"{name}_detail_list"), "create_time", True, "assumed", "newest first")
        for name in _LISTED
    ),
    "get/message": (
        Order(("data", "message_detail_list"), "create_time", False, "assumed", "oldest first"),
    ),
    "rerank": tuple(
        Order((*where, "results"), "relevance_score", True, "documented", "best first")
        for where in (("data",), ())
    ),
    "list/profile_template": (
        Order(("data", "profile_templates"), "create_time", True, "documented", "newest first"),
    ),
}
STATUSES: Final[dict[int, Evidence]] = {4: "assumed", 5: "observed"}
"""Where it is known from which hundred of HTTP statuses a refusal has."""


def values(answer: Answer) -> list[Any]:
    """What can be compared of a reply: its JSON, or the events of a stream."""
    if events := _events(answer):
        return events
    body = answer.json
    return [body] if isinstance(body, dict) else []


def name_of(operation: str, answer: Answer) -> str:
    """As what a reply is compared: as one of its operation, as a stream, or as a refusal."""
    if _events(answer):
        return EVENTS
    return operation if _code(answer) == "0" else REFUSALS


def as_wholes(operation: str, title: str, target: Answer, mock: Answer) -> Iterator[Difference]:
    """What differs before anybody looks into the bodies."""

    def tell(kind: Kind, evidence: Evidence, came: str, ours: str) -> Difference:
        return Difference(
            operation=operation, field=title, kind=kind, severity=grave(evidence), target=came,
            mock=ours, evidence=evidence,
        )  # fmt: skip

    if values(mock) and not values(target):
        yield tell("reply", "documented", _told(target), _told(mock))
    elif _code(target) != _code(mock):
        yield tell("code", _why(mock), f"code {_code(target)}", f"code {_code(mock)}")
    elif target.status != mock.status:
        known = STATUSES.get(mock.status // 100, "documented")
        yield tell("status", known, f"HTTP {target.status}", f"HTTP {mock.status}")


def out_of_order(operation: str, answers: list[Answer]) -> Iterator[Difference]:
    """Lists of the target that do not stand in the order that the double gives them."""
    for order in ORDERS.get(operation, ()):
        if any(_breaks(order, answer) for answer in answers):
            yield Difference(
                operation=operation,
                field=shown(order.where),
                kind="order",
                severity=grave(order.evidence),
                target=f"not sorted by {order.field}",
                mock=order.about,
                evidence=order.evidence,
            )


def _breaks(order: Order, answer: Answer) -> bool:
    found = answer.json
    for step in order.where:
        found = found.get(step) if isinstance(found, dict) else None
    return isinstance(found, list) and unsorted(found, order.field, descending=order.descending)


def _why(mock: Answer) -> Evidence:
    """Where it is known from that this is the code."""
    code = mock.code
    if code in ASSUMED_USES:
        return "assumed"
    return ERRORS[code].evidence if code in ERRORS else "documented"


def _code(answer: Answer) -> str:
    """A code, but nothing else that may stand in its place. A bare reply counts as a good one."""
    code = answer.code
    if code is None:
        return "0" if answer.status == 200 else "none"
    return str(code) if isinstance(code, int) and len(str(code)) <= 6 else "***"


def _told(answer: Answer) -> str:
    if not answer.status:
        return f"no reply: {answer.trouble.partition(':')[0]}"
    what = "a JSON object" if isinstance(answer.json, dict) else "no JSON object"
    return f"HTTP {answer.status}, {what}"


def _events(answer: Answer) -> list[Any]:
    """What stands after `data:` in a stream, as far as it is JSON."""
    if "event-stream" not in answer.headers.get("content-type", ""):
        return []
    lines = answer.body.decode("utf-8", "replace").splitlines()
    found = []
    for line in lines:
        if line.startswith("data:"):
            try:
                found.append(json.loads(line.removeprefix("data:")))
            except (ValueError, RecursionError):
                continue
    return found
