"""What the assistant wants of a memory, whoever keeps it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Progress = Literal["running", "completed", "failed"]


class MemoryUnavailable(Exception):
    """The memory did not answer, or not with anything that can be used."""


class MemoryRefused(Exception):
    """The memory understood and said no. `code` is its reason."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Recollection:
    """What is known that fits a question."""

    facts: list[str] = field(default_factory=list)
    preferences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Spoken:
    """One message of a conversation."""

    role: str
    text: str


class Memory(Protocol):
    """A long-term memory for several users."""

    def remember(self, user: str, conversation: str, spoken: list[Spoken]) -> str:
        """Hand a turn over; gives the id of the task that processes it."""

    def progress(self, task: str) -> Progress:
        """How far a task is."""

    def recall(self, user: str, question: str, *, only_about: str = "") -> Recollection:
        """What fits a question, best first; `only_about` names a topic given to `remember`."""

    def correct(self, user: str, conversation: str, feedback: str) -> str:
        """Say in plain words what is wrong; gives the id of a task."""

    def history(self, user: str, conversation: str) -> list[Spoken]:
        """The newest messages of a conversation, oldest first."""

    def forget(self, user: str) -> None:
        """Delete everything about a user."""
