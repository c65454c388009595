"""All routes of the control API."""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from mock_memos.control import clock, faults, journal, pages, tasks, worlds
from mock_memos.control.base import ControlResponse, WorldStore
from mock_memos.core.calls import JSON


class ControlRoute(msgspec.Struct, frozen=True):
    """One route of the control API. It acts on the world of the key in the request."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    """Relative to `/_mock`, without a leading slash."""
    function: Callable[[WorldStore, str, Any], Any]
    """Returns a struct or a dictionary, or the bytes of the content type."""
    content_type: str = JSON
    """The content type of the answer."""
    needs_key: bool = True

    @property
    def request(self) -> type[msgspec.Struct]:
        """The struct of the request."""
        struct: type[msgspec.Struct] = self.function.__annotations__["request"]
        return struct

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


CONTROL: Final = (
    ControlRoute("GET", "health", worlds.health, needs_key=False),
    ControlRoute("GET", "clock", clock.show_clock),
    ControlRoute("POST", "clock", clock.move_clock),
    ControlRoute("GET", "tasks", tasks.show_tasks),
    ControlRoute("POST", "tasks", tasks.reschedule_tasks),
    ControlRoute("GET", "faults", faults.show_faults),
    ControlRoute("POST", "faults", faults.add_fault),
    ControlRoute("DELETE", "faults", faults.remove_faults),
    ControlRoute("POST", "reset", worlds.reset),
    ControlRoute("GET", "scenario", worlds.list_scenarios),
    ControlRoute("POST", "scenario", worlds.load_scenario),
    ControlRoute("POST", "fork", worlds.fork),
    ControlRoute("POST", "scenario/document", worlds.add_scenario),
    ControlRoute("POST", "sandbox", worlds.open_sandbox),
    ControlRoute("DELETE", "sandbox", worlds.close_sandbox),
    ControlRoute("GET", "settings", worlds.show_settings),
    ControlRoute("GET", "snapshot", worlds.show_snapshot),
    ControlRoute("PUT", "snapshot", worlds.restore_snapshot),
    ControlRoute("POST", "world", worlds.create_world),
    ControlRoute("DELETE", "world", worlds.delete_world),
    ControlRoute("GET", "journal", journal.show_journal),
    ControlRoute("POST", "journal", journal.record_bypass),
    ControlRoute("DELETE", "journal", journal.clear_journal),
    ControlRoute("GET", "journal/raw", journal.list_exchanges),
    ControlRoute("GET", "journal/curl", journal.journal_as_curl, content_type=journal.TEXT),
    ControlRoute("GET", "journal/har", journal.journal_as_har),
    ControlRoute("GET", "journal/jsonl", journal.journal_as_jsonl, content_type=journal.LINES),
    ControlRoute("GET", "openapi.json", pages.openapi, needs_key=False),
    ControlRoute("GET", "docs", pages.docs, content_type=pages.HTML, needs_key=False),
    ControlRoute(
        "GET", "docs/viewer.js", pages.viewer_script, content_type=pages.SCRIPT, needs_key=False
    ),
    ControlRoute(
        "GET", "docs/viewer.css", pages.viewer_style, content_type=pages.STYLE, needs_key=False
    ),
    ControlRoute(
        "GET", "docs/start.js", pages.start_script, content_type=pages.SCRIPT, needs_key=False
    ),
)
