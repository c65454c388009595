"""The way of a call of the control API: to its verb, and to an answer or a mistake in words."""

import logging

import msgspec

from mock_memos.control.base import Worlds, fields, read
from mock_memos.control.routes import CONTROL, Verb
from mock_memos.core.addresses import CONTROL_PREFIX
from mock_memos.core.calls import Call, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ApiError
from mock_memos.core.suggestions import did_you_mean
from mock_memos.engine.authentication import key_of

_SOURCES = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'"
)
SEALED = (("content-security-policy", _SOURCES), ("x-content-type-options", "nosniff"))
"""Headers of pages: a browser asks nobody else for anything."""

_VERBS: dict[tuple[str, str], Verb] = {(verb.method, verb.path): verb for verb in CONTROL}
_log = logging.getLogger("mock_memos")
_encode = msgspec.json.Encoder().encode


def obey(worlds: Worlds, call: Call) -> Reply:
    """Answer a call of the control API. Never raises; leaves no trace in a journal."""
    path = call.path[len(CONTROL_PREFIX) :].strip("/")
    verb = _VERBS.get((call.method, path))
    if verb is None:
        return _unknown(call, path)
    try:
        key = key_of(call)[1] if verb.needs_key else ""
        if key:
            worlds.enter(key).run_due_jobs()
        answer = verb.function(worlds, key, read(call.body, verb.request, call.query))
    except ApiError as problem:
        return _trouble(problem.status, "key", problem.message, problem.hint)
    except UsageError as problem:
        takes = f" takes {', '.join(names)}" if (names := fields(verb.request)) else ""
        return _trouble(400, "usage", str(problem), f"{call.method} {call.path}{takes}")
    except Exception as defect:
        _log.exception("a defect in mock-memos, at %s %s", call.method, call.path)
        return _trouble(500, "defect", f"{type(defect).__name__}: {defect}", "please report it")
    if isinstance(answer, bytes):
        return Reply(200, answer, verb.gives, SEALED)
    return Reply(200, _encode(answer))


def _unknown(call: Call, path: str) -> Reply:
    paths = list(dict.fromkeys(one for _, one in _VERBS if not one.startswith("docs/")))
    ways = [method for method, one in _VERBS if one == path]
    close = "" if ways else did_you_mean(path, paths)
    how = f"it takes {' and '.join(ways)}" if ways else f"known: {', '.join(paths)}"
    return _trouble(404, "not_found", f"there is no {call.method} {call.path}{close}", how)


def _trouble(status: int, code: str, message: str, hint: str) -> Reply:
    """An error of the control API."""
    error = {"code": code, "message": message, "hint": hint}
    return Reply(status, _encode({"error": error}))
