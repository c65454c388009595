"""A journey through the API: calls under titles, waiting, and a way to leave no trace."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_memos.verification.cleanup import sweep
from mock_memos.verification.created_resources import Trace
from mock_memos.verification.defaults import PATIENCE
from mock_memos.verification.service import Answer, Target
from mock_memos.verification.session import Site

SHOW: Final = "get/memory/{memory_id}"


class Step(msgspec.Struct, frozen=True):
    """One call of a tour. A call that was repeated while something ran has one title."""

    title: str
    operation: str
    """As the table of routes names it."""
    answer: Answer


class Journey:
    """Calls of one target. `steps` grows as it goes; `left` says what could not be taken away."""

    def __init__(
        self,
        target: Target,
        run: str,
        *,
        patience: float = PATIENCE,
        tell: Callable[[str], None] = lambda title: None,
    ) -> None:
        """`patience`: seconds for which a task may run. `tell` hears every title."""
        self.steps: list[Step] = []
        self.left: list[Trace] = []
        self.user = f"mock-memos-{run}"
        self._site = Site(target, run)
        self._patience = patience
        self._tell = tell
        self._tasks: list[str] = []
        self._partings: list[tuple[str, str, dict[str, Any]]] = []

    def go(self, *chapters: Callable[[], None]) -> list[Step]:
        """Take the chapters one by one. What they made is taken away, also on an interruption.

        Ends early when three calls in a row had no reply.
        """
        self._partings.append(("the user", "delete/memory", {"user_id": self.user}))
        try:
            for chapter in (*chapters, self._part):
                chapter()
        except _SilentError:
            pass
        finally:
            self.left = sweep(self._site)
        return self.steps

    def call(self, title: str, operation: str, memory: str = "", /, **fields: Any) -> Answer:
        """Make one call: with fields as its body, or with the id of a memory in its path."""
        self._tell(title)
        if operation == SHOW:
            answer = self._site.get(f"get/memory/{memory}")
        else:
            answer = self._site.post(operation, **fields)
        self.steps.append(Step(title, operation, answer))
        newest = [step.answer.status for step in self.steps[-3:]]
        if newest == [0, 0, 0]:
            raise _SilentError
        return answer

    def search(self, title: str, query: str, views: list[str] | None = None) -> None:
        """Search the user's memories, whatever their relativity."""
        asked = {} if views is None else {"include_memory_view": views}
        self.call(title, "search/memory", user_id=self.user, query=query, relativity=0, **asked)

    def add(self, title: str, **fields: Any) -> None:
        """Add messages, whose task is then the newest."""
        self.began(self.call(title, "add/message", **fields))

    @property
    def newest_task(self) -> str:
        """The id of the task that began last and was not waited for."""
        return self._tasks[-1]

    def began(self, answer: Answer) -> None:
        """Note the task that a call began."""
        self._tasks.append(str(answer.at("task_id")))

    def wait(self) -> None:
        """Poll the newest task to its end."""
        self.poll("the task ends", "get/status", task_id=self.newest_task)
        self._tasks.pop()

    def poll(self, title: str, operation: str, /, *where: str | int, **fields: Any) -> None:
        """Ask until a status says that there is no more to wait for, or nothing at all."""
        self._tell(title)
        for answer in self._site.follow(operation, *where, within=self._patience, **fields):
            self.steps.append(Step(title, operation, answer))

    def later(self, what: str, operation: str, /, **fields: Any) -> None:
        """Remember how something that was just made is taken away when the tour is over."""
        if self.steps[-1].answer.code == 0:
            self._partings.append((what, operation, fields))

    def _part(self) -> None:
        """The last chapter: what was made is taken away, which is a part of the tour, too."""
        for what, operation, fields in reversed(self._partings):
            self.call(f"no more: {what}", operation, **fields)


class _SilentError(Exception):
    """Nobody answers any more."""
