"""Builds the replies of errors: those of the service, and those of mock-memos itself."""

from typing import Any

import msgspec

from mock_memos.core.addresses import HINT_HEADER
from mock_memos.core.calls import Reply
from mock_memos.core.service_errors import ApiError


def service_error_reply(error: ApiError, status: int) -> Reply:
    """Returns an error of the service, in its envelope, with the hint in a header."""
    hint = error.hint.encode("ascii", "backslashreplace").decode()
    headers = [(HINT_HEADER, "".join(c if c.isprintable() else " " for c in hint))]
    if error.retry_after is not None:
        headers.append(("retry-after", str(error.retry_after)))
    body = _envelope(error.code, error.message)
    return Reply(status, msgspec.json.encode(body), headers=tuple(headers))


def mock_error_reply(
    status: int, code: str, message: str, hint: str, *, envelope: bool = False
) -> Reply:
    """Returns an error of mock-memos: `{"error": {"code", "message", "hint"}}`.

    With `envelope` clients of the service can read it too.
    """
    error = {"error": {"code": code, "message": message, "hint": hint}}
    body = _envelope(status, message) | error if envelope else error
    return Reply(status, msgspec.json.encode(body))


def _envelope(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "data": None, "message": message}
