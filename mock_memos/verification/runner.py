"""Runs checks: starts all fixtures, runs the checks one by one, deletes what was created."""

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import msgspec

from mock_memos.verification.check import Check, CheckResult, Fixture
from mock_memos.verification.cleanup import clean_up
from mock_memos.verification.created_resources import CreatedResource
from mock_memos.verification.expectations import ExpectationFailed, Inconclusive, short_repr
from mock_memos.verification.session import Session


class Fixtures:
    """The fixtures of one run."""

    def __init__(self, session: Session, fixtures: Mapping[str, Fixture]) -> None:
        self._session = session
        self._fixtures = fixtures
        self._started: dict[str, Generator[None, None, Any]] = {}
        self._values: dict[str, Any] = {}
        self._errors: dict[str, str] = {}

    def start(self, name: str) -> None:
        """Starts a fixture, unless it is started already. Its tasks continue meanwhile."""
        if name not in self._started:
            self._started[name] = self._fixtures[name].create(self._session)
            self._continue(name)

    def get(self, name: str) -> Any:
        """Returns the value of a fixture. Raises `Inconclusive` if it could not be created."""
        self.start(name)
        while name not in self._values:
            if name in self._errors:
                raise Inconclusive(f"its data could not be created: {self._errors[name]}")
            self._continue(name)
        return self._values[name]

    def _continue(self, name: str) -> None:
        try:
            next(self._started[name])
        except StopIteration as end:
            self._values[name] = end.value
        except (ExpectationFailed, Inconclusive) as error:
            self._errors[name] = str(error)
        except Exception as error:  # the response may be wrong in ways that no fixture expects
            self._errors[name] = f"{type(error).__name__}: {error}"


class RunResult(msgspec.Struct, kw_only=True):
    """The result of a run."""

    run_id: str
    results: list[CheckResult]
    remaining: list[CreatedResource]
    """What could not be deleted."""
    calls: int
    tokens: int
    interrupted: bool = False

    def count(self, verdict: str) -> int:
        return sum(result.verdict == verdict for result in self.results)

    @property
    def status(self) -> int:
        """The exit status: 130 interrupted, 1 a difference, 3 a skipped fact, else 0."""
        if self.interrupted:
            return 130
        verdicts = {result.verdict for result in self.results if result.counts_as_failure}
        return 1 if "differs" in verdicts else 3 if "skipped" in verdicts else 0


def run_checks(
    session: Session,
    checks: Iterable[Check],
    fixtures: Mapping[str, Fixture],
    report: Callable[[CheckResult], None] = lambda _: None,
) -> RunResult:
    """Runs the checks. Deletes what was created, also after an interruption."""
    checks, started = list(checks), Fixtures(session, fixtures)
    results: list[CheckResult] = []
    interrupted = False
    try:
        for name in dict.fromkeys(name for check in checks for name in check.fixtures):
            started.start(name)
        for check in checks:
            results.append(run_check(session, check, started))
            report(results[-1])
    except KeyboardInterrupt:
        interrupted = True
    finally:
        remaining = clean_up(session)
    return RunResult(
        run_id=session.run_id,
        results=results,
        remaining=remaining,
        calls=session.calls,
        tokens=session.tokens,
        interrupted=interrupted,
    )


def run_check(session: Session, check: Check, fixtures: Fixtures) -> CheckResult:
    """Runs one check."""
    try:
        check.function(session, *(fixtures.get(name) for name in check.fixtures))
    except Inconclusive as error:
        return CheckResult(check=check, verdict="skipped", reason=session.hide_key(str(error)))
    except ExpectationFailed as difference:
        return _differs(session, check, difference)
    except Exception as error:  # the response may be wrong in ways that no check expects
        actual = f"{type(error).__name__} while reading it: {short_repr(str(error))}"
        path = ", ".join(check.operations) or check.name
        return _differs(session, check, ExpectationFailed(path, "a readable response", actual))
    return CheckResult(check=check, verdict="same")


def _differs(session: Session, check: Check, difference: ExpectationFailed) -> CheckResult:
    return CheckResult(
        check=check,
        verdict="differs",
        path=difference.path,
        expected=difference.expected,
        actual=session.hide_key(difference.actual),
    )
