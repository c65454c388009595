"""Loads scenarios: reads files, substitutes parameters, validates, and merges included files."""

from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mock_memos.core.conversion import Validator, ValuePath
from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values
from mock_memos.scenario import library
from mock_memos.scenario.language.document import Scenario, ScenarioDocument
from mock_memos.scenario.placeholders import substitute, unknown_parameters, unsaved_names_in_steps
from mock_memos.scenario.problems import ScenarioError, ScenarioProblem
from mock_memos.scenario.yaml_reader import START, YamlSource


class Origin(NamedTuple):
    """The name of a scenario, and its path if it is a file."""

    name: str
    path: Path | None = None

    @property
    def file(self) -> str:
        """The file name in problems."""
        return str(self.path) if self.path else self.name

    def read(self) -> str:
        """Returns the text of the file. Raises `UsageError` if it cannot be read."""
        assert self.path is not None
        try:
            return self.path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise UsageError(f"{self.file} cannot be read: {error}") from None

    def include(self, name: str) -> "Origin":
        """Returns the origin of a name under `include`: a shipped scenario, or a file next to it.

        Raises `UsageError` for an unknown name and for a file outside the folder.
        """
        if library.is_shipped_name(name):
            return Origin(name, library.scenario_path(name))
        if self.path is None:
            raise UsageError(f"{name!r}: only shipped scenarios can be included here")
        target = self.path.parent / name
        if not target.resolve().is_relative_to(self.path.resolve().parent):
            raise UsageError(f"{name!r} is outside the folder of this file")
        if not target.is_file():
            raise UsageError(f"file {name!r} not found in the folder of this file")
        return Origin(str(target), target)


def load(name_or_path: str | PathLike[str], parameters: Mapping[str, Any]) -> Scenario:
    """Returns a scenario by name or path. Raises `UsageError` or `ScenarioError`."""
    text = fspath(name_or_path)
    if isinstance(name_or_path, str) and library.is_shipped_name(text):
        origin = Origin(text, library.scenario_path(text))
    else:
        origin = Origin(text, Path(text))
    return _load(origin, origin.read(), parameters)


def read(text: str, name: str, parameters: Mapping[str, Any]) -> Scenario:
    """Returns the scenario of a text. Raises `ScenarioError`."""
    return _load(Origin(name), text, parameters)


def check(path: Path) -> list[ScenarioProblem]:
    """Returns the problems of a file and its included files."""
    try:
        load(path, {})
    except ScenarioError as error:
        return list(error.problems)
    except UsageError as error:
        return [ScenarioProblem(str(path), *START, str(error))]
    return []


def _load(origin: Origin, text: str, parameters: Mapping[str, Any]) -> Scenario:
    file = _File(origin, text)
    known = file.parameters
    for name in parameters:
        if name not in known:
            raise UsageError(f"{origin.file} has no parameter {name!r}{known_values(name, known)}")
    scenario = file.resolve(parameters, ())
    if file.problems:
        raise ScenarioError(list(dict.fromkeys(file.problems)))
    assert scenario is not None  # there would be problems
    return scenario


class _File:
    """A file, and the problems of it and its included files."""

    def __init__(self, origin: Origin, text: str) -> None:
        self._origin = origin
        self._source = YamlSource(text)
        self._validator = Validator()
        document = self._source.value
        parameters = document.get("parameters") if isinstance(document, dict) else None
        self.parameters: dict[str, Any] = parameters if isinstance(parameters, dict) else {}
        """The parameters with their default values."""
        self.problems: list[ScenarioProblem] = []

    def resolve(self, parameters: Mapping[str, Any], parents: tuple[Path, ...]) -> Scenario | None:
        """Returns the scenario, or None if there are problems. `parents` include this file."""
        values = self.parameters | {
            name: value for name, value in parameters.items() if name in self.parameters
        }
        document = self._validate(values)
        included = self._include_all(document.get("include"), values, parents)
        source = self._source
        mistakes = source.mistakes + [
            (source.locate_key(path) if at_key else source.locate(path), message)
            for path, message, at_key in self._validator.mistakes
        ]
        file = self._origin.file
        own = [ScenarioProblem(file, *position, text) for position, text in sorted(mistakes)]
        self.problems = own + self.problems
        if self.problems:
            return None
        return _merge(self._origin.name, msgspec.convert(document, ScenarioDocument), included)

    def _validate(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the document with parameters substituted. Collects its mistakes."""
        document = self._source.value
        if not isinstance(document, dict):
            if not self._source.mistakes:
                self._validator.add((), "expected a scenario with keys such as version and title")
            return {}
        texts = {key: value for key, value in document.items() if key != "parameters"}
        self._add(unknown_parameters(texts, values))
        resolved: dict[str, Any] = document | substitute(texts, values)
        self._source.rename(lambda key: str(substitute(key, values)))
        self._validator.check(resolved, ScenarioDocument)
        self._add(unsaved_names_in_steps(resolved.get("steps")))
        return resolved

    def _add(self, mistakes: Iterable[tuple[ValuePath, str]]) -> None:
        for path, message in mistakes:
            self._validator.add(path, message)

    def _include_all(
        self, names: Any, values: Mapping[str, Any], parents: tuple[Path, ...]
    ) -> list[Scenario]:
        scenarios = (
            self._include(name, ("include", index), values, parents)
            for index, name in enumerate(names if isinstance(names, list) else ())
            if isinstance(name, str) and name
        )
        return [scenario for scenario in scenarios if scenario is not None]

    def _include(
        self, name: str, path: ValuePath, values: Mapping[str, Any], parents: tuple[Path, ...]
    ) -> Scenario | None:
        if self._origin.path:
            parents = (*parents, self._origin.path.resolve())
        try:
            origin = self._origin.include(name)
            if origin.path is not None and origin.path.resolve() in parents:
                raise UsageError(f"{name!r} includes this file")
            file = _File(origin, origin.read())
        except UsageError as error:
            self._validator.add(path, str(error))
            return None
        scenario = file.resolve(values, parents)
        self.problems += file.problems
        return scenario


def _merge(name: str, document: ScenarioDocument, included: list[Scenario]) -> Scenario:
    """Returns a scenario with its included ones: its own rules come first, its settings win."""
    settings: dict[str, Any] = {}
    for scenario in included:
        settings |= scenario.settings
    return Scenario(
        name=name,
        title=document.title,
        description=document.description,
        settings=settings | document.settings,
        given=(*(given for scenario in included for given in scenario.given), document.given),
        rules=(*document.rules, *(rule for scenario in included for rule in scenario.rules)),
        faults=(*document.faults, *(rule for scenario in included for rule in scenario.faults)),
        steps=document.steps,
    )
