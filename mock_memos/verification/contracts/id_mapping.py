"""The names in a recorded call, and those that stand for them at a target.

Users and Agents get fresh names, so that nobody's memories are touched. Ids that the double gave
are replaced by those that the target gave at the same place of the same reply.
"""

from typing import Any, Final

SUBJECTS: Final = ("user_id", "user_ids", "agent_id", "related_id")
"""Fields that name users and Agents."""
LONGEST: Final = 100
"""A longer name is refused, which is what the call is about."""
LEAST: Final = 8
"""A shorter id is not looked for within texts, where it might be part of a word."""


class LostIdError(Exception):
    """A call uses an id for which the target gave none."""


class Names:
    """The names of one world, at a target."""

    def __init__(self, run: str) -> None:
        """`run` begins every fresh name."""
        self._run = run
        self._fresh: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._lost: set[str] = set()
        self._own: set[str] = set()
        """Texts that the application sent of itself: they mean the same everywhere."""

    def value(self, value: Any, field: str = "") -> Any:
        """A value of a request, with the target's names. Raises `LostIdError`."""
        if isinstance(value, dict):
            return {name: self.value(held, name) for name, held in value.items()}
        if isinstance(value, list):
            return [self.value(held, field) for held in value]
        if not isinstance(value, str):
            return value
        return self._subject(value) if field in SUBJECTS else self._id(value)

    def text(self, text: str) -> str:
        """The same for a text that may hold ids: a path, a query, a form."""
        for lost in self._lost - self._ids.keys():
            if len(lost) >= LEAST and lost in text:
                raise LostIdError(lost)
        for old, new in self._ids.items():
            text = text.replace(old, new) if len(old) >= LEAST else text
        return text

    def id(self, text: str) -> str | None:
        """What the target calls something to which the double gave this id."""
        return self._ids.get(text)

    def learn(self, mock: Any, target: Any, field: str = "") -> None:
        """Take in what both answered to the same call."""
        if isinstance(mock, dict):
            for name, held in mock.items():
                self.learn(held, target.get(name) if isinstance(target, dict) else None, name)
        elif isinstance(mock, list):
            others = target if isinstance(target, list) else []
            for place, held in enumerate(mock):
                self.learn(held, others[place] if place < len(others) else None, field)
        elif isinstance(mock, str) and _names_something(field) and mock not in self._own:
            if isinstance(target, str) and target:
                self._ids.setdefault(mock, target)
            else:
                self._lost.add(mock)

    def _subject(self, name: str) -> str:
        if not name or len(name) > LONGEST:
            return name
        return self._fresh.setdefault(name, f"{self._run}-{len(self._fresh) + 1}")

    def _id(self, text: str) -> str:
        if text in self._ids:
            return self._ids[text]
        if text in self._lost:
            raise LostIdError(text)
        self._own.add(text)
        return text


def _names_something(field: str) -> bool:
    return field not in SUBJECTS and (field == "id" or field.endswith(("_id", "_ids")))
