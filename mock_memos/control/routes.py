"""All routes of the control API."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from mock_memos.control import clock as clock_control
from mock_memos.control import faults as fault_control
from mock_memos.control import journal as journal_control
from mock_memos.control import pages
from mock_memos.control import tasks as task_control
from mock_memos.control import worlds as world_control
from mock_memos.control.base import ControlResponse, EmptyRequest, WorldStore
from mock_memos.core.calls import JSON
from mock_memos.faults.rules import FaultRule
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.snapshot import Snapshot


class ControlRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One route of the control API. It acts on the world of the key in the request."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    """Relative to `/_mock`, without a leading slash."""
    request: type[msgspec.Struct] = EmptyRequest
    needs_key: bool = True
    content_type: str = JSON
    """The content type of the answer."""
    function: Callable[[WorldStore, str, Any], Any]
    """Returns a struct or a dictionary, or the bytes of the content type."""

    @property
    def response(self) -> type[ControlResponse] | None:
        """The struct of the answer, or None for other JSON, texts and pages."""
        type_: Any = self.function.__annotations__["return"]
        is_struct = isinstance(type_, type) and issubclass(type_, ControlResponse)
        return type_ if is_struct else None

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return (self.function.__doc__ or "").splitlines()[0].rstrip(".")


CONTROL: tuple[ControlRoute, ...] = (
    ControlRoute(method="GET", path="health", needs_key=False, function=world_control.health),
    ControlRoute(method="GET", path="clock", function=clock_control.show_clock),
    ControlRoute(
        method="POST",
        path="clock",
        request=clock_control.MoveClock,
        function=clock_control.move_clock,
    ),
    ControlRoute(
        method="GET",
        path="tasks",
        request=task_control.ShowTasks,
        function=task_control.show_tasks,
    ),
    ControlRoute(
        method="POST",
        path="tasks",
        request=task_control.RescheduleTasks,
        function=task_control.reschedule_tasks,
    ),
    ControlRoute(method="GET", path="faults", function=fault_control.show_faults),
    ControlRoute(method="POST", path="faults", request=FaultRule, function=fault_control.add_fault),
    ControlRoute(
        method="DELETE",
        path="faults",
        request=fault_control.RemoveFault,
        function=fault_control.remove_faults,
    ),
    ControlRoute(
        method="POST", path="reset", request=world_control.ResetWorld, function=world_control.reset
    ),
    ControlRoute(method="GET", path="scenario", function=world_control.list_scenarios),
    ControlRoute(
        method="POST",
        path="scenario",
        request=world_control.LoadScenario,
        function=world_control.load_scenario,
    ),
    ControlRoute(
        method="POST", path="fork", request=world_control.ForkWorld, function=world_control.fork
    ),
    ControlRoute(
        method="POST",
        path="scenario/document",
        request=Scenario,
        function=world_control.add_scenario,
    ),
    ControlRoute(method="POST", path="sandbox", function=world_control.open_sandbox),
    ControlRoute(
        method="DELETE",
        path="sandbox",
        request=world_control.CloseSandbox,
        function=world_control.close_sandbox,
    ),
    ControlRoute(method="GET", path="settings", function=world_control.show_settings),
    ControlRoute(method="GET", path="snapshot", function=world_control.show_snapshot),
    ControlRoute(
        method="PUT", path="snapshot", request=Snapshot, function=world_control.restore_snapshot
    ),
    ControlRoute(
        method="POST",
        path="world",
        request=world_control.CreateWorld,
        function=world_control.create_world,
    ),
    ControlRoute(method="DELETE", path="world", function=world_control.delete_world),
    ControlRoute(
        method="GET",
        path="journal",
        request=journal_control.JournalQuery,
        function=journal_control.show_journal,
    ),
    ControlRoute(
        method="POST",
        path="journal",
        request=journal_control.BypassedCall,
        function=journal_control.record_bypass,
    ),
    ControlRoute(method="DELETE", path="journal", function=journal_control.clear_journal),
    ControlRoute(
        method="GET",
        path="journal/raw",
        request=journal_control.JournalQuery,
        function=journal_control.list_exchanges,
    ),
    ControlRoute(
        method="GET",
        path="journal/curl",
        request=journal_control.JournalQuery,
        content_type=journal_control.TEXT,
        function=journal_control.journal_as_curl,
    ),
    ControlRoute(
        method="GET",
        path="journal/har",
        request=journal_control.JournalQuery,
        function=journal_control.journal_as_har,
    ),
    ControlRoute(
        method="GET",
        path="journal/jsonl",
        request=journal_control.JournalQuery,
        content_type=journal_control.LINES,
        function=journal_control.journal_as_jsonl,
    ),
    ControlRoute(method="GET", path="openapi.json", needs_key=False, function=pages.openapi),
    ControlRoute(
        method="GET", path="docs", needs_key=False, content_type=pages.HTML, function=pages.docs
    ),
    ControlRoute(
        method="GET",
        path="docs/viewer.js",
        needs_key=False,
        content_type=pages.SCRIPT,
        function=pages.viewer_script,
    ),
    ControlRoute(
        method="GET",
        path="docs/viewer.css",
        needs_key=False,
        content_type=pages.STYLE,
        function=pages.viewer_style,
    ),
    ControlRoute(
        method="GET",
        path="docs/start.js",
        needs_key=False,
        content_type=pages.SCRIPT,
        function=pages.start_script,
    ),
)
