"""From what became of each call to rules: equal ones are one, repeated ones are stages."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.core.request_match import Match, Subject
from mock_memos.recording.drafting.known_shape import fits
from mock_memos.recording.drafting.outcomes import Outcome
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.scenario.language.rules import Then

Script = dict[str, Any]
When = dict[str, Any]
_SCALAR: Final = (str, int, float, bool)


class Case(NamedTuple):
    """One call, the operation as which a script sees it, and what becomes of it.

    With a `file`, it is about that file of an upload alone.
    """

    asked: Asked
    operation: str
    then: Outcome
    file: str = ""

    @property
    def subject(self) -> Subject:
        body = self.asked.body
        if self.file:
            named = [one for one in body.get("file") or () if one.get("name") == self.file]
            body = body | {"file": named or [{"name": self.file}]}
        return Subject.of(self.operation, body)


def scripts_of(cases: Sequence[Case]) -> list[Script]:
    """Scripts by which every call becomes what it became.

    Each has the shortest `when` that fits no call of another outcome. Calls that nothing tells
    apart are stages: the first so many become one thing, those after them another.
    """
    scripts: list[Script] = []
    for operation in dict.fromkeys(case.operation for case in cases):
        these = [case for case in cases if case.operation == operation]
        groups: dict[bytes, tuple[When, list[Case]]] = {}
        for case in these:
            when = _shortest(case, these)
            groups.setdefault(_encoded(when), (when, []))[1].append(case)
        for when, group in groups.values():
            scripts += _stages(when, group)
    return scripts


def whens(subject: Subject) -> Iterator[When]:
    """Ways to say "a request like this", each more narrow than the one before."""
    lines = subject.text.split("\n")
    base: When = {"operation": subject.operation}
    for text in dict.fromkeys((lines[-1], lines[0], subject.text)):
        if text:
            yield base | {"text": text}
    if subject.text:
        base |= {"text": subject.text}
    for name, value in (
        ("user_id", next(iter(subject.user_ids), "")),
        ("agent_id", next(iter(subject.agent_ids), "")),
        ("conversation_id", subject.conversation_id),
    ):
        if value:
            base |= {name: value}
            yield base
    yield base | ({"fields": fields} if (fields := _fields(subject.body)) else {})


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    """What a request says in plain values, besides what a match has other keys for."""
    said = {"user_id", "agent_id", "conversation_id", "query", "feedback_content"}
    return {
        name: value
        for name, value in body.items()
        if name not in said
        and "." not in name
        and all(isinstance(one, _SCALAR) for one in (value if isinstance(value, list) else [value]))
    }


def _shortest(case: Case, others: Sequence[Case]) -> When:
    when: When = {}
    for when in whens(case.subject):
        meant = fitting(when)
        if all(other.then == case.then for other in others if meant(other.subject)):
            break
    return when


def fitting(when: When) -> Callable[[Subject], bool]:
    """Whether a request is meant."""
    match = msgspec.convert(when, Match)
    return lambda subject: match.mismatch(subject) is None


def _stages(when: When, group: Sequence[Case]) -> Iterator[Script]:
    runs = [(then, len(list(run))) for then, run in groupby(group, lambda case: case.then)]
    for number, (then, count) in enumerate(runs, 1):
        if then and fits(then, Then):
            last = number == len(runs)
            yield {"when": when, "then": then} | ({} if last else {"times": count})


def _encoded(when: When) -> bytes:
    return msgspec.json.encode(when, order="sorted")
