"""Memories are written on first access, with the same result as if written when due."""

from typing import Any

import pytest

from mock_memos.content import extraction
from mock_memos.core.records import Scope
from mock_memos.scenario import read
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.engine_client import Client

ANA, BEN = Scope("user", "ana"), Scope("user", "ben")
STORY = read("""
version: 1
title: A template
given: {templates: [{name: Person, id: person, metadata: {Home: {City: {value: ""}}}}]}
""")


@pytest.fixture
def read_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the rules read, as they read them."""
    texts: list[str] = []
    author = extraction.extract_memories

    def noting(lines: Any, **how: Any) -> Any:
        texts.extend(line.text for line in lines)
        return author(lines, **how)

    monkeypatch.setattr(extraction, "extract_memories", noting)
    return texts


def say(client: Client, text: str, user: Any = "ana", **more: Any) -> str:
    messages = [{"role": "user", "content": text}]
    task: str = client.ok(
        "add/message", user_id=user, conversation_id="c", messages=messages, **more
    )["task_id"]
    return task


def values(client: Client, scope: Scope = ANA) -> list[str]:
    return [memory.value for memory in client.world.memories.of(scope)]


def test_access_writes_only_that_scope(read_texts: list[str]) -> None:
    client = Client()
    say(client, "I live in Lyon.")
    say(client, "I like tea.", "ben")
    client.advance(3)
    assert not client.world.tasks.pending
    assert not read_texts
    assert values(client, BEN) == ["The user likes tea."]
    assert read_texts == ["I like tea."]


def test_shared_writes_keep_their_due_order(read_texts: list[str]) -> None:
    client = Client()
    for text, user in (
        ("I live in Lyon.", "ben"), ("I live in Nice.", ["ana", "ben"]), ("I live in Metz.", "ana"),
        ("I like tea.", "eve"),
    ):  # fmt: skip
        say(client, text, user)
    client.advance(3)
    assert values(client) == ["The user lives in Metz."]
    assert read_texts == ["I live in Lyon.", "I live in Nice.", "I live in Metz."]
    assert values(client, BEN) == ["The user lives in Nice."]


def test_getting_a_task_writes_its_memories(read_texts: list[str]) -> None:
    client = Client()
    task = say(client, "I live in Lyon.")
    client.advance(3)
    assert client.ok("get/status", task_id=task)["memory_views"]["added"] == 1
    assert read_texts == ["I live in Lyon."]
    assert client.ok("get/status", task_id=task)["memory_views"]["added"] == 1
    assert read_texts == ["I live in Lyon."]


def test_get_finds_a_memory_that_is_not_yet_written() -> None:
    read_first, direct = Client(), Client()
    for client in (read_first, direct):
        say(client, "I live in Lyon.")
        client.advance(3)
    (memory,) = read_first.world.memories.of(ANA)
    assert direct.world.memories.get(memory.id) == memory


def test_edit_finds_a_fast_memory_that_is_not_yet_written() -> None:
    texts: list[Any] = []
    for look in (True, False):
        client = Client()
        task = client.ok(
            "add/feedback", user_id="ana", conversation_id="c",
            feedback_content="It is Nice, not Lyon.",
        )["task_id"]  # fmt: skip
        client.advance(1)
        say(client, "I live in Lyon.")
        for _ in range(9):
            client.advance(1)
            if look:
                take_snapshot(client.world)
        texts.append(client.ok("get/status", task_id=task)["memory_views"])
    assert texts[0] == texts[1]
    assert texts[0]["updated"] == 1


def test_profile_ignores_turns_due_before_its_binding() -> None:
    client = Client()
    client.world.load_scenario(STORY)
    say(client, "I live in Lyon.")
    client.advance(3)
    binding = {"user_id": "ana", "profile_template_id": "person"}
    client.ok("bind/profile_template", bind_list=[binding])
    (profile,) = client.world.profiles.of(ANA)
    say(client, "I like tea.")
    client.advance(3)
    take_snapshot(client.world)
    assert list(client.world.profiles.of(ANA)) == [profile]


def test_fork_has_the_same_pending_writes(read_texts: list[str]) -> None:
    client = Client()
    say(client, "I live in Lyon.")
    client.advance(3)
    twin = client.world.fork()
    assert not read_texts
    assert values(client) == ["The user lives in Lyon."]
    assert list(twin.memories.of(ANA)) == list(client.world.memories.of(ANA))
    assert read_texts == ["I live in Lyon."] * 2
