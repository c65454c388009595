"""Error responses in the OpenAPI document: one for each HTTP status."""

from collections.abc import Iterable
from typing import Any, Final

from mock_memos.core.calls import JSON
from mock_memos.core.service_errors import ASSUMED_USES, ERRORS, UNOFFICIAL_TEXTS, ErrorCode

EVERY_CALL: Final = (40300, 40304, 40309)
"""Errors of every operation if quotas are enforced."""

SHARED: Final = {
    "Unauthorized": (401, (40100, 40132)),
    "NoSuchOperation": (404, (40001,)),
    "TooLarge": (413, (40000,)),
}
"""Responses of every operation: HTTP status and error codes."""

HINT: Final = {
    "description": "The field, the received value and the expected value. Only mock-memos sends it",
    "schema": {"type": "string"},
}


def error_responses(codes: Iterable[int]) -> dict[str, Any]:
    """Returns the responses of an operation with these errors, and those of every operation."""
    by_status: dict[int, list[int]] = {}
    for code in (*codes, *EVERY_CALL):
        by_status.setdefault(ERRORS[code].status, []).append(code)
    responses = {str(status): error_response(status, group) for status, group in by_status.items()}
    return responses | {
        str(status): {"$ref": f"#/components/responses/{name}"}
        for name, (status, _) in SHARED.items()
    }


def any_error_response(codes: Iterable[int]) -> dict[str, Any]:
    """Returns all errors as one response, for `http_status = "always-200"`."""
    shared = (code for _, group in SHARED.values() for code in group)
    return error_response(200, (*codes, *EVERY_CALL, *shared))


def error_response(status: int, codes: Iterable[int]) -> dict[str, Any]:
    """Returns the response that has one of these errors."""
    errors = [ERRORS[code] for code in sorted(set(codes))]
    texts = dict.fromkeys(error.message for error in errors)
    fields = {
        "code": {"type": "integer", "enum": [error.code for error in errors]},
        "data": {"type": "null"},
        "message": {"type": "string", "enum": list(texts)},
    }
    examples = {
        str(error.code): {
            "summary": _when(error),
            "value": {"code": error.code, "data": None, "message": error.message},
        }
        for error in errors
    }
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    return {
        "description": "; ".join(f"{error.code} {error.message}" for error in errors),
        "headers": {"x-mock-memos-hint": {"$ref": "#/components/headers/Hint"}},
        "content": {JSON: {"schema": schema, "examples": examples}},
        "x-errors": [_error(error) for error in errors],
        "x-evidence": "observed" if status == 500 else "assumed",
    }


def _error(error: ErrorCode) -> dict[str, Any]:
    """Returns an entry of `x-errors`."""
    return {
        "code": error.code,
        "message": error.message,
        "when": _when(error),
        "x-evidence": "assumed" if error.code in ASSUMED_USES else error.evidence,
        "x-message-evidence": "assumed" if error.code in UNOFFICIAL_TEXTS else "documented",
    }


def _when(error: ErrorCode) -> str:
    return error.raised_when or "only as a fault"
