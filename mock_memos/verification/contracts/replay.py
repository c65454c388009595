"""The calls of one recorded world, made again at a target, which is left as it was found."""

from collections.abc import Generator
from typing import Final, NamedTuple
from urllib.parse import quote

from mock_memos.core.addresses import operation_path
from mock_memos.verification.cleanup import sweep
from mock_memos.verification.contracts.id_mapping import LostIdError, Names
from mock_memos.verification.contracts.journal_file import Diary, Recorded
from mock_memos.verification.created_resources import Trace
from mock_memos.verification.service import Answer, Target
from mock_memos.verification.session import Site

_FILES: Final = "get/knowledgebase-file"


class Remade(NamedTuple):
    """A recorded call and the target's answer; or why there is none."""

    call: Recorded
    answer: Answer | None
    why: str = ""
    excused: bool = False
    """What the call stands for cannot be asked of any other service."""


class Playback:
    """One world, played again. `left` says what could not be taken away."""

    def __init__(self, target: Target, diary: Diary, run: str, *, patience: float) -> None:
        self.left: list[Trace] = []
        self._site = Site(target, run)
        self._diary = diary
        self._patience = patience
        self._names = Names(f"mock-memos-{run}")
        self._kinds = {task.task: task.kind for task in diary.tasks}
        self._waited: set[str] = set()

    def remake(self) -> Generator[Remade, None, None]:
        """Make every call that can be made, each when its result is asked for."""
        try:
            for call in self._diary.calls:
                yield self._remade(call)
        finally:
            self.left = sweep(self._site)

    def _remade(self, call: Recorded) -> Remade:
        if why := call.excuse:
            return Remade(call, None, why, excused=True)
        if call.truncated:
            return Remade(call, None, "its body was too long to be kept in the journal")
        for task in self._diary.ended_by(call):
            self._wait(task)
        try:
            answer = self._send(call)
        except LostIdError:
            return Remade(call, None, "it uses an id that the target never gave")
        except RecursionError:
            return Remade(call, None, "its body is nested too deeply")
        self._names.learn(call.response_body, answer.json)
        return Remade(call, answer)

    def _send(self, call: Recorded) -> Answer:
        names = self._names
        operation = quote(names.text(operation_at(call.path)), safe="/:@!$&'()*+,;=~")
        query = f"?{names.text(call.query)}" if call.query else ""
        headers = {name: call.headers[name] for name in ("content-type",) if name in call.headers}
        if call.headers.get("authorization", "").startswith("bearer"):
            headers["authorization"] = f"Bearer {self._site.target.api_key}"
        body, content = None, call.content
        if content is None:
            body = names.value(call.request_body)
        else:
            content = names.text(content.decode("latin-1")).encode("latin-1")
        return self._site.send(
            call.method, operation + query, body=body, content=content, headers=headers
        )

    def _wait(self, task: str) -> None:
        """Wait at the target for a task that had ended in the double."""
        theirs = self._names.id(task)
        if theirs is None or task in self._waited:
            return
        self._waited.add(task)
        polls = self._site.follow("get/status", within=self._patience, task_id=theirs)
        if self._kinds.get(task) == "file":
            where = ("file_detail_list", 0)
            polls = self._site.follow(_FILES, *where, within=self._patience, file_ids=[theirs])
        for _ in polls:
            pass  # what it says is the business of the calls of the journal


def operation_at(path: str) -> str:
    """What was asked for, of a path in a journal: `add/message`."""
    return (operation_path(path) or path).lstrip("/")
