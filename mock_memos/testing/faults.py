"""The faults in a test's hand: what goes wrong, for which calls, how often."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Self

from mock_memos.core.conversion import convert
from mock_memos.faults.presets import PRESETS, Preset
from mock_memos.faults.rules import ActiveFault, FaultRule
from mock_memos.simulation.world import World

Here = Callable[[], AbstractContextManager[World]]


class Fault:
    """One fault of a world. As a context manager it is over when its block is left."""

    def __init__(self, rule: ActiveFault, here: Here) -> None:
        self._rule = rule
        self._here = here

    @property
    def id(self) -> int:
        """Its number, for `remove`."""
        return self._rule.number

    @property
    def name(self) -> str:
        """The fault or preset that was asked for."""
        return self._rule.name

    @property
    def matched_calls(self) -> int:
        """How many calls it was meant for, spared ones included."""
        return self._now().matched_calls

    @property
    def applied_calls(self) -> int:
        """How many calls it struck."""
        return self._now().applied_calls

    @property
    def is_exhausted(self) -> bool:
        """Whether it will never strike again."""
        with self._here() as world:
            return self._rule not in world.faults or self._rule.is_exhausted(world.clock.now)

    def remove(self) -> None:
        """Take it away, if it is still there. What it has counted stays."""
        with self._here() as world:
            if self._rule in world.faults:
                world.faults.remove(self.id)

    def _now(self) -> ActiveFault:
        """The rule as it stands; when it is gone, as it last stood."""
        known = self._rule
        with self._here() as world:
            for rule in world.faults:
                if (rule.number, rule.since_ms) == (known.number, known.since_ms):
                    self._rule = rule
        return self._rule

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        counts = f"{self.applied_calls} of {self.matched_calls} matching calls"
        return f"<fault {self.id}: {self.name}, applied to {counts}>"


class FaultsHandle:
    """The faults of a double's world: add some, look at them, take them away."""

    presets: Mapping[str, Preset] = PRESETS
    """Incidents seen with this API, by the names that `add` takes, too."""

    def __init__(self, here: Here) -> None:
        """`here` opens the world for as long as nothing else may touch it."""
        self._here = here

    def add(
        self,
        fault: str,
        operation: str | None = None,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        conversation_id: str | None = None,
        text: str | None = None,
        pattern: str | None = None,
        fields: dict[str, Any] | None = None,
        times: int | None = None,
        skip: int = 0,
        for_seconds: float | None = None,
        probability: float = 1.0,
        **options: Any,
    ) -> Fault:
        """Let something go wrong with coming calls: a fault or a preset by its name.

        It strikes calls of an `operation` (`*` is allowed), and of what else is named here as in
        a scenario's `when`; without any, every call. It spares the first `skip` of them, strikes
        `times` of the others, each with `probability`, and is over after `for_seconds`.
        `options` are those of the fault: `add("error", "search/memory", times=2, code=50005)`.
        The newest fault comes first.

        Raises `UsageError` for an unknown fault, and for what does not fit it.
        """
        said = {
            "fault": fault,
            "when": {
                "operation": operation,
                "user_id": user_id,
                "agent_id": agent_id,
                "conversation_id": conversation_id,
                "text": text,
                "pattern": pattern,
                "fields": fields or {},
            },
            "times": times,
            "skip": skip,
            "for_seconds": for_seconds,
            "probability": probability,
            "options": options,
        }
        rule = convert(said, FaultRule)
        with self._here() as world:
            return Fault(world.faults.add(rule, now=world.clock.now), self._here)

    def once(self, fault: str, operation: str | None = None, **words: Any) -> Fault:
        """Let something go wrong with the next call that fits; `words` are those of `add`."""
        return self.add(fault, operation, times=1, **words)

    def remove(self, number: int) -> None:
        """Take one fault away. Raises `UsageError` for an unknown number."""
        with self._here() as world:
            world.faults.remove(number)

    def clear(self) -> None:
        """Take every fault away."""
        with self._here() as world:
            world.faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        """Every fault, the newest first, those that are over included."""
        with self._here() as world:
            return iter([Fault(rule, self._here) for rule in world.faults])

    def __len__(self) -> int:
        with self._here() as world:
            return len(list(world.faults))
