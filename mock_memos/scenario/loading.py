"""From files to a scenario: read, fill in parameters, check everything, follow includes."""

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mock_memos.core.conversion import Validator, ValuePath
from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values
from mock_memos.scenario import library
from mock_memos.scenario.language.document import Scenario, ScenarioDocument
from mock_memos.scenario.placeholders import fill, never_saved, unknown_parameters
from mock_memos.scenario.problems import ScenarioError, ScenarioProblem
from mock_memos.scenario.yaml_reader import START, YamlSource


class Origin(NamedTuple):
    """Where a text comes from. One that was not read from a file has no path."""

    name: str
    path: Path | None = None

    @property
    def file(self) -> str:
        """What problems call it."""
        return str(self.path) if self.path else self.name

    def text(self) -> str:
        """The text of the file. Raises `UsageError` when it cannot be read."""
        assert self.path is not None
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError as problem:
            raise UsageError(f"{self.file} cannot be read: {problem.strerror}") from None
        except UnicodeDecodeError as problem:
            raise UsageError(f"{self.file} cannot be read: {problem}") from None

    def beside(self, other: str) -> "Origin":
        """What this file means by another's name: a shipped one, or one in its own folder."""
        if library.is_name(other):
            return Origin(other, library.find(other))
        if self.path is None:
            raise UsageError(f"{other!r}: only shipped scenarios can be included here")
        target = self.path.parent / other
        if not target.resolve().is_relative_to(self.path.resolve().parent):
            raise UsageError(f"{other!r} lies outside the folder of this file")
        if not target.is_file():
            raise UsageError(f"there is no file {other!r} beside this one")
        return Origin(str(target), target)


def load(name_or_path: str | PathLike[str], parameters: Mapping[str, Any]) -> Scenario:
    """A scenario by name or path. Raises `UsageError` or `ScenarioError`."""
    text = fspath(name_or_path)
    if isinstance(name_or_path, str) and library.is_name(text):
        origin = Origin(text, library.find(text))
    else:
        origin = Origin(text, Path(text))
    return _whole(origin, origin.text(), parameters)


def read(text: str, name: str, parameters: Mapping[str, Any]) -> Scenario:
    """A scenario from its text. Raises `ScenarioError`."""
    return _whole(Origin(name), text, parameters)


def check(path: Path) -> list[ScenarioProblem]:
    """Every mistake in a file and in what it includes."""
    try:
        load(path, {})
    except ScenarioError as error:
        return list(error.problems)
    except UsageError as problem:
        return [ScenarioProblem(str(path), *START, str(problem))]
    return []


def _whole(origin: Origin, text: str, parameters: Mapping[str, Any]) -> Scenario:
    piece = _Piece(origin, text)
    known = piece.parameters
    for name in parameters:
        if name not in known:
            raise UsageError(f"{origin.file} has no parameter {name!r}{known_values(name, known)}")
    scenario = piece.joined(parameters, ())
    if piece.problems:
        raise ScenarioError(list(dict.fromkeys(piece.problems)))
    assert scenario is not None  # there would be problems
    return scenario


class _Piece:
    """One file, what it includes, and the problems of both."""

    def __init__(self, origin: Origin, text: str) -> None:
        self._origin = origin
        self._source = YamlSource(text)
        self._validator = Validator(self._source)
        raw = self._source.value
        found = raw.get("parameters") if isinstance(raw, dict) else None
        self.parameters: dict[str, Any] = found if isinstance(found, dict) else {}
        """The parameters of this file with their defaults."""
        self.problems: list[ScenarioProblem] = []

    def joined(self, given: Mapping[str, Any], within: tuple[Path, ...]) -> Scenario | None:
        """The scenario, unless there are problems. `within` are the files that include this one."""
        raw = self._checked(given)
        others = self._included(raw, given, within)
        mistakes = sorted([*self._source.mistakes, *self._validator.mistakes])
        own = [ScenarioProblem(self._origin.file, *place, message) for place, message in mistakes]
        self.problems = own + self.problems
        if self.problems:
            return None
        return _together(self._origin.name, msgspec.convert(raw, ScenarioDocument), others)

    def _checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values with their parameters filled in; what is wrong with them is noted."""
        raw = self._source.value
        if not isinstance(raw, dict):
            if not self._source.mistakes:
                self._validator.add((), "a scenario is expected: keys such as version and title")
            return {}
        values = self._values(given)
        texts = {key: value for key, value in raw.items() if key != "parameters"}
        self._note(unknown_parameters(texts, values))
        filled: dict[str, Any] = raw | fill(texts, values)
        self._source.rename(lambda key: str(fill(key, values)))
        self._validator.check(filled, ScenarioDocument)
        self._note(never_saved(filled.get("steps")))
        return filled

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        known = self.parameters
        return known | {name: value for name, value in given.items() if name in known}

    def _note(self, found: Any) -> None:
        for trail, message in found:
            self._validator.add(trail, message)

    def _included(
        self, raw: dict[str, Any], given: Mapping[str, Any], within: tuple[Path, ...]
    ) -> list[Scenario]:
        names = raw.get("include")
        found = []
        for n, name in enumerate(names if isinstance(names, list) else ()):
            if isinstance(name, str) and name:
                other = self._other(name, ("include", n), within, self._values(given))
                found += [other] if other else []
        return found

    def _other(
        self, name: str, trail: ValuePath, within: tuple[Path, ...], given: Mapping[str, Any]
    ) -> Scenario | None:
        here = (*within, self._origin.path.resolve()) if self._origin.path else within
        try:
            origin = self._origin.beside(name)
            if origin.path is not None and origin.path.resolve() in here:
                raise UsageError(f"{name!r} includes this file in turn")
            piece = _Piece(origin, origin.text())
        except UsageError as problem:
            self._validator.add(trail, str(problem))
            return None
        scenario = piece.joined(given, here)
        self.problems += piece.problems
        return scenario


def _together(name: str, document: ScenarioDocument, included: list[Scenario]) -> Scenario:
    settings: dict[str, Any] = {}
    for other in included:
        settings |= other.settings
    return Scenario(
        name=name,
        title=document.title,
        description=document.description,
        settings=settings | document.settings,
        given=(*(one for other in included for one in other.given), document.given),
        rules=(*document.rules, *(one for other in included for one in other.rules)),
        faults=(*document.faults, *(one for other in included for one in other.faults)),
        steps=document.steps,
    )
