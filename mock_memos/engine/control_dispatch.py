"""Dispatches requests of the control API to their routes, and turns exceptions into replies."""

import logging
from typing import Final

import msgspec

from mock_memos.control.base import WorldStore, fields, parse_request, run_due_jobs
from mock_memos.control.routes import CONTROL, ControlRoute
from mock_memos.core.addresses import CONTROL_PREFIX
from mock_memos.core.calls import Call, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ApiError
from mock_memos.core.suggestions import did_you_mean
from mock_memos.engine.authentication import parse_authorization
from mock_memos.engine.error_replies import mock_error_reply

_CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'"
)
PAGE_HEADERS: Final = (
    ("content-security-policy", _CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
)
"""Headers of pages. Browsers must not load anything from other hosts."""

_ROUTES: Final[dict[tuple[str, str], ControlRoute]] = {
    (route.method, route.path): route for route in CONTROL
}
_log = logging.getLogger("mock_memos")
_encode = msgspec.json.Encoder().encode


def dispatch(worlds: WorldStore, call: Call) -> Reply:
    """Returns the reply to a request of the control API. Never raises; writes no journal."""
    path = call.path[len(CONTROL_PREFIX) :].strip("/")
    route = _ROUTES.get((call.method, path))
    if route is None:
        return _unknown_route(call, path)
    try:
        key = parse_authorization(call)[1] if route.needs_key else ""
        if key:
            worlds.check_request_key(key)
            run_due_jobs(worlds, key)
        answer = route.function(worlds, key, parse_request(call.body, route.request, call.query))
    except ApiError as error:
        return mock_error_reply(error.status, "key", error.message, error.hint)
    except UsageError as error:
        names = fields(route.request)
        takes = f" takes {', '.join(names)}" if names else ""
        return mock_error_reply(400, "usage", str(error), f"{call.method} {call.path}{takes}")
    except Exception as defect:
        _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
        message = f"{type(defect).__name__}: {defect}"
        return mock_error_reply(500, "defect", message, "please report it")
    if isinstance(answer, bytes):
        return Reply(200, answer, route.content_type, PAGE_HEADERS)
    return Reply(200, _encode(answer))


def _unknown_route(call: Call, path: str) -> Reply:
    paths = list(dict.fromkeys(known for _, known in _ROUTES if not known.startswith("docs/")))
    methods = [method for method, known in _ROUTES if known == path]
    suggestion = "" if methods else did_you_mean(path, paths)
    hint = f"it takes {' and '.join(methods)}" if methods else f"known: {', '.join(paths)}"
    message = f"unknown route {call.method} {call.path}{suggestion}"
    return mock_error_reply(404, "not_found", message, hint)
