"""Where shipped scenarios are."""

from pathlib import Path
from typing import NamedTuple

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values


class Shipped(NamedTuple):
    """One scenario that comes with the package."""

    name: str
    title: str
    path: Path


def folder() -> Path:
    """The folder of shipped scenarios: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped_scenarios() -> list[Shipped]:
    """Every shipped scenario, by name."""
    from mock_memos.scenario.yaml_reader import title_of  # needs YAML

    return [Shipped(path.stem, title_of(path), path) for path in _files()]


def find(name: str) -> Path:
    """The file of a shipped scenario. Raises `UsageError` with the closest name for another."""
    files = {path.stem: path for path in _files()}
    if name not in files:
        raise UsageError(
            f"there is no scenario {name!r}{known_values(name, files, 'Shipped')} "
            "(a file is given by its path, such as ./mine.yaml)"
        )
    return files[name]


def is_name(text: str) -> bool:
    """Whether a text names a shipped scenario rather than a file."""
    return not ("/" in text or "\\" in text or text.endswith((".yaml", ".yml")))


def _files() -> list[Path]:
    return sorted(folder().glob("*.yaml"))
