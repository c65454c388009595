"""Paths and methods: the operation of a request, and the errors of unknown paths."""

from typing import Any

import pytest

from mock_memos.api.routes import API
from mock_memos.core.addresses import PREFIXES
from tests.support.engine_client import Client, checked_error

pytestmark = pytest.mark.usefixtures("transport")

BODY = {"user_id": "ana", "query": "hotel"}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("base", [*PREFIXES, f"{PREFIXES[0]}/", f"{PREFIXES[1]}//"])
def test_every_base_path_is_served(client: Client, base: str) -> None:
    assert client.send("search/memory", BODY, base=base).status == 200


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("add/mesage", "did you mean 'add/message'?"),
        ("search/memories", "search/memory"),
        ("add/message/", "add/message"),
        ("chat/completions", ""),
        ("ping/", ""),
        ("", ""),
    ],
)
def test_unknown_path_names_the_nearest_operation(client: Client, path: str, hint: str) -> None:
    answer = client.send(path, {})
    assert hint in checked_error(answer, 404, 40001)
    assert answer.json["message"] == "Requested data not found"


@pytest.mark.parametrize("base", ["", "/api/openmem", "/api/openmem/v2", "/product"])
def test_path_outside_the_api_names_the_base_path(client: Client, base: str) -> None:
    assert PREFIXES[0] in checked_error(client.send("add/message", {}, base=base), 404, 40001)


@pytest.mark.parametrize("path", ["ping", "ping/"])
def test_root_path_is_not_found(client: Client, path: str) -> None:
    checked_error(client.send(path, b"", method="GET"), 404, 40001)


@pytest.mark.parametrize("route", API, ids=lambda route: route.path)
def test_wrong_method_is_not_found(client: Client, route: Any) -> None:
    path = route.path.replace("{memory_id}", "m")
    wrong = "GET" if route.method == "POST" else "POST"
    for method in (wrong, "PUT", "DELETE", "PATCH"):
        answer = client.send(path, b"", method=method)
        assert route.method in checked_error(answer, 404, 40001)


def test_calls_without_operation_are_unmatched(client: Client) -> None:
    client.send("no/such", {})
    client.send("search/memory", BODY)
    assert [item.unmatched for item in client.world.journal] == [True, False]
