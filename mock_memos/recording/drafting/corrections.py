"""What a draft does not do by itself: refusals, scores of a search, answers word for word."""

from collections.abc import Sequence
from typing import Any

from mock_memos.core.request_match import Subject
from mock_memos.core.service_errors import ERRORS
from mock_memos.recording.drafting.observed_memories import Sighting
from mock_memos.recording.drafting.outcomes import Outcome
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.recording.drafting.replay import Names, Played, Rehearsal
from mock_memos.recording.drafting.scripts import Case, Script, When, fitting, scripts_of, whens

Fault = dict[str, Any]


class Strikes:
    """Faults that each strike certain calls of a recording, and no others."""

    def __init__(self, calls: Sequence[Asked]) -> None:
        self._calls = [asked for asked in calls if asked.operation]
        self._struck: dict[int, Fault] = {}
        """What strikes a call, by its place."""
        self.names = Names()
        """The identifiers of the double, for those that a rule names."""

    @property
    def faults(self) -> list[Fault]:
        """The rules. Those that mean the same requests count only what the others let pass."""
        rules: list[Fault] = []
        passed: dict[int, int] = {}
        for place, what in sorted(self._struck.items()):
            asked = next(one for one in self._calls if one.place == place)
            when = _narrowest(asked.subject)
            fits = fitting(when)
            before = [one for one in self._calls if one.place < place and fits(one.subject)]
            spared = sum(one.place not in self._struck for one in before)
            last = rules[-1] if rules else None
            if last and _follows(last, what, when) and passed.get(len(rules) - 1) == spared:
                last["times"] += 1
                continue
            passed[len(rules)] = spared
            rules.append({"fault": what["fault"], "when": when, "skip": spared, "times": 1} | what)
        for rule in rules:
            if not rule["skip"]:
                del rule["skip"]
        translated: list[Fault] = self.names.translated(rules)
        return translated

    def refuse(self, one: Played) -> None:
        """Let a call be refused as it was; the operation does not happen."""
        self._struck[one.asked.place] = _refusal(one.asked)

    def keep(self, one: Played) -> None:
        """Let a call have its answer word for word, while what it does is done all the same."""
        options = _word_for_word(one.asked) | {"operation_happens": True}
        self._struck[one.asked.place] = {"fault": "status", "options": options}


def _follows(last: Fault, what: Fault, when: When) -> bool:
    return last["when"] == when and all(last.get(name) == value for name, value in what.items())


def _narrowest(subject: Subject) -> When:
    return list(whens(subject))[-1]


def _refusal(asked: Asked) -> Fault:
    row = ERRORS.get(asked.code) if isinstance(asked.code, int) else None
    standard = {"code": asked.code, "data": None, "message": asked.answer.get("message")}
    if row is None or asked.answer != standard or not isinstance(standard["message"], str):
        return {"fault": "status", "options": _word_for_word(asked)}
    options: dict[str, Any] = {"code": asked.code}
    if standard["message"] != row.message:
        options["message"] = standard["message"]
    if asked.exchange.status != row.status:
        options["status"] = asked.exchange.status
    return {"fault": "error", "options": options}


def _word_for_word(asked: Asked) -> dict[str, Any]:
    return {
        "status": asked.exchange.status,
        "content_type": asked.exchange.reply_type,
        "body": asked.exchange.reply.decode("utf-8", "replace"),
    }


def refused_otherwise(rehearsal: Rehearsal) -> list[Played]:
    """Calls that were refused and would now pass, or be refused for another reason."""
    return [one for one in rehearsal.wrong if not one.asked.good and one.asked.operation]


def ranking_of(rehearsal: Rehearsal, sightings: Sequence[Sighting]) -> list[Script]:
    """Scripts by which searches that found something else find what they found."""
    wrong = {one.asked.place for one in rehearsal.wrong}
    texts = {one.asked.body.get("query") for one in rehearsal.played if one.asked.place in wrong}
    cases = [
        Case(one.asked, "search/memory", _pins(one.asked, sightings))
        for one in rehearsal.played
        if one.asked.operation == "search/memory"
        and one.asked.good
        and one.asked.body.get("query") in texts
    ]
    return scripts_of(cases)


def _pins(asked: Asked, sightings: Sequence[Sighting]) -> Outcome:
    """The scores that a search showed; whatever it did not show has none."""
    pins = [
        {"text": one.text, "relativity": score}
        for one in sightings
        if one.asked is asked and one.text and 0 <= (score := one.item.get("relativity", -1)) <= 1
    ]
    return {"search": {"scores": pins, "relativity": 0}}
