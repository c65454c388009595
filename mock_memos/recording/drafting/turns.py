"""What the writing calls of a recording became: which memories, when, and to which end."""

from collections.abc import Sequence
from typing import Any, Final

from mock_memos.core.records import View
from mock_memos.recording.drafting.observed_memories import KEYS, Entry, Sighting
from mock_memos.recording.drafting.recorded_calls import Asked

_WRITES: Final = ("add/message", "add/feedback", "chat")


class Turn:
    """One accepted call that became memories, as far as the recording tells."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        data = asked.data if isinstance(asked.data, dict) else {}
        self.task_id = str(data.get("task_id") or "")
        self.at_once = data.get("status") == "completed"
        self.conversation = asked.subject.conversation_id
        self.polls: list[Asked] = []
        self.lost = False
        """Whether get/status did not know the task."""
        self.due: int | None = None
        self.rough: int | None = None
        """When its fast memory was made."""
        self.made: dict[View, list[tuple[str, Entry | None]]] = {}
        """By view, each memory's id and what it says; None when that was never shown."""

    @property
    def moment(self) -> int:
        return self.asked.moment

    @property
    def last(self) -> Asked | None:
        """The poll that tells how it ended, if one does."""
        return next((one for one in self.polls if _status(one) != "running"), None)

    @property
    def end(self) -> str:
        """Its last known status."""
        if self.at_once:
            return "completed"
        last = self.last or (self.polls[-1] if self.polls else None)
        return _status(last) if last else ""

    @property
    def window(self) -> tuple[int, int | None]:
        """After which moment, and until which, it ended."""
        if self.at_once:
            return self.moment - 1, self.moment + self.asked.exchange.duration
        running = [one.moment for one in self.polls if _status(one) == "running"]
        return max(running, default=self.moment - 1), self.last.moment if self.last else None

    @property
    def views(self) -> dict[View, list[str]]:
        """The ids that its end touched, as get/status lists them; of a profile as well."""
        told = self._told.items()
        return {view: one.get("memory_ids", []) for view, one in told if isinstance(one, dict)}

    @property
    def listed(self) -> list[tuple[View, str]]:
        """The same one by one."""
        return [(view, memory_id) for view, ids in self.views.items() for memory_id in ids]

    def count(self, name: str) -> int:
        """How many memories get/status counts as `added`, `updated` or `deleted`."""
        count = self._told.get(name)
        return count if isinstance(count, int) else 0

    @property
    def _told(self) -> dict[Any, Any]:
        return (_first(self.last) if self.last else {}).get("memory_views") or {}

    @property
    def settled(self) -> bool:
        """Whether get/status told everything that it made."""
        return self.last is not None

    def may_own(self, one: Sighting) -> bool:
        """Whether a memory that somebody sees can be of this turn."""
        if self.asked.body.get("allow_public") or not one.asked.users:
            return True
        return not set(self.asked.users).isdisjoint(one.asked.users)

    def ended_by(self, moment: int) -> bool:
        """Whether it can have ended at this moment."""
        after, until = self.window
        return after < moment and (until is None or moment <= until)


def turns_of(calls: Sequence[Asked], sightings: Sequence[Sighting]) -> list[Turn]:
    """Every turn of a recording, with what it became."""
    turns = [Turn(asked) for asked in calls if asked.good and asked.operation in _WRITES]
    tasks = {turn.task_id: turn for turn in turns if turn.task_id}
    for asked in calls:
        if asked.operation == "get/status" and (turn := tasks.get(asked.body.get("task_id", ""))):
            turn.lost = turn.lost or not asked.good
            if asked.good:
                turn.polls.append(asked)
    for turn in turns:
        _listed(turn, sightings)
    for sighting in sightings:
        if sighting.fast:
            _note_rough(turns, sighting)
    return turns


def _first(asked: Asked) -> dict[str, Any]:
    """What get/status answered, in either shape."""
    data = asked.data
    if isinstance(data, list):
        data = data[0] if data else {}
    return data if isinstance(data, dict) else {}


def _status(asked: Asked) -> str:
    return str(_first(asked).get("status", ""))


def _listed(turn: Turn, sightings: Sequence[Sighting]) -> None:
    """What get/status says that a turn made; of several users' copies, one for all."""
    if turn.asked.operation == "add/feedback":
        return
    for view, ids in turn.views.items():
        if view not in KEYS:
            continue
        people = len(turn.asked.users) or 1
        size = len(ids) // people if len(ids) % people == 0 else len(ids)
        for first in range(size):
            copies = ids[first::size]
            shown = next(filter(None, (_version(turn, one, sightings) for one in copies)), None)
            turn.made.setdefault(view, []).append((copies[0], shown.entry if shown else None))
            if shown:
                _note_due(turn, shown)


def _version(turn: Turn, memory_id: str, sightings: Sequence[Sighting]) -> Sighting | None:
    """A memory as this turn left it, or as near to that as it was shown."""
    later = [
        one
        for one in sightings
        if one.id == memory_id and not one.fast and one.asked.place > turn.asked.place
    ]
    exact = [one for one in later if one.updated is not None and turn.ended_by(one.updated)]
    return next((one for one in (*exact, *later) if one.of_all), next(iter(exact or later), None))


def _note_due(turn: Turn, shown: Sighting) -> None:
    for moment in (shown.updated, shown.created):
        if moment is not None and moment >= turn.moment and turn.ended_by(moment):
            turn.due = max(turn.due or moment, moment)
            return


def _note_rough(turns: Sequence[Turn], sighting: Sighting) -> None:
    """The turn whose words a fast memory holds, the latest before it."""
    value, moment = str(sighting.item.get("memory_value")), sighting.created
    if moment is None:
        return
    for turn in reversed(turns):
        if (
            turn.asked.operation != "add/feedback"
            and turn.moment <= moment
            and turn.conversation in ("", sighting.conversation)
            and turn.may_own(sighting)
            and (lines := turn.asked.subject.text.splitlines())
            and all(line in value for line in lines)
        ):
            turn.rough = moment
            return


def given_to(turns: Sequence[Turn], sightings: Sequence[Sighting]) -> list[Sighting]:
    """Give memories that get/status does not list to the turns that can have made them.

    Gives those that none can have made, each as it was first shown.
    """
    left: dict[str, Sighting] = {}
    known: set[tuple[str, str]] = set()
    for one in sightings:
        version = (one.id, str(one.entry))
        if one.fast or version in known:
            continue
        known.add(version)
        turn = _maker(turns, one)
        if turn is not None:
            made = turn.made.setdefault(one.view, [])
            if one.entry not in [entry for _, entry in made]:
                made.append((one.id, one.entry))
            turn.due = one.updated
        elif not any(_made(turn, one) for turn in turns):
            left.setdefault(one.id, one)
    return list(left.values())


def _lists(turn: Turn, one: Sighting) -> bool:
    return any(one.id in ids for ids in turn.views.values())


def _made(turn: Turn, one: Sighting) -> bool:
    """Whether a turn lists a memory, and can have made it."""
    later = one.created is None or one.created >= turn.moment
    return later and one.asked.place > turn.asked.place and _lists(turn, one)


def _maker(turns: Sequence[Turn], one: Sighting) -> Turn | None:
    """The turn that made a memory, or rewrote it: the latest that can have."""
    moment = one.updated
    if moment is None or any(_lists(turn, one) and turn.ended_by(moment) for turn in turns):
        return None
    for turn in reversed(turns):
        if (
            turn.asked.operation != "add/feedback"
            and turn.asked.place < one.asked.place
            and not turn.settled
            and turn.moment <= moment
            and turn.due in (None, moment)
            and turn.ended_by(moment)
            and turn.conversation in ("", one.conversation)
            and turn.may_own(one)
        ):
            return turn
    return None
