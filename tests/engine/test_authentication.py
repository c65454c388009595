"""API keys: which are accepted, and the errors of the others."""

import pytest

from mock_memos.core.calls import Call
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from tests.support.engine_client import Client, checked_error

pytestmark = pytest.mark.usefixtures("transport")

BODY = {"user_id": "ana", "query": "hotel"}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("value", ["Token k", "token k", "TOKEN  k ", "Bearer k", "bearer k"])
def test_each_key_has_its_own_world(client: Client, value: str) -> None:
    assert client.send("search/memory", BODY, headers={"authorization": value}).status == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "  "}])
def test_missing_key_is_40100(client: Client, headers: dict[str, str]) -> None:
    answer = client.send("search/memory", BODY, headers=headers)
    assert "Authorization" in checked_error(answer, 401, 40100)
    assert answer.json["message"] == "API Key authentication required"


def test_missing_key_hint_names_the_base_path(client: Client) -> None:
    reply = client.engine.handle(Call("GET", "/", {}, b""))
    assert dict(reply.headers)["x-mock-memos-hint"] == (
        "the header Authorization is absent; send 'Authorization: Token <key>'; "
        "the API is below /api/openmem/v1"
    )


@pytest.mark.parametrize("value", ["k", "Token", "Token ", "Basic k", "mpg-123456"])
def test_unknown_scheme_is_40132(client: Client, value: str) -> None:
    answer = client.send("search/memory", BODY, headers={"authorization": value})
    checked_error(answer, 401, 40132)
    assert answer.json["message"] == "Invalid or expired API Key"


def test_unknown_key_is_40132_if_keys_are_given() -> None:
    client = Client(Engine(Settings(clock="manual"), keys=["one", "two"]))
    for key in ("one", "two"):
        assert Client(client.engine, key).send("search/memory", BODY).status == 200
    hint = checked_error(Client(client.engine, "three").send("search/memory", BODY), 401, 40132)
    assert "three" not in hint


def test_refused_key_creates_no_world() -> None:
    engine = Engine(Settings(clock="manual"), keys=["one"])
    Client(engine, "three").send("add/message", BODY)
    assert engine.unauthenticated.total == 1
    assert engine.pending() == 0


def test_journal_does_not_contain_the_key(client: Client) -> None:
    client.key = "very-secret"
    client.add_sync("I own a boat.")
    for answer in (client.send("no/such"), client.send("search/memory", BODY)):
        assert b"very-secret" not in answer.reply.body
        assert "very-secret" not in answer.hint
    assert "very-secret" not in str(list(client.world.journal))


def test_key_is_checked_first(client: Client) -> None:
    for operation, body in [("no/such", {}), ("add/message", b"{broken"), ("add/message", {})]:
        checked_error(client.send(operation, body, headers={}), 401, 40100)


def test_path_is_checked_before_the_body(client: Client) -> None:
    checked_error(client.send("no/such", b"{broken"), 404, 40001)


@pytest.mark.parametrize("key", ["", " ", " key", "key\n"])
def test_invalid_key_raises_usage_error(key: str) -> None:
    with pytest.raises(UsageError, match="invalid API key"):
        Engine(keys=["good", key])
    with pytest.raises(UsageError, match="invalid API key"):
        Engine().create_world(key)


def test_create_world_refuses_a_key_that_has_a_world() -> None:
    engine = Engine()
    engine.create_world("mine")
    with pytest.raises(UsageError, match="the key 'mine' has a world"):
        engine.create_world("mine")
    engine.delete_world("mine")
    assert engine.create_world("mine") is engine.world("mine")
