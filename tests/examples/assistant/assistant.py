"""An assistant with a memory. Its model is a plain function."""

from collections.abc import Callable

from tests.examples.assistant.memory import Memory, MemoryUnavailable, Message, Recollection

Model = Callable[[str, str], str]
"""From instructions and a question to an answer."""


class Assistant:
    """Searches before it answers, stores the turn, and also works without the memory."""

    def __init__(self, memory: Memory, model: Model, pause: Callable[[float], None]) -> None:
        self._memory = memory
        self._model = model
        self._pause = pause
        self.unsent: list[tuple[str, str, list[Message]]] = []
        """Turns that could not be stored, to be sent later."""

    def reply(self, user: str, conversation: str, text: str) -> str:
        """Answers with the memories of the user."""
        try:
            known = self._memory.recall(user, text)
        except MemoryUnavailable:
            known = Recollection()
        answer = self._model(instructions(known), text)
        turn = [Message("user", text), Message("assistant", answer)]
        try:
            self._memory.remember(user, conversation, turn)
        except MemoryUnavailable:
            self.unsent.append((user, conversation, turn))
        return answer

    def note(self, user: str, conversation: str, text: str, *, patience: int = 10) -> bool:
        """Stores a text and waits until it is processed. Returns False if this fails."""
        return self._is_completed(
            self._memory.remember(user, conversation, [Message("user", text)]), patience
        )

    def correct(self, user: str, conversation: str, text: str, *, patience: int = 10) -> bool:
        """Sends a correction and waits until it is processed."""
        return self._is_completed(self._memory.correct(user, conversation, text), patience)

    def resend(self) -> int:
        """Sends the unsent turns again. Returns the number of turns that are left."""
        waiting, self.unsent = self.unsent, []
        for user, conversation, turn in waiting:
            try:
                self._memory.remember(user, conversation, turn)
            except MemoryUnavailable:
                self.unsent.append((user, conversation, turn))
        return len(self.unsent)

    def _is_completed(self, task: str, patience: int) -> bool:
        for _ in range(patience):
            progress = self._memory.progress(task)
            if progress != "running":
                return progress == "completed"
            self._pause(1.0)
        return False


def instructions(known: Recollection) -> str:
    """Returns the instructions of the model, with the memories of the user."""
    lines = ["You are a helpful assistant."]
    if known.facts:
        lines += ["What you know:", *(f"- {fact}" for fact in known.facts)]
    if known.preferences:
        lines += [
            "What the user prefers:",
            *(f"- {preference}" for preference in known.preferences),
        ]
    return "\n".join(lines)
