"""From the method and path of a call to its operation; a lost call is told where it meant to go."""

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
from mock_memos.engine.nearest_operation import MAX_SHOWN_LENGTH, Offer, differences, nearest_offer

_POSTS = {route.path: route for route in API if route.method == "POST"}
_GETS = {route.path.partition("{")[0]: route for route in API if route.method == "GET"}


def find(call: Call) -> tuple[Route, str]:
    """The operation of a call, and what stands in the braces of its path.

    Raises 40001 with HTTP 404 and the nearest operation.
    """
    path = call.path
    if (found := operation_path(path)) is None:
        _lost(call, path, f"the API is below {PREFIXES[0]}")
    path = found.lstrip("/")
    if call.method == "POST" and (route := _POSTS.get(path)) is not None:
        return route, ""
    if call.method == "GET":
        for start, route in _GETS.items():
            if path.startswith(start) and len(path) > len(start):
                return route, path[len(start) :]
    if path in _POSTS:
        _lost(call, path, f"{path} takes POST with a JSON body, not {call.method}")
    if (meant := _by_id(path)) is not None:
        _lost(call, path, f"{meant.path} takes GET without a body, not {call.method}")
    if path in _GETS and call.method == "GET":
        _lost(call, path, "the id is missing at the end of the path")
    if path.rstrip("/") in _POSTS:
        _lost(call, path, "the path must not end in a slash")
    hint = did_you_mean(path, [*_POSTS, *_GETS])
    _lost(call, path, f"there is no operation {shorten(path, MAX_SHOWN_LENGTH)!r}{hint}")


def _lost(call: Call, path: str, why: str) -> NoReturn:
    body = decode_object(call.body)
    hint = f"{call.method} {shorten(call.path, MAX_SHOWN_LENGTH)}: {why}"
    if (offer := _by_id(path) or nearest_offer(call.method, path, body, _offers())) is not None:
        end = "" if hint.endswith("?") else "."
        hint += f"{end} Nearest: {offer.method} {PREFIXES[0]}/{offer.path}"
        if found := differences(call.method, body, offer):
            hint += f" ({'; '.join(found)})"
    raise ApiError(service_errors.NOT_FOUND, hint, status=404)


def _by_id(path: str) -> Offer | None:
    """The operation that takes what ends this path for an id, whatever the method."""
    starts = [start for start in _GETS if path.startswith(start) and len(path) > len(start)]
    return next((one for one in _offers() if starts and one.path.startswith(starts[0])), None)


@cache
def _offers() -> tuple[Offer, ...]:
    """Every operation, as a lost call is compared with it."""
    return tuple(
        Offer(
            route.method,
            route.path,
            () if route.method == "GET" else tuple(said := fields_info(route.request)),
            () if route.method == "GET" else [name for name in said if said[name].required is True],
        )
        for route in API
    )
