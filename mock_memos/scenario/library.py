"""The scenarios that come with the package."""

from pathlib import Path
from typing import NamedTuple

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values


class ShippedScenario(NamedTuple):
    """A scenario that comes with the package."""

    name: str
    title: str
    path: Path


def folder() -> Path:
    """Returns the folder of shipped scenarios: in an installed package, or next to a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped_scenarios() -> list[ShippedScenario]:
    """Returns the shipped scenarios, sorted by name."""
    from mock_memos.scenario.yaml_reader import read_title  # needs YAML

    return [ShippedScenario(path.stem, read_title(path), path) for path in _files()]


def scenario_path(name: str) -> Path:
    """Returns the file of a shipped scenario. Raises `UsageError` for an unknown name."""
    files = {path.stem: path for path in _files()}
    if name not in files:
        raise UsageError(
            f"unknown scenario {name!r}{known_values(name, files, 'Shipped')} "
            "(for a file, use its path, such as ./mine.yaml)"
        )
    return files[name]


def is_shipped_name(text: str) -> bool:
    """Returns whether a text is the name of a shipped scenario, and not a path."""
    return not ("/" in text or "\\" in text or text.endswith((".yaml", ".yml")))


def _files() -> list[Path]:
    return sorted(folder().glob("*.yaml"))
