"""The story of a recording: its calls in order, with what each of them should bring."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_memos.recording.drafting.outcomes import seconds
from mock_memos.recording.drafting.recorded_calls import Asked, texts
from mock_memos.scenario.placeholders import literal

Step = dict[str, Any]

HEADING: Final = "Recorded: "
"""How the first step of a recording begins: with its title, by which a merge finds it again."""

_TIMES: Final = {"create_time", "update_time", "created_at", "updated_at", "chat_time"}
_UNTOLD: Final = _TIMES | {"preference_note", "project_id", "skill_url", "sources"}
"""Parts of an answer that nobody waits for: they tell of the run rather than of the story."""
_USUAL: Final[dict[str, Any]] = {
    "message": "ok", "status": "activated", "confidence": 0.99, "memory_type": "WorkingMemory",
    "success": True, "event_type": "EventMemory", "conversation_id": "",
}  # fmt: skip
"""What goes without saying."""
_MAIN: Final = ("memory_detail_list", "preference_detail_list", "message_detail_list")
"""Lists of which it is told that they are empty."""
_NAMED: Final = {
    "task_id": "task", "message_id": "message", "message_ids": "message", "memory_ids": "memory",
    "conversation_id": "conversation", "profile_template_id": "template",
    "template_id": "template", "id": "id",
}  # fmt: skip
_ID_OF: Final = {
    "search/memory": "memory", "get/memory": "memory", "get/memory/{memory_id}": "memory",
    "create/knowledgebase": "base", "add/knowledgebase-file": "file",
    "get/knowledgebase-file": "file",
}  # fmt: skip
"""What the `id` of an answer identifies."""


class Story:
    """Turns calls into steps one by one, and knows which identifiers were saved."""

    def __init__(self, title: str, calls: Sequence[Asked]) -> None:
        self._title = title
        self._calls = calls
        self._saved: dict[str, str] = {}
        self._used = {
            text: asked.place
            for asked in calls
            if asked.plain
            for text in (*asked.call.split("/"), *texts(asked.body))
        }
        """Where a text is said for the last time."""
        self._said: set[str] = set()
        """What the client says by itself, so that nobody has to keep it."""

    def steps(self) -> Iterator[Step]:
        """Every step, with the moves of time between them."""
        yield {"note": HEADING + literal(self._title)}
        now = self._calls[0].moment if self._calls else 0
        for asked in self._calls:
            if asked.moment > now:
                yield {"advance": seconds(asked.moment - now)}
                now = asked.moment
            yield self._step(asked) if asked.plain else _left_out(asked)

    def _step(self, asked: Asked) -> Step:
        step: Step = {"call": self._filled(asked.call)}
        self._said |= {text for text in texts(asked.body) if text not in self._saved}
        if asked.body and asked.exchange.method == "POST":
            step["body"] = self._filled(asked.body)
        if asked.exchange.status != 200:
            step["status"] = asked.exchange.status
        ids = {
            text: place
            for text, place in _ids(asked.answer, asked.operation)
            if text not in self._said
        }
        known = dict(self._saved)
        save = {}
        for text, (path, kind) in ids.items():
            if text not in self._saved and self._used.get(text, -1) > asked.place:
                self._saved[text] = name = self._fresh(kind)
                save[name] = path
        told = dict(_told(asked.answer, set(ids)))
        if told:
            step["expect"] = literal(told, in_steps=True)
        for text, (path, _) in ids.items():
            if text in known:
                step.setdefault("expect", {})[path] = f"{{{{{known[text]}}}}}"
        return step | ({"save": save} if save else {})

    def _fresh(self, kind: str) -> str:
        count = sum(name.startswith(kind) for name in self._saved.values())
        return kind if not count else f"{kind}{count + 1}"

    def _filled(self, value: Any) -> Any:
        """A value with names in place of what was saved."""
        if isinstance(value, dict):
            return {literal(key, in_steps=True): self._filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if not isinstance(value, str):
            return value
        if value in self._saved:
            return f"{{{{{self._saved[value]}}}}}"
        start, slash, end = value.rpartition("/")
        if slash and end in self._saved:
            return f"{start}/{{{{{self._saved[end]}}}}}"
        return literal(value, in_steps=True)


def _left_out(asked: Asked) -> Step:
    exchange = asked.exchange
    return {
        "note": f"Left out: {exchange.method} {exchange.path}, answered with {exchange.status}. "
        "A step can only call an operation, with an object as its body."
    }


def _ids(value: Any, operation: str, path: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Identifiers in an answer, with the path of each and what it identifies."""
    for name, one in _items(value):
        here = f"{path}.{name}" if path else name
        kind = _NAMED.get(name)
        if kind and isinstance(one, str) and one:
            yield one, (here, _ID_OF.get(operation, "id") if kind == "id" else kind)
        elif kind and isinstance(one, list):
            for n, item in enumerate(one):
                if isinstance(item, str):
                    yield item, (f"{here}.{n}", kind)
        else:
            yield from _ids(one, operation, here)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        # A step finds its values by dotted path, so that a name with a dot leads nowhere.
        yield from ((name, one) for name, one in value.items() if "." not in name)
    elif isinstance(value, list):
        yield from ((str(n), one) for n, one in enumerate(value))


def _told(value: Any, ids: set[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """What an answer says, by dotted path, without identifiers and times."""
    for name, one in _items(value):
        here = f"{path}.{name}" if path else name
        if name in _UNTOLD or _USUAL.get(name) == one:
            continue
        if one in ([], {}) and name.endswith("_list") and name not in _MAIN:
            continue
        if isinstance(one, dict) and one:
            yield from _told(one, ids, here)
        elif isinstance(one, list) and any(isinstance(item, dict | list) for item in one):
            yield here, {"length": len(one)}
            yield from _told(one, ids, here)
        elif isinstance(one, list) and ids.intersection(texts(one)):
            yield here, {"length": len(one)}
        elif not (isinstance(one, str) and one in ids):
            yield here, one
