"""The interface of the assistant's memory."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Progress = Literal["running", "completed", "failed"]


class MemoryUnavailable(Exception):
    """The memory did not reply, or the reply was unusable."""


class MemoryRefused(Exception):
    """The memory refused the request. `code` is the reason."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Recollection:
    """The memories that match a question."""

    facts: list[str] = field(default_factory=list)
    preferences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: str
    text: str


class Memory(Protocol):
    """A long-term memory for several users."""

    def remember(self, user: str, conversation: str, messages: list[Message]) -> str:
        """Stores a turn. Returns the id of its task."""

    def progress(self, task: str) -> Progress:
        """Returns the status of a task."""

    def recall(self, user: str, question: str, *, only_about: str = "") -> Recollection:
        """Returns matching memories, best first; `only_about` is a tag of the memories."""

    def correct(self, user: str, conversation: str, feedback: str) -> str:
        """Sends feedback. Returns the id of its task."""

    def history(self, user: str, conversation: str) -> list[Message]:
        """Returns the newest messages of a conversation, oldest first."""

    def forget(self, user: str) -> None:
        """Deletes all memories of a user."""
