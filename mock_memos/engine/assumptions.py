"""Lists the assumptions behind a reply, from the evidence of operations, fields and errors.

The HTTP statuses of errors and the fields of answers are not listed: it is unknown whether the
client uses them.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mock_memos.api.decoding import filters
from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import fields_info, inspect_model, nested_requests
from mock_memos.api.routes import Route
from mock_memos.core.calls import Call
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.service_errors import ASSUMED_USES, ApiError
from mock_memos.core.settings import Settings

EVIDENCE_SETTINGS: Final = (
    "http_status", "status_format", "rerank_format", "memory_detail_fields",
    "include_empty_lists", "memory_time_format", "message_time_format", "time_zone",
    "multiple_delete_selectors", "agent_memory", "tool_schema_format", "sse_done_marker",
    "enforce_quotas",
)  # fmt: skip
"""Settings for open questions. Their defaults have the best evidence."""


def assumptions_of(
    call: Call, settings: Settings, route: Route | None, error: ApiError | None, facts: RequestFacts
) -> Iterator[str]:
    """Yields the assumptions behind one reply, in words that do not depend on sent ids."""
    default = Settings()
    for name in EVIDENCE_SETTINGS:
        if (value := getattr(settings, name)) != getattr(default, name):
            yield f"setting {name} is {value!r}, not {getattr(default, name)!r}"
    if call.headers.get("authorization", "")[:6].lower() == "bearer":
        yield "the scheme Bearer is accepted"
    if error is not None and error.code in ASSUMED_USES:
        operation = route.path if route else "an unknown path"
        yield f"code {error.code} is the answer of {operation}"
    if route is None:
        return
    if route.evidence == "assumed":
        yield f"the operation {route.path}"
    if "//" in call.path:
        yield "a double slash in the path is read as one"
    if route.method == "POST" and error is None:
        yield from _find_tolerated_input(route, facts)


def _find_tolerated_input(route: Route, facts: RequestFacts) -> Iterator[str]:
    """Yields what strict mode would reject in a request, and its assumed fields."""
    for name in _assumed_fields(facts.fields, route.request):
        yield f"{route.path}: the field {name}"
    try:
        body = facts.body or msgspec.json.encode(facts.fields)  # a form has no JSON body
        decode_request(body, route.request, strict="assumed")
    except ApiError as error:
        yield f"{route.path}: {error.hint}; assumed to be accepted"
    try:
        filters.parse_filter(facts.fields.get("filter"), strict=True)
    except ApiError as error:
        yield f"{route.path}: {error.hint}; assumed to be accepted"


def _assumed_fields(value: Any, model: type[Request]) -> Iterator[str]:
    """Yields the fields of a request that are only assumed to exist."""
    known, types = fields_info(model), inspect_model(model).types
    for name, field_value in value.items() if isinstance(value, dict) else ():
        if name not in known or field_value is None:
            continue
        if known[name].evidence == "assumed":
            yield name
        for nested in nested_requests(types[name]):
            for item in field_value if isinstance(field_value, list) else (field_value,):
                yield from _assumed_fields(item, nested)
