"""A check: one fact about the service, where it is known from, and how to ask for it."""

import inspect
from collections.abc import Callable, Generator
from typing import Any, Literal

import msgspec

from mock_memos.core.evidence import Evidence

Result = Literal["same", "differs", "not asked"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, with the function that asks for it."""

    name: str
    page: str
    """The group it stands in: the file."""
    fact: str
    evidence: Evidence
    operations: tuple[str, ...]
    """Those that the fact is about, not all that are called to get there."""
    errors: tuple[int, ...] = ()
    """Codes that the fact is about."""
    backs: tuple[str, ...] = ()
    """Statements of the listings: `Struct.field`, or `switch name`."""
    quotas: bool = False
    """Asked only when the limits on tokens are to be checked, too."""
    ask: Callable[..., None]

    @property
    def setups(self) -> tuple[str, ...]:
        """The set-ups that it stands on: the parameters of its function after the first."""
        return _parameters(self.ask)

    @property
    def statements(self) -> tuple[str, ...]:
        """Everything in the listings that stands or falls with it."""
        operations = tuple(f"operation {one}" for one in self.operations)
        return (*operations, *(f"error {code}" for code in self.errors), *self.backs)


class Setup(msgspec.Struct, frozen=True):
    """Data that several checks stand on, made once in a run.

    Its function begins what takes time, yields, and goes on when the data is needed. So all that
    takes time happens at once.
    """

    name: str
    make: Callable[[Any], Generator[None, None, Any]]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What asking for a fact came to."""

    check: Check
    result: Result
    where: str = ""
    """The path of what differed."""
    expected: str = ""
    came: str = ""
    reason: str = ""
    """Why it could not be asked."""

    @property
    def told(self) -> str:
        """What differed, or why it was not asked, in a line."""
        if self.result == "differs":
            return f"{self.where}: expected {self.expected}, came {self.came}"
        return self.reason

    @property
    def weighs(self) -> bool:
        """Whether it is more than a warning: what is assumed is nobody's promise."""
        return self.check.evidence != "assumed"


def check(
    evidence: Evidence,
    *operations: str,
    errors: tuple[int, ...] = (),
    backs: tuple[str, ...] = (),
    quotas: bool = False,
) -> Callable[[Callable[..., None]], Check]:
    """Make a check of a function. Its docstring is the fact, its further parameters are set-ups."""

    def made(ask: Callable[..., None]) -> Check:
        return Check(
            name=ask.__name__,
            page=ask.__module__.rpartition(".")[2],
            fact=" ".join(inspect.cleandoc(ask.__doc__ or "").split()),
            evidence=evidence,
            operations=operations,
            errors=errors,
            backs=backs,
            quotas=quotas,
            ask=ask,
        )

    return made


def setup(make: Callable[[Any], Generator[None, None, Any]]) -> Setup:
    """Make a set-up of a generator function."""
    return Setup(make.__name__, make)


def _parameters(function: Callable[..., None]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)[1:]
