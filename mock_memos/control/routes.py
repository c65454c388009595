"""Routes."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from mock_memos.control import clock as clock_control
from mock_memos.control import faults as fault_control
from mock_memos.control import journal as journal_control
from mock_memos.control import pages
from mock_memos.control import tasks as task_control
from mock_memos.control import worlds as world_control
from mock_memos.control.base import Answer, Nothing, Worlds
from mock_memos.core.calls import JSON
from mock_memos.faults.rules import FaultRule
from mock_memos.simulation.snapshot import Snapshot


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One verb of the control API, which acts on the world of the key that the request carries."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    """Relative to `/_mock`, without a leading slash."""
    request: type[msgspec.Struct] = Nothing
    needs_key: bool = True
    gives: str = JSON
    """The content type of its answer."""
    function: Callable[[Worlds, str, Any], Answer | bytes]

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return (self.function.__doc__ or "").splitlines()[0].rstrip(".")


CONTROL: tuple[Verb, ...] = (
    Verb(method="GET", path="health", needs_key=False, function=world_control.health),
    Verb(method="GET", path="clock", function=clock_control.show_clock),
    Verb(
        method="POST",
        path="clock",
        request=clock_control.MoveClock,
        function=clock_control.move_clock,
    ),
    Verb(method="GET", path="tasks", function=task_control.show_tasks),
    Verb(
        method="POST",
        path="tasks",
        request=task_control.DirectTasks,
        function=task_control.direct_tasks,
    ),
    Verb(method="GET", path="faults", function=fault_control.show_faults),
    Verb(method="POST", path="faults", request=FaultRule, function=fault_control.add_fault),
    Verb(
        method="DELETE",
        path="faults",
        request=fault_control.RemoveFault,
        function=fault_control.remove_faults,
    ),
    Verb(
        method="POST", path="reset", request=world_control.BeginAnew, function=world_control.reset
    ),
    Verb(method="GET", path="scenario", function=world_control.list_scenarios),
    Verb(
        method="POST",
        path="scenario",
        request=world_control.LoadScenario,
        function=world_control.load_scenario,
    ),
    Verb(method="POST", path="fork", request=world_control.ForkWorld, function=world_control.fork),
    Verb(method="GET", path="state", function=world_control.show_state),
    Verb(method="POST", path="state", request=Snapshot, function=world_control.restore_state),
    Verb(method="DELETE", path="state", function=world_control.forget),
    Verb(
        method="GET",
        path="journal",
        request=journal_control.AskJournal,
        function=journal_control.show_journal,
    ),
    Verb(method="DELETE", path="journal", function=journal_control.clear_journal),
    Verb(
        method="GET",
        path="journal/curl",
        request=journal_control.AskJournal,
        gives=journal_control.TEXT,
        function=journal_control.journal_as_curl,
    ),
    Verb(
        method="GET",
        path="journal/har",
        request=journal_control.AskJournal,
        function=journal_control.journal_as_har,
    ),
    Verb(
        method="GET",
        path="journal/jsonl",
        request=journal_control.AskJournal,
        gives=journal_control.LINES,
        function=journal_control.journal_as_jsonl,
    ),
    Verb(method="GET", path="openapi.json", needs_key=False, function=pages.openapi),
    Verb(method="GET", path="docs", needs_key=False, gives=pages.HTML, function=pages.docs),
    Verb(
        method="GET",
        path="docs/viewer.js",
        needs_key=False,
        gives=pages.SCRIPT,
        function=pages.viewer_script,
    ),
    Verb(
        method="GET",
        path="docs/viewer.css",
        needs_key=False,
        gives=pages.STYLE,
        function=pages.viewer_style,
    ),
    Verb(
        method="GET",
        path="docs/start.js",
        needs_key=False,
        gives=pages.SCRIPT,
        function=pages.start_script,
    ),
)
