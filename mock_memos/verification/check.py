"""A check: one fact about the service, its evidence, and the function that checks it."""

import inspect
from collections.abc import Callable, Generator
from typing import Any, Literal

import msgspec

from mock_memos.core.evidence import Evidence

Verdict = Literal["same", "differs", "skipped"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One fact and the function that checks it."""

    name: str
    page: str
    """The module that defines it."""
    fact: str
    evidence: Evidence
    operations: tuple[str, ...]
    """The operations of the fact, not all that are called."""
    errors: tuple[int, ...] = ()
    """The error codes of the fact."""
    backs: tuple[str, ...] = ()
    """Other statements that it confirms: `Struct.field`, or `setting name`."""
    quotas: bool = False
    """Checked only with `--quotas`."""
    function: Callable[..., None]

    @property
    def fixtures(self) -> tuple[str, ...]:
        """The names of the fixtures it needs: the parameters after the session."""
        return tuple(inspect.signature(self.function).parameters)[1:]

    @property
    def statements(self) -> tuple[str, ...]:
        """All statements that it confirms or contradicts."""
        operations = tuple(f"operation {operation}" for operation in self.operations)
        return (*operations, *(f"error {code}" for code in self.errors), *self.backs)


class Fixture(msgspec.Struct, frozen=True):
    """Data that several checks use, created once per run.

    Its function starts tasks, yields, and continues when the data is needed. So all tasks of a run
    take place at the same time.
    """

    name: str
    create: Callable[[Any], Generator[None, None, Any]]


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one check."""

    check: Check
    verdict: Verdict
    path: str = ""
    """Where in the response the difference is."""
    expected: str = ""
    actual: str = ""
    reason: str = ""
    """Why it was skipped."""

    @property
    def detail(self) -> str:
        """The difference, or the reason for skipping, in one line."""
        if self.verdict == "differs":
            return f"{self.path}: expected {self.expected}, got {self.actual}"
        return self.reason

    @property
    def counts_as_failure(self) -> bool:
        """Whether a difference is more than a warning: assumed facts only warn."""
        return self.check.evidence != "assumed"


def check(
    evidence: Evidence,
    *operations: str,
    errors: tuple[int, ...] = (),
    backs: tuple[str, ...] = (),
    quotas: bool = False,
) -> Callable[[Callable[..., None]], Check]:
    """Makes a check of a function. Its docstring is the fact, its parameters name fixtures."""

    def decorate(function: Callable[..., None]) -> Check:
        return Check(
            name=function.__name__,
            page=function.__module__.rpartition(".")[2],
            fact=" ".join(inspect.cleandoc(function.__doc__ or "").split()),
            evidence=evidence,
            operations=operations,
            errors=errors,
            backs=backs,
            quotas=quotas,
            function=function,
        )

    return decorate


def fixture(create: Callable[[Any], Generator[None, None, Any]]) -> Fixture:
    """Makes a fixture of a generator function."""
    return Fixture(create.__name__, create)
