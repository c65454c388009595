"""The one face of every double, as a type for whatever does not care about the door."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, Unpack

from mock_memos.face.clock import ClockFace
from mock_memos.face.double import Source, Tasks
from mock_memos.face.faults import FaultFace
from mock_memos.face.journal import JournalFace
from mock_memos.face.tasks import TaskFace
from mock_memos.options import Options
from mock_memos.settings import Settings


class Memos(Protocol):
    """One world of MemOS in a test's hand, in process, live, or on a server elsewhere.

    A client needs `base_url` and `api_key`; everything else looks at the world of that key, or
    moves it. Whatever is done through the face is done at once and safe from any thread.
    """

    base_url: str
    """Where a client finds the service, without a slash at its end."""
    api_key: str
    """What a client sends as `Authorization: Token <key>`; it names this world."""
    clock: ClockFace
    """The world's time: `clock.advance(seconds=5)`."""
    tasks: TaskFace
    """Its tasks: `tasks.hold(task_id)`, `tasks.when(text="poison", task={"failed": True})`."""
    faults: FaultFace
    """What goes wrong: `faults.once("timeout", "search/memory")`."""
    journal: JournalFace
    """What was asked and answered: `journal.assert_called("add/message", user_id="ana")`."""

    @property
    def settings(self) -> Settings:
        """The settings of this world."""

    @property
    def digest(self) -> str:
        """32 hex digits over everything that was asked and answered; equal for equal runs."""

    def load(self, scenario: Source) -> None:
        """Add a scenario: its scripts count from the next call on."""

    def drain(self) -> float:
        """Run time to the end of the last pending task. Gives the virtual seconds that passed."""

    def reset(self) -> None:
        """Begin this world anew, with the settings and scenarios that it began with."""

    def snapshot(self) -> dict[str, Any]:
        """Everything that decides the replies of this world, as plain values."""

    def restore(self, document: dict[str, Any]) -> None:
        """Put the world of a snapshot in place of this one, with an empty journal."""

    def fork(self, key: str | None = None) -> "Memos":
        """An equal world under a key of its own."""

    def branch(self) -> AbstractContextManager["Memos"]:
        """Do inside what leaves no trace: at the end the world is as it was at the beginning."""

    def open(
        self,
        key: str | None = None,
        *,
        scenario: Source | Sequence[Source] | None = None,
        tasks: Tasks = (),
        schedule: int = 0,
        **settings: Unpack[Options],
    ) -> "Memos":
        """A fresh world under another key: as the service's own, but for what is said here."""

    def close(self, key: str) -> None:
        """Forget the world of a key."""
