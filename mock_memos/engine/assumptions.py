"""Which assumptions about the real service a reply rests on, read off what is known from where.

What is known of operations, fields and errors stands beside them as evidence; strict mode knows
what is put up with. The HTTP statuses of errors, and the many fields of answers that no client
may ever look at, are not counted.
"""

from collections.abc import Iterator
from typing import Any, Final

from mock_memos.api.decoding import filters
from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import fields_info, inspect_model, nested_requests
from mock_memos.api.routes import Route
from mock_memos.core.calls import Call, decode_object
from mock_memos.core.service_errors import ASSUMED_USES, ApiError
from mock_memos.core.settings import Settings

SWITCHES: Final = (
    "http_status", "status_format", "rerank_format", "memory_detail_fields",
    "include_empty_lists", "memory_time_format",
    "message_time_format", "time_zone", "multiple_delete_selectors", "agent_memory",
    "tool_schema_format",
    "sse_done_marker", "enforce_quotas",
)  # fmt: skip
"""Settings whose default is what is known best; another value is somebody's guess."""


def leans(
    call: Call, settings: Settings, route: Route | None, problem: ApiError | None
) -> Iterator[str]:
    """The assumptions behind one reply, each in words that do not depend on the values sent."""
    default = Settings()
    for name in SWITCHES:
        if (value := getattr(settings, name)) != getattr(default, name):
            yield f"setting {name} is {value!r}, not {getattr(default, name)!r}"
    if call.headers.get("authorization", "")[:6].lower() == "bearer":
        yield "the scheme Bearer is accepted"
    if problem is not None and problem.code in ASSUMED_USES:
        where = route.operation if route else "a path that is no operation"
        yield f"code {problem.code} is the answer of {where}"
    if route is None:
        return
    if route.evidence == "assumed":
        yield f"the operation {route.operation}"
    if "//" in call.path:
        yield "a doubled slash in the path is read as one"
    if route.method == "POST" and problem is None:
        yield from _put_up_with(call, route)


def _put_up_with(call: Call, route: Route) -> Iterator[str]:
    where = route.operation
    body = decode_object(call.body)
    for name in _assumed(body, route.request):
        yield f"{where}: the field {name}"
    try:
        decode_request(call.body, route.request, strict="assumed")
    except ApiError as refusal:
        yield f"{where}: it is put up with that {refusal.hint}"
    try:
        filters.parse_filter(body.get("filter"), strict=True)
    except ApiError as refusal:
        yield f"{where}: it is put up with that {refusal.hint}"


def _assumed(raw: Any, model: type[Request]) -> Iterator[str]:
    """The fields that came and that are only assumed to exist."""
    said, types = fields_info(model), inspect_model(model).types
    for name, value in raw.items() if isinstance(raw, dict) else ():
        if name not in said or value is None:
            continue
        if said[name].evidence == "assumed":
            yield name
        for inner in nested_requests(types[name]):
            for one in value if isinstance(value, list) else (value,):
                yield from _assumed(one, inner)
