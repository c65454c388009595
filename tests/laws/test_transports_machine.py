"""Law 5 with random programs: four clients have equal replies and digests.

httpx, async httpx and requests in process, and httpx over a socket, each with a separate world,
with faults, sandboxes and snapshots in between. In the end the snapshots are equal.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mock_memos import Memos, MockMemos
from mock_memos.core.clock import Mode
from tests.support.clients import Clients
from tests.support.program_player import PlayedCall, Player, Step
from tests.support.programs import PREPARATION, move_seconds, read_calls, write_calls

TARGETS = ("httpx", "async httpx", "requests", "live")
FAULTS = st.sampled_from(["gateway-html", "null-data", "closed-after-500", "reset"])


class ClientsMachine(RuleBasedStateMachine):
    """One program with four clients."""

    clients: Clients

    @initialize(seed=st.integers(0, 3), clock=st.sampled_from(["manual", "step"]))
    def begin(self, seed: int, clock: Mode) -> None:
        self.stack = ExitStack()
        self.mocks: list[Memos] = [self.clients.server.new_world(seed=seed, clock=clock)]
        for target in TARGETS[:3]:
            base_url = f"http://{target.replace(' ', '-')}.test/api/openmem/v1"
            memos = MockMemos(seed=seed, clock=clock, base_url=base_url)
            self.mocks.insert(-1, self.stack.enter_context(memos))
        self.players = [self.player(*pair) for pair in zip(TARGETS, self.mocks, strict=True)]
        for step in PREPARATION:
            self.take(step)

    def player(self, target: str, memos: Memos) -> Player:
        return Player(self.clients.send(target, memos.base_url, memos.api_key), memos.clock.advance)

    def equal_results(self, do: Callable[[Memos], Any]) -> Any:
        first, *others = [do(memos) for memos in self.mocks]
        assert all(other == first for other in others)
        return first

    def take(self, step: Step) -> None:
        first, *others = [player.play_step(step) for player in self.players]
        for target, other in zip(TARGETS[1:], others, strict=True):
            assert other == first, f"{target} differs from {TARGETS[0]}"

    @rule(step=write_calls)
    def act(self, step: Step) -> None:
        self.take(step)

    @rule(step=read_calls)
    def look(self, step: Step) -> None:
        self.take(step)

    @rule(seconds=move_seconds)
    def wait(self, seconds: float) -> None:
        self.equal_results(lambda memos: memos.clock.advance(seconds))

    @rule()
    def run_until_idle(self) -> None:
        self.equal_results(lambda memos: memos.run_until_idle())

    @rule(fault=FAULTS, operation=st.sampled_from(["search/memory", "add/message", "*"]))
    def add_fault(self, fault: str, operation: str) -> None:
        self.equal_results(lambda memos: memos.faults.once(fault, operation).id)

    @rule(step=write_calls)
    def try_in_sandbox(self, step: Step) -> None:
        before = self.equal_results(lambda memos: memos.snapshot())
        with ExitStack() as branches:
            for memos in self.mocks:
                branches.enter_context(memos.sandbox())
            self.take(step)
        assert self.equal_results(lambda memos: memos.snapshot()) == before

    @rule()
    def hold_tasks(self) -> None:
        self.equal_results(lambda memos: [task.id for task in memos.tasks.hold()])

    @rule()
    def release_tasks(self) -> None:
        self.equal_results(lambda memos: [task.id for task in memos.tasks.release()])

    @invariant()
    def digests_are_equal(self) -> None:
        if hasattr(self, "mocks"):
            self.equal_results(lambda memos: memos.digest)

    def teardown(self) -> None:
        if hasattr(self, "mocks"):
            self.equal_results(lambda memos: memos.snapshot())
            self.clients.server.delete_world("law-5")
            self.stack.close()


law = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_four_clients_get_equal_replies(clients: Clients) -> None:
    machine = type("Doors", (ClientsMachine,), {"clients": clients})
    run_state_machine_as_test(machine, settings=law)


def test_differing_client_is_detected(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    play_step = Player.play_step

    def differ(player: Player, step: Step) -> list[PlayedCall]:
        replies = play_step(player, step)
        if step.operation == "add/message":
            return [
                reply._replace(body=reply.body + bytes([id(player) % 251])) for reply in replies
            ]
        return replies

    monkeypatch.setattr(Player, "play_step", differ)
    machine = type("Doors", (ClientsMachine,), {"clients": clients})
    unshrunk = settings(law, max_examples=1, database=None, phases=[Phase.generate])
    with pytest.raises(AssertionError, match="differs from httpx"):
        run_state_machine_as_test(machine, settings=unshrunk)
