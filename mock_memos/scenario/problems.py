"""A mistake in a scenario file, and the error that lists them all."""

from collections.abc import Sequence

import msgspec

from mock_memos.core.errors import UsageError


class ScenarioProblem(msgspec.Struct, frozen=True, order=True):
    """One mistake and where it stands; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(UsageError):
    """A scenario that cannot be used, with every mistake in it."""

    def __init__(self, problems: Sequence[ScenarioProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
