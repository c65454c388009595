"""One run: set-ups begin together, facts are asked one by one, all is deleted at the end."""

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import msgspec

from mock_memos.verification.check import Check, Outcome, Setup
from mock_memos.verification.cleanup import sweep
from mock_memos.verification.created_resources import Trace
from mock_memos.verification.expectations import Difference, Unasked, show
from mock_memos.verification.session import Site


class Ground:
    """The set-ups of one run."""

    def __init__(self, site: Site, setups: Mapping[str, Setup]) -> None:
        self._site = site
        self._setups = setups
        self._begun: dict[str, Generator[None, None, Any]] = {}
        self._made: dict[str, Any] = {}
        self._lost: dict[str, str] = {}

    def begin(self, name: str) -> None:
        """Begin a set-up, once; what takes time goes on by itself."""
        if name not in self._begun:
            self._begun[name] = self._setups[name].make(self._site)
            self._step(name)

    def give(self, name: str) -> Any:
        """What a set-up has made. Raises `Unasked` when it could not."""
        self.begin(name)
        while name not in self._made:
            if name in self._lost:
                raise Unasked(f"its data could not be made: {self._lost[name]}")
            self._step(name)
        return self._made[name]

    def _step(self, name: str) -> None:
        try:
            next(self._begun[name])
        except StopIteration as end:
            self._made[name] = end.value
        except (Difference, Unasked) as problem:
            self._lost[name] = str(problem)
        except Exception as problem:  # whatever came was not what anybody could expect
            self._lost[name] = f"{type(problem).__name__}: {problem}"


class Record(msgspec.Struct, kw_only=True):
    """What a run came to."""

    run: str
    outcomes: list[Outcome]
    left: list[Trace]
    calls: int
    tokens: int
    interrupted: bool = False

    def count(self, result: str) -> int:
        return sum(outcome.result == result for outcome in self.outcomes)

    @property
    def status(self) -> int:
        """The exit status: 130 interrupted, 1 a difference, 3 not all was asked, else 0."""
        if self.interrupted:
            return 130
        bad = {outcome.result for outcome in self.outcomes if outcome.weighs}
        return 1 if "differs" in bad else 3 if "not asked" in bad else 0


def run(
    site: Site,
    checks: Iterable[Check],
    setups: Mapping[str, Setup],
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Record:
    """Ask for every fact, and delete what was made, whatever happens."""
    checks, ground = list(checks), Ground(site, setups)
    outcomes: list[Outcome] = []
    interrupted = False
    try:
        for name in dict.fromkeys(name for check in checks for name in check.setups):
            ground.begin(name)
        for check in checks:
            outcomes.append(ask(site, check, ground))
            tell(outcomes[-1])
    except KeyboardInterrupt:
        interrupted = True
    finally:
        left = sweep(site)
    return Record(
        run=site.run,
        outcomes=outcomes,
        left=left,
        calls=site.calls,
        tokens=site.tokens,
        interrupted=interrupted,
    )


def ask(site: Site, check: Check, ground: Ground) -> Outcome:
    """Ask for one fact."""
    try:
        check.ask(site, *(ground.give(name) for name in check.setups))
    except Unasked as problem:
        return Outcome(check=check, result="not asked", reason=site.hide(str(problem)))
    except Difference as found:
        return _differs(site, check, found)
    except Exception as problem:  # an answer may be odd in ways that no check thought of
        came = f"what led to {type(problem).__name__}: {show(str(problem))}"
        place = ", ".join(check.operations) or check.name
        return _differs(site, check, Difference(place, "an answer that can be read", came))
    return Outcome(check=check, result="same")


def _differs(site: Site, check: Check, found: Difference) -> Outcome:
    return Outcome(
        check=check,
        result="differs",
        where=found.where,
        expected=found.expected,
        came=site.hide(found.came),
    )
