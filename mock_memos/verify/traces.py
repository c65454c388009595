"""What a run makes at the target: noted before each call, so that it can be deleted, or named."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from mock_memos.verify.target import Answer

WRITES: Final = ("add/message", "add/feedback", "chat")
MAKERS: Final = {
    "create/knowledgebase": ("knowledgebase_name", "id"),
    "add/profile_template": ("name", "profile_template_id"),
}
"""Operations that make something with an id of the service's: the field with our name for it, and
the field of the answer with the id."""

UNKNOWN: Final = "<id>"
"""Where an id would stand that we never read: the call that made it was broken off."""


class Trace(msgspec.Struct, frozen=True):
    """One thing that this run made, and the call that deletes it."""

    what: str
    operation: str
    body: dict[str, Any]

    @property
    def call(self) -> str:
        """The call as one would type it. The key is not in it."""
        body = json.dumps(self.body, ensure_ascii=False).replace("'", "'\\''")
        return (
            f'curl "$MEMOS_BASE_URL/{self.operation}" '
            f"-H \"Authorization: Token $MEMOS_API_KEY\" -d '{body}'"
        )


class Traces:
    """Everything that this run made and did not delete, and the tasks that are still under way."""

    def __init__(self, run: str) -> None:
        self._prefix = f"verify-{run}-"
        self._made: dict[str, Trace] = {}
        self.tasks: dict[str, tuple[str, ...]] = {}
        """Tasks that have not ended, each with what it writes to."""
        self.unseen: dict[str, None] = {}
        """Users to whom a task may write that nobody can ask about: of a chat, or of a call that
        was broken off."""

    def name(self, short: str) -> str:
        """An id of this run."""
        return self._prefix + short

    @property
    def all(self) -> list[Trace]:
        """What was made, the newest first."""
        return list(self._made.values())[::-1]

    def drop(self, trace: Trace) -> None:
        """It is gone."""
        self._made.pop(trace.what, None)

    @contextmanager
    def watch(self, operation: str, body: Any) -> Iterator[Callable[[Answer], None]]:
        """Watch one call: what it may make counts as made before it is sent."""
        fields = body if isinstance(body, dict) else {}
        made = [one for one in _makes(operation, fields) if one.what not in self._made]
        self._made |= {one.what: one for one in made}
        told = False

        def note(answer: Answer) -> None:
            nonlocal told
            told = isinstance(answer.code, int)
            if answer.code == 0:
                self._note(operation, fields, answer)
            elif told:
                for one in made:
                    self.drop(one)

        try:
            yield note
        finally:
            if not told and operation in WRITES:
                self._lost_sight(operation, fields)

    def _note(self, operation: str, fields: dict[str, Any], answer: Answer) -> None:
        """A call was a success."""
        if operation in MAKERS:
            ours, theirs = MAKERS[operation]
            if isinstance(found := answer.at(theirs), str):
                unread = f"{_kind(operation)} {fields.get(ours)!r}"
                self._made.pop(unread, None)
                trace = _known(operation, found)
                self._made[trace.what] = trace
        elif operation in WRITES:
            self._began(operation, fields, answer)
        elif operation == "get/status":
            status = answer.at("status") or answer.at(0, "status")  # a list in older services
            if status in ("completed", "failed"):
                self.tasks.pop(fields.get("task_id", ""), None)
        elif operation in ("delete/knowledgebase", "delete/profile_template"):
            self._deleted(operation, fields)

    def _began(self, operation: str, fields: dict[str, Any], answer: Answer) -> None:
        task = answer.at("task_id")
        if isinstance(task, str) and answer.at("status") != "completed":
            self.tasks[task] = tuple(one.what for one in _makes(operation, fields))
        elif operation == "chat":
            self._lost_sight(operation, fields)

    def _lost_sight(self, operation: str, fields: dict[str, Any]) -> None:
        for one in _makes(operation, fields):
            if "user_id" in one.body:
                self.unseen[one.body["user_id"]] = None

    def _deleted(self, operation: str, fields: dict[str, Any]) -> None:
        for trace in self.all:
            if trace.operation == operation and trace.body.items() <= fields.items():
                self.drop(trace)


def _makes(operation: str, fields: dict[str, Any]) -> Iterator[Trace]:
    """What a call may make, as far as it is known before the answer."""
    if operation in MAKERS:
        ours, _ = MAKERS[operation]
        if isinstance(name := fields.get(ours), str):
            unread = _known(operation, UNKNOWN)
            yield Trace(f"{_kind(operation)} {name!r}", unread.operation, unread.body)
    elif operation in WRITES and fields.get("add_message_on_answer") is not False:
        for field, what in (("user_id", "user"), ("agent_id", "Agent")):
            ids = fields.get(field) or []
            for one in [ids] if isinstance(ids, str) else ids:
                if isinstance(one, str):
                    yield Trace(f"{what} {one}", "delete/memory", {field: one})


def _known(operation: str, found: str) -> Trace:
    if operation == "create/knowledgebase":
        body = {"knowledgebase_id": found, "delete_all": True}
        return Trace(f"knowledge base {found}", "delete/knowledgebase", body)
    return Trace(f"template {found}", "delete/profile_template", {"profile_template_id": found})


def _kind(operation: str) -> str:
    return "knowledge base" if operation == "create/knowledgebase" else "template"
