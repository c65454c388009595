"""What a run makes at the target: noted before each call, so that it can be deleted, or named."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from mock_memos.verification.service import Answer

WRITES: Final = ("add/message", "add/feedback", "chat")
MAKERS: Final = {
    "create/knowledgebase": ("knowledgebase_name", "id"),
    "add/profile_template": ("name", "profile_template_id"),
}
"""Operations that make something with an id of the service's: the field with our name for it, and
the field of the answer with the id."""

BINDS: Final = "bind/profile_template"
SUBJECTS: Final = {"user_id": "user", "agent_id": "Agent"}
"""Whose memories and profiles there are."""

ENDS: Final = ("completed", "failed")
"""How a task ends."""

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

    def __init__(self) -> None:
        self._made: dict[str, Trace] = {}
        self.tasks: dict[str, tuple[str, ...]] = {}
        """Tasks that have not ended, each with what it writes to."""
        self.unseen: dict[str, None] = {}
        """Users to whom a task may write that nobody can ask about: of a chat, or of a call that
        was broken off."""

    @property
    def all(self) -> list[Trace]:
        """What was made, the newest first."""
        return list(self._made.values())[::-1]

    @property
    def busy(self) -> set[str]:
        """What tasks that have not ended write to: it is not gone when it was deleted."""
        return {what for written in self.tasks.values() for what in written}

    def keep(self, trace: Trace) -> None:
        """It was made."""
        self._made[trace.what] = trace

    def drop(self, trace: Trace) -> None:
        """It is gone."""
        self._made.pop(trace.what, None)

    @contextmanager
    def watch(self, operation: str, body: Any) -> Iterator[Callable[[Answer], None]]:
        """Watch one call: what it may make counts as made before it is sent."""
        operation = operation.partition("?")[0]
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
                self.keep(known(operation, found))
        elif operation in WRITES:
            self._began(operation, fields, answer)
        elif operation == "get/status":
            if answer.state() in ENDS:
                self.tasks.pop(fields.get("task_id", ""), None)
        elif operation.startswith("delete/"):
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
            done = trace.operation == operation and trace.body.items() <= fields.items()
            waits = trace.what in self.busy or trace.body.get("user_id") in self.unseen
            if done and not waits:
                self.drop(trace)


def named(left: Iterable[Trace]) -> Iterator[str]:
    """What a run left, in lines: each with the call that deletes it."""
    for number, trace in enumerate(left):
        if not number:
            yield "This run could not delete what it made; these calls do:"
        yield f"  {trace.what}"
        yield f"    {trace.call}"


def as_objects(left: Iterable[Trace]) -> list[dict[str, str]]:
    """The same for programs."""
    return [{"what": one.what, "call": one.call} for one in left]


def _makes(operation: str, fields: dict[str, Any]) -> Iterator[Trace]:
    """What a call may make, as far as it is known before the answer."""
    if operation in MAKERS:
        ours, _ = MAKERS[operation]
        if isinstance(name := fields.get(ours), str):
            unread = known(operation, UNKNOWN)
            yield Trace(f"{_kind(operation)} {name!r}", unread.operation, unread.body)
    elif operation == BINDS:
        yield from _profiles(fields.get("bind_list"))
    elif operation in WRITES and fields.get("add_message_on_answer") is not False:
        for field, what in SUBJECTS.items():
            ids = fields.get(field) or []
            for one in [ids] if isinstance(ids, str) else ids:
                if isinstance(one, str):
                    yield Trace(f"{what} {one}", "delete/memory", {field: one})


def _profiles(bindings: Any) -> Iterator[Trace]:
    for one in bindings if isinstance(bindings, list) else []:
        if isinstance(one, dict) and all(isinstance(said, str) for said in one.values()):
            whose = " and ".join(said for field, said in one.items() if field in SUBJECTS)
            template = one.get("profile_template_id")
            yield Trace(f"profile of {whose} in {template}", "delete/profile", one)


def known(operation: str, found: str) -> Trace:
    """What such an operation made, by its id."""
    if operation == "create/knowledgebase":
        body = {"knowledgebase_id": found, "delete_all": True}
        return Trace(f"knowledge base {found}", "delete/knowledgebase", body)
    return Trace(f"template {found}", "delete/profile_template", {"profile_template_id": found})


def _kind(operation: str) -> str:
    return "knowledge base" if operation == "create/knowledgebase" else "template"
