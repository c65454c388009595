"""Finds the operation of a request. For an unknown path, suggests the closest operation."""

from functools import cache
from typing import NoReturn

from mock_memos.api.models.inspection import fields_info
from mock_memos.api.routes import API, Route
from mock_memos.core import service_errors
from mock_memos.core.addresses import PREFIXES, operation_path
from mock_memos.core.calls import Call, decode_object
from mock_memos.core.service_errors import ApiError
from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import shorten
from mock_memos.engine.nearest_operation import (
    MAX_LENGTH,
    OperationSignature,
    differences,
    nearest_operation,
)

_POSTS = {route.path: route for route in API if route.method == "POST"}
_GETS = {route.path.partition("{")[0]: route for route in API if route.method == "GET"}


def match_route(call: Call) -> tuple[Route, str]:
    """Returns the operation of a request and its path parameter, if it has one.

    Raises 40001 with HTTP 404 and the closest operation.
    """
    path = operation_path(call.path)
    if path is None:
        _not_found(call, call.path, f"the API is below {PREFIXES[0]}")
    path = path.lstrip("/")
    if call.method == "POST" and (route := _POSTS.get(path)) is not None:
        return route, ""
    if call.method == "GET":
        for start, route in _GETS.items():
            if path.startswith(start) and len(path) > len(start):
                return route, path[len(start) :]
    if path in _POSTS:
        _not_found(call, path, f"{path} takes POST with a JSON body, not {call.method}")
    if (operation := _operation_with_id(path)) is not None:
        _not_found(call, path, f"{operation.path} takes GET without a body, not {call.method}")
    if path in _GETS and call.method == "GET":
        _not_found(call, path, "the id is missing at the end of the path")
    if path.rstrip("/") in _POSTS:
        _not_found(call, path, "the path must not end in a slash")
    suggestion = did_you_mean(path, [*_POSTS, *_GETS])
    _not_found(call, path, f"unknown operation {shorten(path, MAX_LENGTH)!r}{suggestion}")


def _not_found(call: Call, path: str, reason: str) -> NoReturn:
    body = decode_object(call.body)
    hint = f"{call.method} {shorten(call.path, MAX_LENGTH)}: {reason}"
    operation = _operation_with_id(path) or nearest_operation(
        call.method, path, body, _operations()
    )
    if operation is not None:
        end = "" if hint.endswith("?") else "."
        hint += f"{end} Nearest: {operation.method} {PREFIXES[0]}/{operation.path}"
        if texts := differences(call.method, body, operation):
            hint += f" ({'; '.join(texts)})"
    raise ApiError(service_errors.NOT_FOUND, hint, status=404)


def _operation_with_id(path: str) -> OperationSignature | None:
    """Returns the operation whose path ends in an id like this one, with any method."""
    for start, route in _GETS.items():
        if path.startswith(start) and len(path) > len(start):
            return next(operation for operation in _operations() if operation.path == route.path)
    return None


@cache
def _operations() -> tuple[OperationSignature, ...]:
    signatures: list[OperationSignature] = []
    for route in API:
        fields = {} if route.method == "GET" else fields_info(route.request)
        required = [name for name, field in fields.items() if field.required is True]
        signatures.append(OperationSignature(route.method, route.path, tuple(fields), required))
    return tuple(signatures)
