"""The commands `scenario list`, `show`, `validate` and `schema`."""

import argparse
import json
import sys
from pathlib import Path

from mock_memos.cli.terminal import print_table
from mock_memos.core.errors import UsageError
from mock_memos.scenario import check, shipped_scenarios
from mock_memos.scenario import schema as json_schema
from mock_memos.scenario.library import scenario_path


def list_scenarios(options: argparse.Namespace) -> int:
    """Lists the shipped scenarios."""
    rows = [(scenario.name, scenario.title) for scenario in shipped_scenarios()]
    print_table(("NAME", "TITLE"), rows)
    return 0


def show(options: argparse.Namespace) -> int:
    """Prints a scenario file."""
    try:
        sys.stdout.write(_path(options.name).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{options.name} cannot be read: {error.strerror}") from None
    return 0


def validate(options: argparse.Namespace) -> int:
    """Prints all mistakes in scenario files. Returns 1 if any file has mistakes."""
    problems = [problem for name in options.paths for problem in check(_path(name))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def schema(options: argparse.Namespace) -> int:
    """Prints the JSON Schema of scenario files."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _path(name: str) -> Path:
    """Returns the file of a shipped scenario, or the path itself."""
    return Path(name) if Path(name).is_file() or "." in name else scenario_path(name)
