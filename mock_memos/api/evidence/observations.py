"""What a verified run has seen of the real service: a small dated file, and what it changes.

Statements are named as the listings show them: `operation get/status`, `error 40001`,
`MemoryPage.pages`, `switch item_time`.
"""

from pathlib import Path
from typing import Final, Literal

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.evidence import Evidence

FORMAT: Final = "mock-memos-evidence-1"


class Findings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run has found to be so. Nothing of any answer is in it."""

    format: Literal["mock-memos-evidence-1"] = FORMAT
    date: str
    """The day of the run, as 2026-01-31."""
    host: str = ""
    """Whom the run asked, when that was to be told."""
    facts: tuple[str, ...] = ()
    """Names of the facts that held."""
    observed: tuple[str, ...] = ()
    """Statements of which every fact that was asked about held."""

    def saw(self, statement: str) -> bool:
        """Whether the run has seen that it is so."""
        return statement in self.observed

    def evidence(self, statement: str, known: Evidence) -> Evidence:
        """Where a statement is known from: what was assumed and then seen is observed."""
        return "observed" if known == "assumed" and self.saw(statement) else known


NOTHING: Final = Findings(date="")
"""Nobody looked."""


def load(path: str | Path) -> Findings:
    """The findings in a file. Raises `UsageError` for a file that cannot be read as such."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Findings)
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise UsageError(
            f"{path} holds no evidence: {problem}; mock-memos verify --evidence FILE writes it"
        ) from None


def save(findings: Findings, path: str | Path) -> None:
    """Write findings, readable and in an order that does not change."""
    text = msgspec.json.format(msgspec.json.encode(findings), indent=1)
    Path(path).write_bytes(text + b"\n")
