"""What a run and its tests want of a double, as options and markers say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

worlds = pytest.StashKey[list[Callable[[bool], str]]]()
"""What tells a failing test of the worlds behind it; the argument asks for everything."""
over = pytest.StashKey[bool]()
"""The test has failed, or was skipped, already."""
_real = pytest.StashKey[bool]()
"""Whether the run is aimed at the real service, once somebody has asked."""


def said(node: pytest.Item) -> dict[str, Any]:
    """What the markers of a test say: the nearest wins, and that of a parameter is nearest."""
    callspec = getattr(node, "callspec", None)
    of_parameter = [one for one in (callspec.marks if callspec else ()) if one.name == "mock_memos"]
    words: dict[str, Any] = {}
    for marker in (*reversed(list(node.iter_markers("mock_memos"))), *of_parameter):
        if marker.args:
            pytest.fail(
                f"@pytest.mark.mock_memos takes names, not {marker.args[0]!r}; "
                f"for example scenario={marker.args[0]!r}",
                pytrace=False,
            )
        words |= marker.kwargs
    return words


def target(config: pytest.Config) -> str:
    """What the run is aimed at: `inprocess`, `live` or a base URL."""
    aim: str = config.getoption("--mock-memos-target") or config.getini("mock_memos_target")
    return aim


def is_url(aim: str) -> bool:
    """Whether a run is aimed at a server elsewhere."""
    return aim.startswith(("http://", "https://"))


def is_real(config: pytest.Config) -> bool:
    """Whether a run is aimed at the real service, and not at a double somewhere."""
    if _real not in config.stash:
        from mock_memos.testing.remote import is_double

        config.stash[_real] = is_url(aim := target(config)) and not is_double(aim)
    return config.stash[_real]


def journal_file(config: pytest.Config) -> str:
    """Where the journal of the run goes, or an empty text."""
    told, written = config.getoption("--mock-memos-journal"), config.getini("mock_memos_journal")
    return str(told or (written and config.rootpath / written))
