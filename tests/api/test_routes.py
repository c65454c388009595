"""The errors of each route, and the form of every error reply."""

import json

import pytest

from mock_memos.api.routes import API, Route
from mock_memos.core.addresses import HINT_HEADER
from mock_memos.core.calls import Call
from mock_memos.core.service_errors import ERRORS, ApiError
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from tests.support.engine_client import BASE, QUOTA_CODES, Client

STATUS = Call("POST", f"{BASE}/get/status", {"authorization": "Token key"}, b'{"task_id":"t"}')
FROM_OTHERS = {40100, 40132}
"""Codes of authentication, which every operation may return."""


def test_api_has_25_operations() -> None:
    assert len(API) == 25
    assert len({(route.method, route.path) for route in API}) == 25
    assert [route.path for route in API if route.method == "GET"] == ["get/memory/{memory_id}"]


@pytest.mark.parametrize("route", API, ids=lambda route: route.path)
def test_route_lists_only_errors_the_mock_raises(route: Route) -> None:
    assert len(set(route.errors)) == len(route.errors)
    assert not FROM_OTHERS & set(route.errors)
    for code in route.errors:
        assert ERRORS[code].is_raised


def test_every_raised_error_is_listed_by_a_route() -> None:
    raised = {code for code, row in ERRORS.items() if row.is_raised}
    named = {code for route in API for code in route.errors} | FROM_OTHERS
    assert raised - named <= QUOTA_CODES


@pytest.mark.parametrize("code", ERRORS)
def test_every_code_has_the_same_envelope(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The envelope has the text and status of the table; the hint is in a header."""
    client = Client()
    world = client.world

    def refuse(*_: object) -> object:
        raise ApiError(code, "because")

    monkeypatch.setattr(world, "poll", refuse)
    reply = client.engine.handle(STATUS)
    assert reply.status == ERRORS[code].status
    assert json.loads(reply.body) == {"code": code, "data": None, "message": ERRORS[code].message}
    assert reply.body.startswith(f'{{"code":{code},"data":null,"message":"'.encode())
    assert reply.headers == ((HINT_HEADER, "because"),)


@pytest.mark.parametrize(
    ("code", "status"),
    [(40000, 400), (40012, 400), (40100, 401), (40132, 401), (40300, 403), (40309, 403),
     (50000, 500), (50123, 500), (50145, 500)],
)  # fmt: skip
def test_http_status_is_derived_from_code(code: int, status: int) -> None:
    assert ERRORS[code].status == status


def test_internal_error_returns_a_reply(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    before = client.state()

    def break_down(*_: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(client.world, "poll", break_down)
    reply = client.engine.handle(STATUS)
    assert reply.status == 500
    assert json.loads(reply.body)["code"] == 50000
    assert "please report" in dict(reply.headers)[HINT_HEADER]
    assert "a bug" in caplog.text
    assert client.state() == before


def test_engine_needs_no_settings() -> None:
    assert Client(Engine(), "any").send("list/profile_template", {}).status == 200
    assert Settings().clock == "step"
