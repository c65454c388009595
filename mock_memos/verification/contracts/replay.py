"""Repeats the calls of one recorded test at a service, and deletes what they created."""

from collections.abc import Generator
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from mock_memos.core.addresses import operation_path
from mock_memos.journal.id_map import SUBJECT_FIELDS, IdMap
from mock_memos.verification.cleanup import clean_up
from mock_memos.verification.contracts.journal_file import JournalCall, RecordedTest
from mock_memos.verification.created_resources import CreatedResource
from mock_memos.verification.service import ServiceClient, ServiceResponse
from mock_memos.verification.session import Session

MAX_SUBJECT_LENGTH: Final = 100
"""Longer users and Agents are rejected by the service. They are not renamed."""
_FILES: Final = "get/knowledgebase-file"


class RepeatedCall(NamedTuple):
    """A recorded call and the response of the service, or the reason why it was not made."""

    call: JournalCall
    response: ServiceResponse | None
    reason: str = ""
    excluded: bool = False
    """Whether no other service can be expected to answer it like the mock."""


class Replay:
    """Repeats the calls of one test. `remaining` lists what could not be deleted."""

    def __init__(
        self, client: ServiceClient, test: RecordedTest, run_id: str, *, task_timeout: float
    ) -> None:
        """`task_timeout`: seconds to wait for each task."""
        self.remaining: list[CreatedResource] = []
        self._session = Session(client, run_id)
        self._test = test
        self._task_timeout = task_timeout
        self._ids = IdMap()
        self._subjects: dict[str, str] = {}
        self._subject_prefix = f"mock-memos-{run_id}"
        self._kinds = {task.task: task.kind for task in test.tasks}
        self._waited: set[str] = set()

    def repeat_calls(self) -> Generator[RepeatedCall, None, None]:
        """Makes one call for each result that is read. Cleans up at the end."""
        try:
            for call in self._test.calls:
                yield self._repeat(call)
        finally:
            self.remaining = clean_up(self._session)

    def _repeat(self, call: JournalCall) -> RepeatedCall:
        if reason := call.exclusion_reason:
            return RepeatedCall(call, None, reason, excluded=True)
        if call.truncated:
            return RepeatedCall(call, None, "its body was too long for the journal")
        for task in self._test.ended_by(call):
            self._wait_for(task)
        try:
            request = call.request_body if call.content is None else call.content
            if self._ids.missing_in([call.path, call.query, request]):
                return RepeatedCall(call, None, "it uses an id that the service did not return")
            self._ids.add_request(request)
            response = self._send(call)
        except RecursionError:
            return RepeatedCall(call, None, "its body is nested too deeply")
        self._ids.learn(call.response_body, response.json)
        return RepeatedCall(call, response)

    def _send(self, call: JournalCall) -> ServiceResponse:
        path = self._ids.translate_text((operation_path(call.path) or call.path).lstrip("/"))
        operation = quote(path, safe="/:@!$&'()*+,;=~")
        query = f"?{self._ids.translate_text(call.query)}" if call.query else ""
        headers = {name: call.headers[name] for name in ("content-type",) if name in call.headers}
        if call.headers.get("authorization", "").startswith("bearer"):
            headers["authorization"] = f"Bearer {self._session.client.api_key}"
        body, content = None, call.content
        if content is None:
            body = self._rename_subjects(self._ids.translate_value(call.request_body))
        else:
            content = self._ids.translate(content)
        return self._session.send(
            call.method, operation + query, body=body, content=content, headers=headers
        )

    def _rename_subjects(self, value: Any, field: str = "") -> Any:
        """Replaces users and Agents by new ones, so that no existing memories are changed."""
        if isinstance(value, dict):
            return {name: self._rename_subjects(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._rename_subjects(item, field) for item in value]
        if not isinstance(value, str) or field not in SUBJECT_FIELDS:
            return value
        if not value or len(value) > MAX_SUBJECT_LENGTH:
            return value
        number = len(self._subjects) + 1
        return self._subjects.setdefault(value, f"{self._subject_prefix}-{number}")

    def _wait_for(self, task: str) -> None:
        """Waits at the service for a task that had ended in the mock."""
        service_id = self._ids.get(task)
        if service_id is None or task in self._waited:
            return
        self._waited.add(task)
        timeout = self._task_timeout
        polls = self._session.poll_until_ended(
            "get/status", timeout_seconds=timeout, task_id=service_id
        )
        if self._kinds.get(task) == "file":
            path = ("file_detail_list", 0)
            polls = self._session.poll_until_ended(
                _FILES, *path, timeout_seconds=timeout, file_ids=[service_id]
            )
        for _ in polls:
            pass  # the calls of the journal compare the status
