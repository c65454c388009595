"""Reads the options of a run and the markers of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

timelines = pytest.StashKey[list[Callable[[bool], str]]]()
"""Functions that return the timeline of a world used by a test; the argument means verbose."""
has_ended = pytest.StashKey[bool]()
"""Whether the test has already failed or was skipped."""
_real_service = pytest.StashKey[bool]()
"""Cache of `is_real_service`."""


def marker_arguments(node: pytest.Item) -> dict[str, Any]:
    """Returns the marker arguments of a test: the nearest wins, a parameter's first of all."""
    callspec = getattr(node, "callspec", None)
    marks = callspec.marks if callspec else ()
    of_parameter = [mark for mark in marks if mark.name == "mock_memos"]
    arguments: dict[str, Any] = {}
    for marker in (*reversed(list(node.iter_markers("mock_memos"))), *of_parameter):
        if marker.args:
            pytest.fail(
                f"@pytest.mark.mock_memos takes keyword arguments, not {marker.args[0]!r}; "
                f"for example scenario={marker.args[0]!r}",
                pytrace=False,
            )
        arguments |= marker.kwargs
    return arguments


def target(config: pytest.Config) -> str:
    """Returns the target of the run: `inprocess`, `live` or a base URL."""
    value: str = config.getoption("--mock-memos-target") or config.getini("mock_memos_target")
    return value


def is_url(value: str) -> bool:
    """Checks if the target is a server elsewhere."""
    return value.startswith(("http://", "https://"))


def is_real_service(config: pytest.Config) -> bool:
    """Checks if the target is the real service. Sends one request per run, to a target URL."""
    if _real_service not in config.stash:
        from mock_memos.testing.remote import is_mock_server

        url = target(config)
        config.stash[_real_service] = is_url(url) and not is_mock_server(url)
    return config.stash[_real_service]


def journal_file(config: pytest.Config) -> str:
    """Returns the path of the journal of the run, or an empty text."""
    option, ini = config.getoption("--mock-memos-journal"), config.getini("mock_memos_journal")
    return str(option or (ini and config.rootpath / ini))
