"""Which calls a fault strikes, how often, and until when. All chance comes from the seed."""

from collections.abc import Iterator
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from mock_memos.core.clock import to_iso
from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import Match, Subject
from mock_memos.faults.effects import EFFECTS, LONGEST, Draw, Effect, Error, Quota
from mock_memos.faults.parsing import named, unknown
from mock_memos.faults.presets import PRESETS


class FaultRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault, the requests it strikes, and its life. `options` belong to the fault."""

    fault: Annotated[
        str,
        Meta(
            min_length=1,
            description="Name of a fault or of a preset",
            extra={"check": unknown},
            extra_json_schema={"enum": [*EFFECTS, *PRESETS]},
        ),
    ]
    when: Annotated[Match, Meta(description="Which requests; all when absent")] = Match()
    times: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="How often; without an end when absent"),
    ] = None
    after: Annotated[int, Meta(ge=0, description="Spares the first so many requests")] = 0
    ttl: Annotated[
        Annotated[float, Meta(gt=0, le=LONGEST)] | None,
        Meta(description="Seconds until it is over"),
    ] = None
    probability: Annotated[
        float, Meta(ge=0, le=1, description="Share of requests it strikes, by seed")
    ] = 1.0
    options: Annotated[dict[str, Any], Meta(description="What this fault wants to know")] = {}

    def __post_init__(self) -> None:
        if problem := unknown(self.fault):
            raise InvalidValueError("fault", problem)
        try:
            named(self.fault, self.options)
        except UsageError as problem:
            raise InvalidValueError("options", str(problem)) from None


class Rule(msgspec.Struct, kw_only=True, eq=False, forbid_unknown_fields=True):
    """A rule in a world, since when it is there, and what it has counted."""

    number: int
    said: FaultRule
    since: int
    seen: int = 0
    """How many calls it fitted."""
    struck: int = 0
    passed: list[int] = []
    """When the calls of a quota's window passed."""

    @property
    def name(self) -> str:
        """The fault or preset that was asked for."""
        return self.said.fault

    def over(self, now: int) -> bool:
        """Whether it will never strike again."""
        said = self.said
        if said.times is not None and self.struck >= said.times:
            return True
        return said.ttl is not None and now >= self.since + round(said.ttl * 1000)

    def strike(self, subject: Subject, now: int, draw: Draw) -> Effect | None:
        """What becomes of a call; None when the rule spares it. The call is counted."""
        said = self.said
        if self.over(now) or not self._fits(subject):
            return None
        self.seen += 1
        if self.seen <= said.after or (said.probability < 1 and draw() >= said.probability):
            return None
        effect = named(said.fault, said.options)
        if isinstance(effect, Quota):
            refusal = self._count(effect, now)
            if refusal is None:
                return None
            effect = refusal
        self.struck += 1
        return effect

    def _fits(self, subject: Subject) -> bool:
        preset = PRESETS.get(self.said.fault)
        home = preset.operation if preset else None
        when = self.said.when
        if home is not None and when.operation is None and subject.operation != home:
            return False
        return when.mismatch(subject) is None

    def _count(self, quota: Quota, now: int) -> Error | None:
        """The refusal of a call for which the window has no room."""
        window = round(quota.seconds * 1000)
        while self.passed and self.passed[0] <= now - window:
            self.passed.pop(0)
        if len(self.passed) < quota.calls:
            self.passed.append(now)
            return None
        free = (self.passed[0] if self.passed else now) + window
        wait = -(-(free - now) // 1000) if quota.retry_after else None
        return Error(code=quota.code, retry_after=wait)

    def shown(self, now: int) -> dict[str, Any]:
        """The rule in plain values."""
        said = self.said
        when = msgspec.structs.asdict(said.when).items()
        return {
            "id": self.number,
            "fault": said.fault,
            "options": msgspec.to_builtins(named(said.fault, said.options)),
            "when": {key: value for key, value in when if value not in (None, {})},
            "times": said.times,
            "after": said.after,
            "ttl": said.ttl,
            "probability": said.probability,
            "since": to_iso(self.since),
            "seen": self.seen,
            "struck": self.struck,
            "over": self.over(now),
        }

    def copy(self) -> "Rule":
        """An equal rule that counts for itself from here."""
        return msgspec.structs.replace(self, passed=self.passed.copy())


class SavedFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of a world, the newest first, and how many there ever were."""

    rules: tuple[Rule, ...] = ()
    count: int = 0


class Faults:
    """The rules of one world, the newest first."""

    def __init__(self, draw: Draw, saved: SavedFaults = SavedFaults()) -> None:  # noqa: B008
        self._draw = draw
        self._rules = [rule.copy() for rule in saved.rules]
        self._count = saved.count

    @property
    def saved(self) -> SavedFaults:
        """All rules as a value."""
        return SavedFaults(rules=tuple(rule.copy() for rule in self._rules), count=self._count)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, said: FaultRule, *, now: int) -> Rule:
        """Add a rule. It comes before the others."""
        self._count += 1
        rule = Rule(number=self._count, said=said, since=now)
        self._rules.insert(0, rule)
        return rule

    def remove(self, number: int) -> None:
        """Take a rule away. Raises `UsageError` for an unknown number."""
        left = [rule for rule in self._rules if rule.number != number]
        if len(left) == len(self._rules):
            known = ", ".join(str(rule.number) for rule in self._rules) or "none"
            raise UsageError(f"there is no fault {number}; known: {known}")
        self._rules = left

    def clear(self) -> None:
        """Take every rule away."""
        self._rules.clear()

    def strike(self, subject: Subject, now: int) -> tuple[str, Effect] | None:
        """The first rule that strikes a call: its name and what becomes of the call."""
        for rule in self._rules:
            effect = rule.strike(subject, now, self._draw)
            if effect is not None:
                return rule.name, effect
        return None

    def fork(self, draw: Draw) -> Self:
        return type(self)(draw, self.saved)
