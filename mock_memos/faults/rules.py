"""Which calls a fault strikes, how often, and until when. All chance comes from the seed."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Self

import msgspec

from mock_memos.calls import Reply
from mock_memos.clock import iso
from mock_memos.errors import UsageError
from mock_memos.faults.effects import Draw, Effect, Error, Quota, effect
from mock_memos.faults.presets import PRESETS
from mock_memos.match import Match, Subject


class Rule:
    """A fault, the calls it is meant for, and its life.

    It spares the first `after` fitting calls, strikes `times` of those that follow (all when
    None), each with `probability`, and is over after `ttl` virtual seconds.
    """

    __slots__ = (
        "after", "effect", "name", "number", "passed", "probability", "seen", "since", "struck",
        "times", "ttl", "when",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        name: str,
        what: Effect,
        when: Match,
        *,
        since: int,
        times: int | None = None,
        after: int = 0,
        ttl: float | None = None,
        probability: float = 1.0,
    ) -> None:
        self.number, self.name, self.effect, self.when, self.since = number, name, what, when, since
        self.times, self.after, self.ttl, self.probability = times, after, ttl, probability
        self.seen = self.struck = 0
        self.passed: deque[int] = deque()
        """When the calls of a quota's window passed."""

    def over(self, now: int) -> bool:
        """Whether it will never strike again."""
        if self.times is not None and self.struck >= self.times:
            return True
        return self.ttl is not None and now >= self.since + round(self.ttl * 1000)

    def strikes(self, subject: Subject, now: int, draw: Draw) -> bool:
        """Whether it strikes this call; counts it."""
        if self.over(now) or self.when.why_not(subject) is not None:
            return False
        self.seen += 1
        if self.seen <= self.after or (self.probability < 1 and draw() >= self.probability):
            return False
        if isinstance(self.effect, Quota) and not self._full(self.effect, now):
            return False
        self.struck += 1
        return True

    def _full(self, quota: Quota, now: int) -> bool:
        while self.passed and self.passed[0] <= now - round(quota.seconds * 1000):
            self.passed.popleft()
        if len(self.passed) >= quota.calls:
            return True
        self.passed.append(now)
        return False

    def fault(self, now: int) -> Effect:
        """What becomes of a call that it strikes."""
        if not isinstance(self.effect, Quota):
            return self.effect
        free = (self.passed[0] if self.passed else now) + round(self.effect.seconds * 1000)
        wait = -(-(free - now) // 1000) if self.effect.retry_after else None
        return Error(code=self.effect.code, retry_after=wait)

    def shown(self, now: int) -> dict[str, Any]:
        """The rule in plain values."""
        return {
            "id": self.number,
            "fault": self.name,
            "options": msgspec.to_builtins(self.effect),
            "when": {
                key: value
                for key, value in msgspec.structs.asdict(self.when).items()
                if value not in (None, {})
            },
            "times": self.times,
            "after": self.after,
            "ttl": self.ttl,
            "probability": self.probability,
            "since": iso(self.since),
            "seen": self.seen,
            "struck": self.struck,
            "over": self.over(now),
        }

    def copy(self) -> "Rule":
        """An equal rule that counts for itself from here."""
        twin = object.__new__(Rule)
        for name in Rule.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.passed = self.passed.copy()
        return twin


class Faults:
    """The rules of one world, the newest first."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._rules: list[Rule] = []
        self._count = 0

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(
        self,
        fault: str,
        when: Match,
        *,
        now: int,
        options: dict[str, Any] | None = None,
        times: int | None = None,
        after: int = 0,
        ttl: float | None = None,
        probability: float = 1.0,
    ) -> Rule:
        """Add a rule for a fault or a preset. Raises `UsageError` for an unknown one."""
        self._count += 1
        rule = Rule(
            self._count, fault, named(fault, options or {}), when,
            since=now, times=times, after=after, ttl=ttl, probability=probability,
        )  # fmt: skip
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
            if rule.strikes(subject, now, self._draw):
                return rule.name, rule.fault(now)
        return None

    def fork(self, draw: Draw) -> Self:
        twin = type(self)(draw)
        twin._rules, twin._count = [rule.copy() for rule in self._rules], self._count
        return twin


def named(name: str, options: dict[str, Any]) -> Effect:
    """A fault or a preset by its name; options of a preset may be set anew."""
    if (preset := PRESETS.get(name)) is not None:
        return effect(preset.fault, preset.options | options)
    try:
        return effect(name, options)
    except UsageError as problem:
        if "there is no fault" in str(problem):
            raise UsageError(f"{problem}; presets: {', '.join(PRESETS)}") from None
        raise


def from_header(text: str) -> tuple[str, Effect]:
    """The fault of one call, as its header says: `error; code=40309`. Raises `UsageError`."""
    name, *settings = (part.strip() for part in text.split(";"))
    options = {}
    for setting in filter(None, settings):
        key, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"{setting!r} is no option; write {key}=value")
        options[key.strip()] = value.strip()
    return name, named(name, options)


def carry_out(what: Effect, draw: Draw, operate: Callable[[], Reply]) -> Reply:
    """Do an operation that is struck by a fault, and give what is left of its reply.

    Raises `ApiError` when the fault is an error of the service.
    """
    reply = what.refuse(draw)
    return reply if reply is not None else what.change(operate(), draw)
