"""The calls of one recorded world, made again at a target, which is left as it was found."""

from collections.abc import Generator
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from mock_memos.routes import PREFIXES
from mock_memos.verify.journey import ENDS, GONE
from mock_memos.verify.names import LostIdError, Names
from mock_memos.verify.recorded import Diary, Recorded
from mock_memos.verify.target import Answer, Target

SETTLES: Final = 10.0
"""Seconds after which what a chat wrote is thought to be there: nobody can ask about its task."""
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
        self.left: list[str] = []
        self._target = target
        self._diary = diary
        self._patience = patience
        self._names = Names(run)
        self._kinds = {task.task: task.kind for task in diary.tasks}
        self._waited: set[str] = set()
        self._running: list[str] = []
        self._chatted = False
        self._undo: list[tuple[str, str, dict[str, Any]]] = []

    def remake(self) -> Generator[Remade, None, None]:
        """Make every call that can be made, each when its result is asked for."""
        try:
            for call in self._diary.calls:
                yield self._remade(call)
        finally:
            self._leave()

    def _remade(self, call: Recorded) -> Remade:
        if why := _excuse(call):
            return Remade(call, None, why, excused=True)
        if call.cut:
            return Remade(call, None, "its body was too long to be kept in the journal")
        for task in self._diary.ended_by(call):
            self._wait(task)
        try:
            answer = self._send(call)
        except LostIdError:
            return Remade(call, None, "it uses an id that the target never gave")
        except RecursionError:
            return Remade(call, None, "its body is nested too deeply")
        self._names.learn(call.reply, answer.json)
        self._remember(call, answer)
        return Remade(call, answer)

    def _send(self, call: Recorded) -> Answer:
        names = self._names
        operation = quote(names.text(below(call.path)), safe="/:@!$&'()*+,;=~")
        query = f"?{names.text(call.query)}" if call.query else ""
        headers = {name: call.headers[name] for name in ("content-type",) if name in call.headers}
        if call.headers.get("authorization", "").startswith("bearer"):
            headers["authorization"] = f"Bearer {self._target.api_key}"
        body, content = None, call.content
        if content is None:
            body = names.value(call.request)
        else:
            content = names.text(content.decode("latin-1")).encode("latin-1")
        return self._target.send(
            call.method, operation + query, body=body, content=content, headers=headers
        )

    # --- time ---

    def _wait(self, task: str) -> None:
        """Wait at the target for a task that had ended in the double."""
        theirs = self._names.id(task)
        if theirs is None or task in self._waited:
            return
        self._waited.add(task)
        if self._kinds.get(task) == "file":
            self._poll(_FILES, ("file_detail_list", 0, "status"), file_ids=[theirs])
        else:
            self._poll("get/status", ("status",), task_id=theirs)
            if theirs in self._running:
                self._running.remove(theirs)

    def _poll(self, operation: str, where: tuple[str | int, ...], **fields: Any) -> None:
        for answer in self._target.polls(operation, within=self._patience, **fields):
            status = answer.at(*where) or answer.at(0, "status")  # the legacy shape
            if answer.code != 0 or status in ENDS:
                return

    # --- leaving no trace ---

    def _remember(self, call: Recorded, answer: Answer) -> None:
        """How to take away what a call made."""
        self._chatted |= call.operation == "chat"
        task, base = answer.at("task_id"), answer.at("id")
        template = answer.at("profile_template_id")
        if call.operation in ("add/message", "add/feedback") and isinstance(task, str):
            self._running.append(task)
        elif call.operation == "create/knowledgebase" and isinstance(base, str):
            fields = {"knowledgebase_id": base, "delete_all": True}
            self._undo.append(("a knowledge base", "delete/knowledgebase", fields))
        elif call.operation == "add/profile_template" and isinstance(template, str):
            fields = {"profile_template_id": template}
            self._undo.append(("a template", "delete/profile_template", fields))

    def _leave(self) -> None:
        while self._running:  # a running task would write after its user was deleted
            self._poll("get/status", ("status",), task_id=self._running.pop())
        if self._chatted:
            self._target.pause(SETTLES)
        subjects = [("user_id", name) for name in sorted(self._names.users)]
        subjects += [("agent_id", name) for name in sorted(self._names.agents)]
        for field, name in subjects:
            self._undo.append((f"the memories of {name}", "delete/memory", {field: name}))
        for what, operation, fields in reversed(self._undo):
            if self._target.post(operation, **fields).code not in GONE:
                self.left.append(f"{what} ({operation} was refused)")


def below(path: str) -> str:
    """A path below the base address."""
    for prefix in PREFIXES:
        if path.startswith(prefix):
            return path.removeprefix(prefix).lstrip("/")
    return path.lstrip("/")


def _excuse(call: Recorded) -> str:
    """Why nobody expects another service to answer a call like the double did."""
    if call.fault:
        return f"the double was told to answer with the fault {call.fault!r}"
    if call.unexpected or not call.operation:
        return "it reached no operation of the API"
    return ""
