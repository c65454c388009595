"""The faults of a world: to which calls each is applied, how often, and until when.

All randomness is drawn from the seed.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.errors import UsageError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import Match
from mock_memos.faults.effects import EFFECTS, MAX_SECONDS, Draw, Effect, Error, Quota
from mock_memos.faults.parsing import parse_fault, unknown_fault
from mock_memos.faults.presets import PRESETS


class FaultRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault, the requests to which it is applied, and its lifetime."""

    fault: Annotated[
        str,
        Meta(
            min_length=1,
            description="Name of a fault or of a preset",
            extra={"check": unknown_fault},
            extra_json_schema={"enum": [*EFFECTS, *PRESETS]},
        ),
    ]
    when: Annotated[Match, Meta(description="Which requests; all if absent")] = Match()
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="Maximum number of calls; unlimited if absent"),
    ] = None
    skip: Annotated[int, Meta(ge=0, description="Number of matching calls to skip first")] = 0
    for_seconds: Annotated[
        Annotated[float, Meta(gt=0, le=MAX_SECONDS)] | None,
        Meta(description="Lifetime in virtual seconds"),
    ] = None
    probability: Annotated[
        float, Meta(ge=0, le=1, description="Share of the matching calls, drawn by the seed")
    ] = 1.0
    options: Annotated[dict[str, Any], Meta(description="Options of the fault")] = {}

    def __post_init__(self) -> None:
        if problem := unknown_fault(self.fault):
            raise InvalidValueError("fault", problem)
        try:
            parse_fault(self.fault, self.options)
        except UsageError as problem:
            raise InvalidValueError("options", str(problem)) from None


class ActiveFault(msgspec.Struct, kw_only=True, eq=False, forbid_unknown_fields=True):
    """A rule in a world, the time at which it was added, and its counts."""

    number: int
    rule: FaultRule
    since_ms: int
    matched_calls: int = 0
    applied_calls: int = 0
    window_ms: list[int] = []
    """The times of the calls that a quota counts in its window."""

    @property
    def name(self) -> str:
        """The name of the fault or preset."""
        return self.rule.fault

    def is_exhausted(self, now: int) -> bool:
        """Whether it will never be applied again."""
        times, for_seconds = self.rule.times, self.rule.for_seconds
        if times is not None and self.applied_calls >= times:
            return True
        return for_seconds is not None and now >= self.since_ms + round(for_seconds * 1000)

    def select_effect(self, request: RequestFacts, now: int, draw: Draw) -> Effect | None:
        """Returns the effect on a call, or None if the rule does not apply. Counts the call."""
        rule = self.rule
        if self.is_exhausted(now) or not self._matches(request):
            return None
        self.matched_calls += 1
        if self.matched_calls <= rule.skip or (rule.probability < 1 and draw() >= rule.probability):
            return None
        effect: Effect | None = parse_fault(rule.fault, rule.options)
        if isinstance(effect, Quota):
            effect = self._count_call(effect, now)
        self.applied_calls += effect is not None
        return effect

    def _matches(self, request: RequestFacts) -> bool:
        preset, when = PRESETS.get(self.rule.fault), self.rule.when
        default_operation = preset.operation if preset and when.operation is None else None
        return default_operation in (None, request.operation) and when.mismatch(request) is None

    def _count_call(self, quota: Quota, now: int) -> Error | None:
        """Counts a call in the window of a quota. Returns an error if the window is full."""
        window = round(quota.seconds * 1000)
        while self.window_ms and self.window_ms[0] <= now - window:
            self.window_ms.pop(0)
        if len(self.window_ms) < quota.calls:
            self.window_ms.append(now)
            return None
        free_at = (self.window_ms[0] if self.window_ms else now) + window
        wait = -(-(free_at - now) // 1000) if quota.retry_after else None
        return Error(code=quota.code, retry_after=wait)

    def copy(self) -> "ActiveFault":
        """Returns an equal fault with separate counts."""
        return msgspec.structs.replace(self, window_ms=self.window_ms.copy())


class SavedFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The faults of a world, newest first, and how many were ever added."""

    rules: tuple[ActiveFault, ...] = ()
    count: int = 0


class Faults:
    """The faults of one world, newest first."""

    def __init__(self, draw: Draw, saved: SavedFaults = SavedFaults()) -> None:  # noqa: B008
        self._draw = draw
        self._faults = [fault.copy() for fault in saved.rules]
        self._count = saved.count

    def to_saved(self) -> SavedFaults:
        """Returns all faults as a value."""
        return SavedFaults(rules=tuple(fault.copy() for fault in self._faults), count=self._count)

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter(self._faults)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, rule: FaultRule, *, now: int) -> ActiveFault:
        """Adds a fault before all others and returns it."""
        self._count += 1
        fault = ActiveFault(number=self._count, rule=rule, since_ms=now)
        self._faults.insert(0, fault)
        return fault

    def remove(self, number: int) -> None:
        """Removes a fault. Raises `UsageError` for an unknown number."""
        remaining = [fault for fault in self._faults if fault.number != number]
        if len(remaining) == len(self._faults):
            known = ", ".join(str(fault.number) for fault in self._faults) or "none"
            raise UsageError(f"unknown fault {number}. Known: {known}")
        self._faults = remaining

    def clear(self) -> None:
        """Removes all faults."""
        self._faults.clear()

    def select_effect(self, request: RequestFacts, now: int) -> tuple[str, Effect] | None:
        """Returns name and effect of the first fault that applies to a call, or None."""
        for fault in self._faults:
            effect = fault.select_effect(request, now, self._draw)
            if effect is not None:
                return fault.name, effect
        return None

    def fork(self, draw: Draw) -> Self:
        """Returns equal faults with separate counts."""
        return type(self)(draw, self.to_saved())
