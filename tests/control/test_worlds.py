"""Worlds over HTTP: health, reset, scenarios, forks, snapshots and access."""

from typing import Any

import pytest

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.scenario import load
from mock_memos.scenario.library import shipped_scenarios
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.control_client import ControlClient

STORY = """
version: 1
title: Tea, please
parameters: {drink: tea}
settings: {processing_delay: 60, start_time: 2030-01-01, seed: 9, clock: real}
given: {users: {ana: {memories: ["The user drinks ${drink}."]}}}
rules:
  - {when: {text: lunch}, then: {memories: [The user had lunch.]}}
"""


@pytest.fixture
def client() -> ControlClient:
    return ControlClient()


def test_health_needs_no_key(client: ControlClient) -> None:
    assert client.control("GET", "health", authorization="") == (200, {"status": "ok"})


def test_reset_restores_the_initial_state() -> None:
    engine = Engine(Settings(clock="manual"), scenarios=(load("harbour-inn"),))
    client = ControlClient(engine)
    first = take_snapshot(client.world)
    client.add_sync("I have a cat.")
    client.post("scenario", text=STORY)
    assert client.post("reset")["now"] == "2025-12-10T09:00:00.000Z"
    assert take_snapshot(client.world) == first


def test_reset_accepts_scenario_and_settings() -> None:
    client = ControlClient(Engine(Settings(strict=True)))
    client.add_sync("I have a cat.")
    answer = client.post(
        "reset", text=STORY, parameters={"drink": "milk"}, settings={"clock": "manual", "seed": 3}
    )
    assert (answer["now"], answer["mode"]) == ("2030-01-01T00:00:00.000Z", "manual")
    settings = client.world.settings
    assert (settings.seed, settings.processing_delay, settings.strict) == (3, 60, True)
    assert client.search("drinks milk") == ["The user drinks milk."]
    assert client.search("Who has a cat?") == []
    initial = take_snapshot(client.world)
    client.add_sync("We had lunch.")
    client.post("reset")
    assert take_snapshot(client.world) == initial


def test_reset_keeps_nothing_of_the_last_reset(client: ControlClient) -> None:
    first = take_snapshot(client.world)
    client.post("reset", name="harbour-inn")
    assert client.get("scenario")["loaded"] == ["harbour-inn"]
    client.post("reset", settings={"seed": first["settings"]["seed"]})
    assert client.get("scenario")["loaded"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"settings": {"procesing_delay": 3}}, "unknown setting 'procesing_delay', did you mean"),
        ({"settings": {"self": 1}}, "unknown setting 'self'"),
        ({"settings": {"clock": "manuel"}}, "clock: 'manuel' is unknown, did you mean 'manual'?"),
        ({"name": "no-such-story"}, "unknown scenario 'no-such-story'"),
        ({"parameters": {"drink": "tea"}}, "no scenario is named: send name"),
        ({"scenario": "harbour-inn"}, "unknown key 'scenario'. Allowed: name, text, parameters, "),
    ],
)
def test_invalid_reset_is_rejected(
    client: ControlClient, body: dict[str, Any], message: str
) -> None:
    assert message in client.expect_refusal("reset", body)


def test_get_scenario_lists_scenarios(client: ControlClient) -> None:
    answer = client.get("scenario")
    assert [item["name"] for item in answer["library"]] == [
        item.name for item in shipped_scenarios()
    ]
    assert answer["loaded"] == []


def test_scenario_is_loaded_by_name(client: ControlClient) -> None:
    answer = client.post("scenario", name="harbour-inn", parameters={"guest": "eva"})
    assert answer == {"loaded": "harbour-inn", "title": "A room at the Harbour Inn"}
    assert client.get("scenario")["loaded"] == ["harbour-inn"]
    assert client.search("Where does she live, in Lyon?", "eva") == ["The user lives in Lyon."]


def test_scenario_is_loaded_as_text(client: ControlClient) -> None:
    client.post("scenario", text=STORY, parameters={"drink": "milk"})
    client.add_sync("We had lunch.")
    assert client.search("drinks milk") == ["The user drinks milk."]
    assert client.search("lunch") == ["The user had lunch."]


def test_load_scenario_keeps_start_settings(client: ControlClient) -> None:
    client.post("scenario", text=STORY)
    settings = client.world.settings
    assert (settings.processing_delay, settings.seed, settings.clock) == (60, 0, "manual")
    assert client.get("clock")["now"] == "2025-12-10T09:00:00.000Z"
    client.post("reset")
    assert client.world.settings.processing_delay == 3


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "send name, as in GET /_mock/scenario, or text"),
        ({"name": "harbor-inn"}, "unknown scenario 'harbor-inn', did you mean 'harbour-inn'?"),
        ({"name": "../harbour-inn.yaml"}, "unknown scenario"),
        ({"text": "version: 1\ntitel: T"}, "scenario:2:1: unknown key 'titel', did you mean"),
        ({"text": STORY, "parameters": {"drin": "milk"}}, "no parameter 'drin', did you mean"),
        ({"text": "version: 1\ntitle: T\ninclude: [./x.yaml]"}, "only shipped scenarios"),
    ],
)
def test_invalid_scenario_is_rejected(
    client: ControlClient, body: dict[str, Any], message: str
) -> None:
    assert message in client.expect_refusal("scenario", body)


def test_fork_is_equal_and_has_another_key(client: ControlClient) -> None:
    client.add("I like tea.")
    generated = client.post("fork")["api_key"]
    named = client.post("fork", api_key="mine")["api_key"]
    assert named == "mine"
    assert generated not in (client.key, "mine")
    for key in (generated, "mine"):
        assert take_snapshot(ControlClient(client.engine, key).world) == take_snapshot(client.world)
    client.post("clock", run_until_idle=True)
    assert client.get("clock")["running_tasks"] == 0
    assert ControlClient(client.engine, "mine").get("clock")["running_tasks"] == 1


def test_forks_have_different_keys(client: ControlClient) -> None:
    assert client.post("fork")["api_key"] != client.post("fork")["api_key"]


def test_closing_a_sandbox_restores_the_world(client: ControlClient) -> None:
    before = client.get("snapshot")
    opened = client.post("sandbox")
    client.add("I like tea.")
    assert client.control("DELETE", "sandbox", opened)[0] == 200
    assert client.get("snapshot") == before
    assert "not an open sandbox" in client.expect_refusal("sandbox", opened, method="DELETE")


def test_only_an_open_sandbox_can_be_closed(client: ControlClient) -> None:
    sandbox = client.post("sandbox")
    neighbour = ControlClient(client.engine, f"{client.key}-1")
    neighbour.add_sync("I have a cat.")
    keys = [client.post("fork")["api_key"], neighbour.key, client.key]
    for refused in [*({"sandbox_id": key} for key in keys), {"sandbox_id": ""}]:
        assert "is not an open sandbox of" in client.expect_refusal(
            "sandbox", refused, method="DELETE"
        )
    assert "is not an open" in neighbour.expect_refusal("sandbox", sandbox, method="DELETE")
    assert len(neighbour.facts()) == 1
    assert client.control("DELETE", "sandbox", sandbox)[0] == 200


def test_saved_world_of_a_sandbox_is_not_accessible(client: ControlClient) -> None:
    client.add("I have a cat.")
    before = client.get("snapshot")
    sandbox = client.post("sandbox")
    assert client.engine.pending() == 1
    assert list(client.engine.journals()) == [client.key]
    intruder = ControlClient(client.engine, sandbox["sandbox_id"])
    assert intruder.facts() == []
    intruder.post("reset", settings={"seed": 9})
    assert client.control("DELETE", "sandbox", sandbox)[0] == 200
    assert client.get("snapshot") == before


def test_fork_refuses_a_key_with_a_world(client: ControlClient) -> None:
    other = ControlClient(client.engine, "other")
    other.add_sync("I have a cat.")
    assert "has a world" in client.expect_refusal("fork", {"api_key": "other"})
    assert "has a world" in client.expect_refusal("fork", {"api_key": client.key})
    assert len(other.facts()) == 1


def test_create_world_refuses_a_key_with_a_world(client: ControlClient) -> None:
    assert client.post("world", api_key="new", settings={"seed": 7}) == {"api_key": "new"}
    assert ControlClient(client.engine, "new").get("settings")["seed"] == 7
    assert "has a world" in client.expect_refusal("world", {"api_key": "new"})


def test_snapshot_can_be_restored(client: ControlClient) -> None:
    task = client.add("I like tea.")["task_id"]
    document = client.get("snapshot")
    client.post("clock", run_until_idle=True)
    client.add_sync("I have a cat.")
    answer = client.restore(document)
    assert (answer["now"], answer["running_tasks"]) == ("2025-12-10T09:00:00.000Z", 1)
    assert client.get("snapshot") == document
    assert client.status(task) == "running"


def test_delete_world_starts_a_new_one(client: ControlClient) -> None:
    client.add_sync("I have a cat.")
    assert client.control("DELETE", "world") == (200, {"deleted": True})
    assert client.facts() == []


def test_snapshot_can_be_restored_on_another_server(client: ControlClient) -> None:
    client.add_sync("I have a cat.")
    other = ControlClient(Engine(Settings(seed=5)), "other")
    other.restore(client.get("snapshot"))
    assert other.facts() == client.facts()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 0}, "version: 0 is unknown. Allowed: 1"),
        ({"tasks": None}, "tasks: expected a list, got null"),
        ({"task": []}, "did you mean 'tasks'"),
    ],
)
def test_restore_rejects_an_invalid_snapshot(
    client: ControlClient, change: dict[str, Any], message: str
) -> None:
    document = client.get("snapshot") | change
    assert message in client.expect_refusal("snapshot", document, method="PUT")


# --- access ---


def test_keys_have_separate_worlds(client: ControlClient) -> None:
    client.add("I like tea.")
    other = ControlClient(client.engine, "other")
    other.post("clock", advance=3600)
    assert other.get("tasks")["tasks"] == []
    assert client.get("clock")["running_tasks"] == 1


def test_request_without_key_is_401(client: ControlClient) -> None:
    status, answer = client.control("GET", "clock", authorization="")
    assert (status, answer["error"]["code"]) == (401, "key")
    assert "send 'Authorization: Token <key>'" in answer["error"]["hint"]


def test_unknown_key_is_401() -> None:
    client = ControlClient(Engine(keys=("mine",)), "other")
    status, answer = client.control("GET", "clock")
    assert (status, answer["error"]["code"]) == (401, "key")


def test_fork_is_accessible_with_an_unknown_key() -> None:
    engine = Engine(keys=("mine",))
    key = ControlClient(engine, "mine").post("fork")["api_key"]
    assert ControlClient(engine, key).get("clock")["running_tasks"] == 0


def test_unknown_route_names_known_routes(client: ControlClient) -> None:
    status, answer = client.control("GET", "clok")
    assert (status, answer["error"]["code"]) == (404, "not_found")
    assert answer["error"]["message"] == "unknown route GET /_mock/clok, did you mean 'clock'?"
    assert "health, clock, tasks" in answer["error"]["hint"]
    assert answer["error"]["hint"].endswith("openapi.json, docs")


def test_wrong_method_names_allowed_methods(client: ControlClient) -> None:
    status, answer = client.control("PUT", "clock")
    assert status == 404
    assert answer["error"]["hint"] == "it takes GET and POST"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000, b'"text"'])
def test_body_that_is_not_an_object_is_rejected(client: ControlClient, body: bytes) -> None:
    status, answer = client.control("POST", "clock", body)
    assert (status, answer["error"]["code"]) == (400, "usage")
    assert answer["error"]["hint"] == (
        "POST /_mock/clock takes advance, advance_to, run_until_idle, mode, speed, step_seconds"
    )


def test_control_requests_are_not_in_the_journal(client: ControlClient) -> None:
    client.get("clock")
    client.post("clock", advance=1)
    assert client.world.journal.total == 0
