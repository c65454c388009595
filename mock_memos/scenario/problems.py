"""A mistake in a scenario file, and the error with all mistakes."""

from collections.abc import Sequence

import msgspec

from mock_memos.core.errors import UsageError


class ScenarioProblem(msgspec.Struct, frozen=True, order=True):
    """A mistake and its position; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(UsageError):
    """An invalid scenario, with every mistake."""

    def __init__(self, problems: Sequence[ScenarioProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
