"""Laws 2 to 4 (time, isolation, forks) with random programs.

Each step runs in three worlds: with one clock move, with the same move in parts, and without any
access except calls. A world of another key must not change. Forks and restored snapshots replace
worlds at random; the replaced worlds must not change.

`MOCK_MEMOS_DEEP=2000` runs at least that many steps, in longer programs that differ each time.
"""

import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.scenario import read
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.snapshot import restore_world, take_snapshot
from mock_memos.simulation.world import World
from tests.support.engine_client import Client

DEEP = int(os.environ.get("MOCK_MEMOS_DEEP", "0"))

STORY = read("""
version: 1
title: Every way that a task may go
given:
  knowledgebases: [{name: Rules, id: base}]
  templates: [{name: Person, id: person, metadata: {Home: {City: {value: ""}}}}]
rules:
  - {when: {text: polls}, then: {task: {after_polls: 2}}}
  - {when: {text: holds}, then: {task: {hold: true, fast_after_seconds: 2}}}
  - {when: {text: fails}, then: {task: {failed: true}}}
  - {when: {text: half}, then: {task: {after_seconds: 7, partial_failure: true}}}
  - {when: {text: stuck}, then: {task: {stuck: true}}}
  - {when: {text: lost}, then: {task: {unknown_to_status: true}}}
  - {when: {text: lunch}, then: {memories: [One.], preferences: [Two.]}, times: 3}
""")

texts = st.sampled_from(
    [
        "I live in Lyon.", "I live in Nice.", "I like tea.", "用户喜欢喝茶。", "lunch", "it fails",
        "it polls: I like milk.", "it holds: I have a cat.", "half: I like tea. I met Li in Paris.",
        "stuck", "lost: I work as a cook.", "Hello.",
    ]
)  # fmt: skip
users = st.sampled_from(["ana", "ben"])
spans = st.lists(st.integers(0, 4_000), min_size=1, max_size=4)
plans = st.sampled_from(
    [
        TaskPlan(hold=True), TaskPlan(after_seconds=2), TaskPlan(after_polls=1),
        TaskPlan(failed="x"), TaskPlan(stuck=True),
        TaskPlan(immediately=True), TaskPlan(partial_failure=True, after_seconds=1),
    ]
)  # fmt: skip
numbers = st.integers(0, 10_000)


def through_json(world: World) -> World:
    return restore_world(json.loads(json.dumps(take_snapshot(world))))


class TimeMachine(RuleBasedStateMachine):
    """One program in a `whole`, a `cut` and an `unseen` world; `other` belongs to another key."""

    @initialize(seed=st.integers(0, 3), rough=st.sampled_from([0, 1, 4]))
    def begin(self, seed: int, rough: float) -> None:
        chosen = Settings(
            clock="manual", seed=seed, fast_delay=rough, processing_delay=3, file_processing_delay=5
        )
        whole, cut, unseen = (Engine(chosen, scenarios=(STORY,)) for _ in range(3))
        self.whole, self.cut = Client(whole, "one"), Client(cut, "one")
        self.unseen = Client(unseen, "one")
        self.other = Client(whole, "two")
        self.other_state = take_snapshot(self.other.world)
        self.replaced_worlds: list[tuple[World, dict[str, Any]]] = []

    @property
    def clients(self) -> tuple[Client, ...]:
        return self.whole, self.cut, self.unseen

    def send_all(self, operation: str, **body: Any) -> None:
        first, *others = (client.send(operation, body).reply for client in self.clients)
        assert others == [first, first]

    def task(self, pick: int) -> str:
        tasks = list(self.whole.world.tasks)
        return tasks[pick % len(tasks)].id if tasks else "none"

    # --- calls ---

    @rule(
        user=users | st.just(["ana", "ben"]), text=texts, sync=st.booleans(), public=st.booleans()
    )
    def add(self, user: Any, text: str, sync: bool, public: bool) -> None:
        messages = [{"role": "user", "content": text}]
        self.send_all("add/message", user_id=user, conversation_id="c", messages=messages,
                 async_mode=not sync, allow_public=public)  # fmt: skip

    @rule(user=users)
    def bind(self, user: str) -> None:
        binding = {"user_id": user, "profile_template_id": "person"}
        self.send_all("bind/profile_template", bind_list=[binding])

    @rule(user=users)
    def correct(self, user: str) -> None:
        self.send_all("add/feedback", user_id=user, conversation_id="c",
                 feedback_content="It is Nice, not Lyon.")  # fmt: skip

    @rule(name=st.sampled_from(["a.txt", "fails.txt", "holds.txt", "half.txt", "polls.txt"]))
    def upload(self, name: str) -> None:
        file = [{"name": name, "content": "QSBmYWN0LgoKQW5vdGhlciBmYWN0Lg=="}]
        self.send_all("add/knowledgebase-file", knowledgebase_id="base", file=file)

    @rule(pick=numbers)
    def poll(self, pick: int) -> None:
        self.send_all("get/status", task_id=self.task(pick))

    @rule(user=users, query=st.sampled_from(["Lyon", "tea", "cat and dog", "喝茶"]))
    def search(self, user: str, query: str) -> None:
        self.send_all(
            "search/memory", user_id=user, query=query, relativity=0, knowledgebase_ids="all"
        )

    @rule()
    def look_at_files(self) -> None:
        self.send_all("get/knowledgebase-file", knowledgebase_id="base")

    @rule(user=users)
    def forget(self, user: str) -> None:
        self.send_all("delete/memory", user_id=user)

    # --- time ---

    @rule(spans=spans)
    def advance(self, spans: list[int]) -> None:
        for item in (self.whole, self.unseen):
            item.world.clock.advance(milliseconds=sum(spans))
            item.world.run_due_jobs()
        for span in spans:
            self.cut.world.clock.advance(milliseconds=span)
            self.cut.world.run_due_jobs()

    @rule(spans=spans)
    def advance_unseen(self, spans: list[int]) -> None:
        """No access until the next call."""
        for item in (self.whole, self.unseen):
            item.world.clock.advance(milliseconds=sum(spans))
        for span in spans:
            self.cut.world.clock.advance(milliseconds=span)

    @rule()
    def run_until_idle(self) -> None:
        assert len({client.world.run_until_idle() for client in self.clients}) == 1

    @rule(pick=numbers, plan=plans)
    def send(self, pick: int, plan: TaskPlan) -> None:
        task = self.task(pick)
        for world in (client.world for client in self.clients):
            world.run_due_jobs()
            if world.tasks.get(task) is not None:
                world.tasks.reschedule(task, plan, world.clock.now)

    @rule(pick=numbers)
    def release(self, pick: int) -> None:
        task = self.task(pick)
        for world in (client.world for client in self.clients):
            world.run_due_jobs()
            if world.tasks.get(task) is not None:
                world.tasks.release(task, world.clock.now)

    @rule(span=st.integers(1, 5_000))
    def moving_back_fails(self, span: int) -> None:
        clock = self.whole.world.clock
        before = clock.now
        try:
            clock.advance(milliseconds=-span)
        except UsageError:
            assert clock.now == before
        else:
            raise AssertionError("the clock went backwards")

    # --- worlds ---

    @rule(side=st.sampled_from(["whole", "cut", "unseen"]), go_on_in_twin=st.booleans())
    def fork(self, side: str, go_on_in_twin: bool) -> None:
        client: Client = getattr(self, side)
        world = client.world
        twin = world.fork()
        left, kept = (world, twin) if go_on_in_twin else (twin, world)
        self.replaced_worlds = [*self.replaced_worlds[-2:], (left, take_snapshot(left))]
        client.engine.set_world(client.key, kept)

    @rule(side=st.sampled_from(["whole", "cut"]))
    def restore(self, side: str) -> None:
        client: Client = getattr(self, side)
        client.engine.set_world(client.key, through_json(client.world))

    @rule(text=texts)
    def add_with_other_key(self, text: str) -> None:
        before = take_snapshot(self.whole.world)
        self.other.add(text)
        self.other.world.clock.advance(0.5)
        self.other_state = take_snapshot(self.other.world)
        assert take_snapshot(self.whole.world) == before

    @precondition(lambda self: self.replaced_worlds)
    @rule()
    def replaced_worlds_are_unchanged(self) -> None:
        for world, state in self.replaced_worlds:
            assert take_snapshot(world) == state

    @invariant()
    def worlds_are_equal(self) -> None:
        assert take_snapshot(self.whole.world) == take_snapshot(self.cut.world)

    @invariant()
    def the_other_key_sees_nothing_of_it(self) -> None:
        assert take_snapshot(self.other.world) == self.other_state

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            assert take_snapshot(self.whole.world) == take_snapshot(self.unseen.world)
            self.replaced_worlds_are_unchanged()


TestTimeMachine = TimeMachine.TestCase
TestTimeMachine.settings = settings(
    max_examples=DEEP // 20 or 8,
    stateful_step_count=50 if DEEP else 25,
    derandomize=not DEEP,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
