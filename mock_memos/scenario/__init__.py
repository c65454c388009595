"""Scenario files: what a world holds, what becomes of its requests, and a story to play.

Loading a file needs a YAML reader, which is imported only then.
"""

from collections.abc import Collection, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from mock_memos.core.records import Draft
from mock_memos.core.request_match import Subject
from mock_memos.scenario.language.document import Scenario, Step
from mock_memos.scenario.language.scripts import PARTS, Script, Search, Then
from mock_memos.scenario.language.task_plan import Course
from mock_memos.scenario.library import Shipped, find, shipped_scenarios
from mock_memos.scenario.problems import Problem, ScenarioError

__all__ = [
    "Chosen", "Course", "Problem", "Scenario", "ScenarioError", "Script", "Search", "Shipped",
    "Step", "Then", "check", "drafts", "find", "load", "read", "schema", "scripted",
    "shipped_scenarios",
]  # fmt: skip


class Chosen(NamedTuple):
    """The script that decides on a request. `key` names it, for whoever counts its uses."""

    key: str
    script: Script

    @property
    def then(self) -> Then:
        return self.script.then


def load(name_or_path: str | PathLike[str], **parameters: Any) -> Scenario:
    """A shipped scenario by its name, or a file by its path, with its parameters set.

    Raises `UsageError` for an unknown name, and `ScenarioError` with every mistake in the files.
    """
    from mock_memos.scenario import loading  # needs YAML

    return loading.load(name_or_path, parameters)


def read(text: str, *, name: str = "scenario", **parameters: Any) -> Scenario:
    """A scenario from its text, as `load` does from a file. It may include shipped ones."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.read(text, name, parameters)


def check(path: str | PathLike[str]) -> list[Problem]:
    """Every mistake in a file and in what it includes, in order; an empty list when it is good."""
    from mock_memos.scenario import loading  # needs YAML

    return loading.check(Path(path))


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    from mock_memos.scenario.language.json_schema import document_schema  # msgspec builds it slowly

    return document_schema()


def scripted(
    scenarios: Sequence[Scenario],
    subject: Subject,
    used: Mapping[str, int] | None = None,
    parts: Collection[str] = tuple(PARTS),
) -> Chosen | None:
    """The first script that fits a request and says one of `parts` about its operation.

    `used` tells how often each script was used, by its key: one that has run out is passed over.
    """
    for scenario in scenarios:
        for number, script in enumerate(scenario.scripts, 1):
            if script.when.mismatch(subject) is None and script.speaks_of(subject.operation, parts):
                key = f"{scenario.name}#{number}"
                if script.times is None or used is None or used.get(key, 0) < script.times:
                    return Chosen(key, script)
    return None


def drafts(then: Then) -> tuple[Draft, ...]:
    """The memories that a script makes of a turn, as drafts."""
    return tuple(then.drafts())
