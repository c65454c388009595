"""Calls under titles, waits for tasks, and deletes what the calls created."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_memos.verification.cleanup import clean_up
from mock_memos.verification.created_resources import CreatedResource
from mock_memos.verification.defaults import TASK_TIMEOUT
from mock_memos.verification.service import ServiceClient, ServiceResponse
from mock_memos.verification.session import Session

SHOW: Final = "get/memory/{memory_id}"


class TourCall(msgspec.Struct, frozen=True):
    """One call. All polls of a task have the same title."""

    title: str
    operation: str
    """As in the table of routes."""
    response: ServiceResponse


class TourRunner:
    """Makes calls and records them. `remaining` lists what could not be deleted."""

    def __init__(
        self,
        client: ServiceClient,
        run_id: str,
        *,
        task_timeout: float = TASK_TIMEOUT,
        report: Callable[[str], None] = lambda title: None,
    ) -> None:
        """`task_timeout`: seconds to wait for each task. `report` receives each title."""
        self.calls: list[TourCall] = []
        self.remaining: list[CreatedResource] = []
        self.user = f"mock-memos-{run_id}"
        self._session = Session(client, run_id)
        self._task_timeout = task_timeout
        self._report = report
        self._tasks: list[str] = []
        self._deletions: list[tuple[str, str, dict[str, Any]]] = []

    def run(self, *chapters: Callable[[], None]) -> list[TourCall]:
        """Runs the chapters, and deletes what they created, also after an interruption.

        Ends early if three calls in a row get no response.
        """
        self._deletions.append(("the user", "delete/memory", {"user_id": self.user}))
        try:
            for chapter in (*chapters, self._delete):
                chapter()
        except _NoResponseError:
            pass
        finally:
            self.remaining = clean_up(self._session)
        return self.calls

    def call(
        self, title: str, operation: str, memory: str = "", /, **fields: Any
    ) -> ServiceResponse:
        """Makes one call, with fields as its body or with a memory id in its path."""
        self._report(title)
        if operation == SHOW:
            response = self._session.get(f"get/memory/{memory}")
        else:
            response = self._session.post(operation, **fields)
        self.calls.append(TourCall(title, operation, response))
        if [call.response.status for call in self.calls[-3:]] == [0, 0, 0]:
            raise _NoResponseError
        return response

    def search(self, title: str, query: str, views: list[str] | None = None) -> None:
        """Searches the user's memories without a threshold."""
        fields = {} if views is None else {"include_memory_view": views}
        self.call(title, "search/memory", user_id=self.user, query=query, relativity=0, **fields)

    def add(self, title: str, **fields: Any) -> None:
        """Adds messages, and notes their task."""
        self.add_task(self.call(title, "add/message", **fields))

    @property
    def newest_task(self) -> str:
        """The id of the newest task that was not waited for."""
        return self._tasks[-1]

    def add_task(self, response: ServiceResponse) -> None:
        """Notes the task of a response."""
        self._tasks.append(str(response.at("task_id")))

    def wait(self) -> None:
        """Polls the newest task until it ends."""
        self.poll("the task ends", "get/status", task_id=self.newest_task)
        self._tasks.pop()

    def poll(self, title: str, operation: str, /, *path: str | int, **fields: Any) -> None:
        """Polls until the status at a path is final or the time is over."""
        self._report(title)
        for response in self._session.poll_until_ended(
            operation, *path, timeout_seconds=self._task_timeout, **fields
        ):
            self.calls.append(TourCall(title, operation, response))

    def delete_later(self, name: str, operation: str, /, **fields: Any) -> None:
        """Deletes at the end of the tour what the last call created, if it succeeded."""
        if self.calls[-1].response.code == 0:
            self._deletions.append((name, operation, fields))

    def _delete(self) -> None:
        """Deletes what was created, as the last chapter of the tour."""
        for name, operation, fields in reversed(self._deletions):
            self.call(f"delete {name}", operation, **fields)


class _NoResponseError(Exception):
    """The service does not respond any more."""
