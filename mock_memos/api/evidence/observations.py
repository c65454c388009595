"""Observations of the real service by a verification run: a small dated file.

Statements are named as in the listings: `operation get/status`, `error 40001`,
`MemoryPage.pages`, `setting memory_time_format`.
"""

from pathlib import Path
from typing import Final, Literal

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.evidence import Evidence

FORMAT: Final = "mock-memos-evidence-1"


class Observations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The statements that a run confirmed. Contains no data of responses."""

    format: Literal["mock-memos-evidence-1"] = FORMAT
    date: str
    """The day of the run, such as 2026-01-31."""
    host: str = ""
    """The host of the service, with `--include-host`."""
    facts: tuple[str, ...] = ()
    """Names of the confirmed facts."""
    observed: tuple[str, ...] = ()
    """Statements whose tested facts were all confirmed."""

    def confirms(self, statement: str) -> bool:
        """Returns whether the run confirmed a statement."""
        return statement in self.observed

    def evidence_for(self, statement: str, known: Evidence) -> Evidence:
        """Returns the evidence of a statement: "observed" if it was assumed and then confirmed."""
        return "observed" if known == "assumed" and self.confirms(statement) else known


NO_OBSERVATIONS: Final = Observations(date="")
"""No run."""


def load_observations(path: str | Path) -> Observations:
    """Loads an evidence file. Raises `UsageError` if it is missing or invalid."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Observations)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not an evidence file: {error}. "
            "Create it with mock-memos verify --write-evidence"
        ) from None


def save_observations(findings: Observations, path: str | Path) -> None:
    """Writes an evidence file as formatted JSON in a fixed order."""
    text = msgspec.json.format(msgspec.json.encode(findings), indent=1)
    Path(path).write_bytes(text + b"\n")
