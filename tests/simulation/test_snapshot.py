"""A restored world is the world that was saved, in everything that it answers from then on."""

import json
from typing import Any

import pytest

from mock_memos.cli.play_targets import InProcessTarget
from mock_memos.core.errors import UsageError
from mock_memos.engine.engine import Engine
from mock_memos.scenario import load, read
from mock_memos.scenario.library import shipped_scenarios
from mock_memos.scenario.player import play
from mock_memos.simulation.snapshot import restore_world, take_snapshot
from mock_memos.testing.in_process import MockMemos
from tests.support.engine_client import Client

NAMES = [item.name for item in shipped_scenarios()]
TREE = {"Basics": {"City": {"value": ""}, "Name": {"value": "Ana", "algorithm_updatable": False}}}


def rich(**settings: Any) -> Client:
    """A world with something of everything in it, some of it still to happen."""
    client = Client(**settings)
    world = client.world
    world.load_scenario(load("tool-and-skill"))
    world.load_scenario(
        read("""
version: 1
title: T
settings: {processing_delay: 4}
rules:
  - {when: {text: once}, then: {memories: [Only once.]}, times: 1}
  - {when: {text: hold}, then: {task: {hold: true}}}
  - {when: {text: third}, then: {task: {after_polls: 3, partial_failure: why}}}
faults:
  - {fault: error, when: {operation: rerank}, times: 2, skip: 1}
""")
    )
    template = client.ok("add/profile_template", name="Guest", metadata=TREE)
    where = {"user_id": "ana", "profile_template_id": template["profile_template_id"]}
    client.ok("bind/profile_template", bind_list=[where])
    client.add_sync("I live in Lyon. I like tea. I met Li in Paris on Friday.")
    client.add_sync("I live in Nice.")
    client.add_sync("Should I water the garden? once", info={"n": 1.5, "tags": ["a"]})
    client.add("Please hold: I have a cat named Rex.")
    client.add("On third thought, I work as a cook.")
    client.add("用户喜欢喝茶，住在广州。", "王", conversation_id="客服")
    base = client.ok("create/knowledgebase", knowledgebase_name="Rules")["id"]
    file = {"name": "a.txt", "content": "QSBmYWN0Lg=="}
    client.ok("add/knowledgebase-file", knowledgebase_id=base, file=[file])
    client.ok("add/feedback", user_id="ana", conversation_id="c", feedback_content="Paris? No.")
    client.send("rerank", {"query": "tea", "documents": ["tea"]})
    return client


def twin_of(client: Client) -> Client:
    """A client of an engine that never saw anything but the document, as text."""
    document = json.loads(json.dumps(take_snapshot(client.world)))
    twin = Client(Engine(client.engine.settings), key=client.key)
    twin.engine.set_world(twin.key, restore_world(document))
    return twin


def talk(client: Client) -> list[Any]:
    """What a world answers to a long conversation, and what it then holds."""
    texts: list[Any] = []

    def ask(operation: str, **body: Any) -> None:
        answer = client.send(operation, body)
        texts.append((answer.status, answer.reply.body))

    for _ in range(2):
        for query in ("Lyon or Nice?", "water the garden", "tea and cats", "喝茶"):
            views = ["detail_factual", "preference", "event", "tool_memory", "skill", "profile"]
            ask("search/memory", user_id="ana", query=query, relativity=0,
                include_memory_view=views, knowledgebase_ids="all")  # fmt: skip
        for task in list(client.world.tasks):
            ask("get/status", task_id=task.id)
        ask("get/memory", user_id="ana", size=50)
        ask("get/message", user_id="王", conversation_id="客服")
        ask("rerank", query="tea", documents=["tea", "cats"])
        ask("add/message", user_id="ana", conversation_id="new", async_mode=False,
            messages=[{"role": "user", "content": "I live in Nice once. Oh."}])  # fmt: skip
        ask("add/message", user_id="ana", messages=[{"role": "user", "content": "I like tea."}])
        ask("list/profile_template")
        for base in client.world.knowledgebases.all_linked():
            ask("get/knowledgebase-file", knowledgebase_id=base.id)
        client.advance(3)
    client.world.run_until_idle()
    return [*texts, take_snapshot(client.world)]


@pytest.mark.parametrize("clock", ["manual", "step"])
def test_restored_world_answers_like_the_saved_one(clock: str) -> None:
    client = rich(
        clock=clock,
        enforce_quotas="documented",
        calls_per_second_limit=30,
        tokens_per_minute_limit=2000,
    )
    twin = twin_of(client)
    assert take_snapshot(twin.world) == take_snapshot(client.world)
    assert talk(twin) == talk(client)


def test_reset_of_a_restored_world_equals_the_saved_one() -> None:
    engine = Engine(scenarios=(load("harbour-inn"),))
    client = Client(engine)
    client.world.load_scenario(load("failed-task"))
    client.add_sync("I am Ana.")
    twin = twin_of(client)
    assert [scenario.name for scenario in twin.world.scenarios] == ["failed-task", "harbour-inn"]
    fresh, other = client.engine.reset(client.key), twin.engine.reset(twin.key)
    assert [scenario.name for scenario in other.scenarios] == ["harbour-inn"]
    assert take_snapshot(other) == take_snapshot(fresh)


def test_snapshot_is_independent_of_the_world() -> None:
    client = rich()
    document = take_snapshot(client.world)
    before = json.dumps(document)
    talk(client)
    assert json.dumps(document) == before
    assert take_snapshot(restore_world(document)) == json.loads(before)


@pytest.mark.parametrize("name", NAMES)
def test_scenario_plays_with_a_snapshot_after_each_step(name: str) -> None:
    scenario = load(name)
    memos = MockMemos(scenario=scenario, clock="manual")
    mismatches: list[Any] = []
    for result in play(
        scenario.steps, InProcessTarget(memos).send, memos.clock.advance, memos.run_until_idle
    ):
        mismatches += result.mismatches
        memos.restore(json.loads(json.dumps(memos.snapshot())))
    assert not mismatches


def test_restored_real_clock_continues_from_the_snapshot() -> None:
    world = Client(clock="real", start_time="2025-12-10").world
    world.clock.advance(days=400)
    document = take_snapshot(world)
    moment = document["clock"]["now"]
    assert restore_world(document).clock.now - moment < 3_600_000
    assert restore_world(document).clock.mode == "real"


def test_configured_clock_is_restored() -> None:
    world = Client(clock="manual").world
    world.clock.configure(mode="step", step_seconds=7)
    again = restore_world(take_snapshot(world)).clock
    assert (again.mode, again.step_seconds, again.now) == ("step", 7, world.clock.now)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, r"\$.version"),
        ({"tasks": [{"task": {}}]}, r"\$.tasks\[0\]"),
        ({"memorys": []}, "memorys"),
        ({"settings": {"processing_delay": -1}}, "processing_delay"),
    ],
)
def test_invalid_snapshot_error_names_the_path(change: dict[str, Any], message: str) -> None:
    document = take_snapshot(Client().world) | change
    with pytest.raises(UsageError, match=message):
        restore_world(document)


def test_every_part_of_a_world_is_saved_or_listed_as_not_saved() -> None:
    """A new attribute of World belongs to one of the two sets."""
    saved = {
        "initial", "settings", "scenarios", "clock", "ids", "quotas", "faults", "rule_uses",
        "schedule", "_index", "memories", "knowledgebases", "profiles", "tasks", "conversations",
    }  # fmt: skip
    not_saved = {"journal", "context"}
    assert set(vars(Client().world)) == saved | not_saved
