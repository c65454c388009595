"""What is installed is what is needed. `.ci/wheel_test.py` checks the built wheel itself."""

import re
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

from tests.test_layers import imports

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
DISTRIBUTION = {"yaml": "pyyaml", "Stemmer": "pystemmer", "python_multipart": "python-multipart"}
"""What a library is called in the registry, where that is not the name it is imported by."""
OPTIONAL = {"hypothesis", "pytest"}
"""An extra, and what loads the plugin; both are there whenever they are imported."""


def test_imported_libraries_are_declared() -> None:
    declared = {re.split(r"[^\w-]", line)[0].lower() for line in PROJECT["dependencies"]}
    ours = {"mock_memos", "pytest_mock_memos"}
    for arrow in imports():
        library = arrow.target.split(".")[0]
        if library not in sys.stdlib_module_names | ours | OPTIONAL:
            assert DISTRIBUTION.get(library, library) in declared, arrow.where


def test_command_and_plugin_can_be_loaded() -> None:
    (command,) = entry_points(group="console_scripts", name="mock-memos")
    (plugin,) = entry_points(group="pytest11", name="mock_memos")
    assert callable(command.load())
    assert plugin.load().__name__ == "pytest_mock_memos"
