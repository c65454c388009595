"""From recorded exchanges to the text of a scenario."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.core.text import pluralize
from mock_memos.recording.draft import draft_given, draft_rules, draft_settings, score_rules
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.literal_answers import FaultRules
from mock_memos.recording.recorded_calls import RecordedCall, parse_calls
from mock_memos.recording.replay import ScenarioReplay, replay
from mock_memos.recording.steps import StepWriter
from mock_memos.scenario.placeholders import escape
from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import to_yaml, value_to_yaml


class ComposedScenario(NamedTuple):
    """A scenario and how well it replays the recording."""

    document: dict[str, Any]
    calls: list[RecordedCall]
    literal_calls: list[list[int]]
    """For each fault, the indices of the calls that it answers word for word."""
    mismatches: list[RecordedCall]

    def to_yaml(self, *, compact: bool = False) -> str:
        """Returns the file, with a comment at each answer that is kept word for word."""
        count = sum(map(len, self.literal_calls))
        header = (
            f"# {pluralize(len(self.calls), 'call')} recorded, "
            f"{pluralize(count, 'answer')} kept word for word\n"
        )
        text = value_to_yaml(self.document) if compact else to_yaml(self.document)
        head, section, rest = text.partition("\nfaults:\n")
        marks = iter(self.literal_calls)

        def mark(match: re.Match[str]) -> str:
            numbers = ", ".join(str(index + 1) for index in next(marks))
            return f"{match[0]}  # call {numbers}, word for word" if numbers else match[0]

        pattern = re.compile(r"^  - fault: \w+$", re.MULTILINE)
        return header + head + section + pattern.sub(mark, rest, count=len(self.literal_calls))

    def replay_merged(self, text: str, time_tolerance_ms: int = 0) -> "ComposedScenario":
        """Returns this scenario with the mismatches of its steps in the file it was merged into."""
        merged = YamlSource(text).value | {"steps": self.document["steps"]}
        result = replay(scenario.read(to_yaml(merged)), self.calls, time_tolerance_ms)
        return self._replace(mismatches=result.mismatches)

    def summary(self) -> Iterator[str]:
        """Yields lines for people."""
        steps = sum(call.is_step for call in self.calls)
        yield f"{steps - len(self.mismatches)} of {steps} answers are replayed as recorded"
        if count := sum(map(len, self.literal_calls)):
            yield f"kept word for word: {pluralize(count, 'answer')}"
        if left_out := len(self.calls) - steps:
            yield f"left out: {pluralize(left_out, 'call')} that no step can make"
        for call in self.mismatches:
            yield f"not as recorded: call {call.index + 1}, {call.exchange.path}"


def compose(
    exchanges: Sequence[RecordedExchange],
    title: str = "A recorded session",
    time_tolerance_ms: int = 0,
) -> ComposedScenario:
    """Drafts a scenario, replays it, and keeps word for word what the draft answers otherwise.

    Raises `UsageError` if no step could be checked.
    """
    calls = parse_calls(exchanges)
    faults = FaultRules(calls)
    parts: dict[str, Any] = {
        "version": 1,
        "title": title,
        "settings": draft_settings(calls),
        "given": draft_given(calls),
        "rules": draft_rules(calls),
        "faults": [],
    }
    steps = list(StepWriter(title, calls).steps())
    if not any(step.get("expect") for step in steps):
        raise UsageError(
            "The recording has no call that a scenario can check.\n"
            "Record at least one operation of the API."
        )

    def document() -> dict[str, Any]:
        drafted = {name: escape(part) for name, part in parts.items() if part}
        return drafted | {"steps": steps}

    def attempt() -> ScenarioReplay:
        result = replay(scenario.read(to_yaml(document())), calls, time_tolerance_ms)
        faults.id_map = result.id_map
        return result

    result = attempt()
    if result.mismatches:
        parts["rules"] = [*score_rules(calls, result.mismatches), *parts["rules"]]
        for call in result.mismatches:
            if not call.is_success:
                faults.refuse(call)
        parts["faults"] = faults.rules
        result = attempt()
    for _ in range(2):  # a kept answer may change what a later call is answered
        if not result.mismatches:
            break
        for call in result.mismatches:
            faults.keep(call)
        parts["faults"] = faults.rules
        result = attempt()
    return ComposedScenario(document(), calls, faults.literal_calls, result.mismatches)
