"""From a recording to a scenario that plays it: drafted, rehearsed, repaired, rehearsed again."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mock_memos import scenario
from mock_memos.core.clock import to_iso
from mock_memos.recording.drafting import corrections, outcomes
from mock_memos.recording.drafting.detected_settings import settings_of
from mock_memos.recording.drafting.initial_state import given_of
from mock_memos.recording.drafting.observed_memories import Sighting, seen
from mock_memos.recording.drafting.recorded_calls import Asked, understood
from mock_memos.recording.drafting.replay import Names, Rehearsal, rehearse
from mock_memos.recording.drafting.scripts import Case, Script, scripts_of
from mock_memos.recording.drafting.steps import Story
from mock_memos.recording.drafting.turns import given_to, turns_of
from mock_memos.recording.drafting.uploads import cases_of, uploads_of
from mock_memos.recording.exchange import Exchange
from mock_memos.scenario.placeholders import literal
from mock_memos.scenario.yaml_writer import written

Document = dict[str, Any]


class Composed(NamedTuple):
    """A scenario as plain values, and how well it plays what was recorded."""

    document: Document
    rehearsal: Rehearsal

    @property
    def kept(self) -> int:
        """How many answers stand in it word for word, as faults."""
        faults = self.document.get("faults", ())
        return sum(one["times"] for one in faults if one["options"].get("operation_happens"))

    @property
    def text(self) -> str:
        """The file."""
        return written(self.document)


def compose(exchanges: Sequence[Exchange], title: str = "A recorded session") -> Composed:
    """The scenario of a recording."""
    draft = Draft(understood(exchanges), title)
    for mend in (draft.refuse, draft.rank, draft.keep, draft.keep):
        rehearsal = draft.rehearse()
        if not rehearsal.wrong:
            break
        mend(rehearsal)
    else:
        rehearsal = draft.rehearse()
    return Composed(draft.document, rehearsal)


class Draft:
    """A scenario in the making."""

    def __init__(self, calls: Sequence[Asked], title: str) -> None:
        self._calls = calls
        self._sightings: list[Sighting] = seen(calls)
        self._title = title
        self._given, self._scripts = _drafted(calls, self._sightings)
        self._ranking: list[Script] = []
        self._strikes = corrections.Strikes(calls)
        self._names: Names | None = None

    @property
    def document(self) -> Document:
        """The whole file as plain values."""
        return self.stage | {"steps": list(Story(self._title, self._calls).steps())}

    @property
    def stage(self) -> Document:
        """Everything but the story."""
        settings = settings_of(self._calls, self._sightings)
        if self._calls:
            settings = {"start_time": to_iso(self._calls[0].moment)} | settings
        parts: Document = {
            "version": 1,
            "title": literal(self._title),
            "settings": settings,
            "given": literal(self._given),
            "rules": literal([*self._scripts, *self._ranking]),
            "faults": literal(self._strikes.faults),
        }
        return {name: value for name, value in parts.items() if value}

    def rehearse(self) -> Rehearsal:
        """Play it, as a file that was written and read."""
        return rehearse(scenario.read(written(self.stage)), self._calls, self._names)

    def refuse(self, rehearsal: Rehearsal) -> None:
        """Refuse what was refused."""
        self._strikes.names = rehearsal.names
        for one in corrections.refused_otherwise(rehearsal):
            self._strikes.refuse(one)

    def rank(self, rehearsal: Rehearsal) -> None:
        """Give searches the scores that they had."""
        self._strikes.names = rehearsal.names
        self._ranking = corrections.ranking_of(rehearsal, self._sightings)

    def keep(self, rehearsal: Rehearsal) -> None:
        """Keep word for word what is still not the same."""
        self._names = self._strikes.names = rehearsal.names  # what is kept has these in it
        for one in rehearsal.wrong:
            if one.asked.operation:
                self._strikes.keep(one)


def _drafted(
    calls: Sequence[Asked], sightings: Sequence[Sighting]
) -> tuple[dict[str, Any], list[Script]]:
    """What was there before, and what became of each call."""
    turns = turns_of(calls, sightings)
    left = given_to(turns, sightings)
    topics = outcomes.topics_of(turns, left)
    cases = []
    for turn in turns:
        if turn.asked.operation == "add/feedback":
            outcomes.note_feedback_due(turn, sightings)
            then = outcomes.of_feedback(turn, sightings)
            cases.append(Case(turn.asked, "add/feedback", then))
        else:
            cases.append(Case(turn.asked, "add/message", outcomes.of_turn(turn, topics)))
    cases += [
        Case(asked, asked.operation, _ANSWERS[asked.operation](asked))
        for asked in calls
        if asked.good and asked.operation in _ANSWERS
    ]
    cases += cases_of(uploads_of(calls), left)
    return given_of(calls, left, sightings, topics), scripts_of(cases)


_ANSWERS: dict[str, Callable[[Asked], outcomes.Outcome]] = {
    "chat": outcomes.of_chat,
    "rerank": outcomes.of_rerank,
    "extract/memory": outcomes.of_extraction,
}
