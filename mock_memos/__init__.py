"""A local, deterministic mock server and pytest plugin for the MemOS Cloud API.

The public names. A name is imported when it is first used, so the command line and test runs
without our fixtures start quickly.
"""

from typing import TYPE_CHECKING, Any

from mock_memos.core.version import __version__

if TYPE_CHECKING:
    from mock_memos import strategies as strategies
    from mock_memos.core.errors import UsageError as UsageError
    from mock_memos.core.request_match import Match as Match
    from mock_memos.scenario.language.document import Scenario as Scenario
    from mock_memos.scenario.language.rules import Rule as Rule
    from mock_memos.scenario.language.rules import Then as Then
    from mock_memos.scenario.language.task_plan import TaskPlan as TaskPlan
    from mock_memos.server.factory import create_app as create_app
    from mock_memos.testing.in_process import MockMemos as MockMemos
    from mock_memos.testing.live_server import MockMemosServer as MockMemosServer
    from mock_memos.testing.memos import Memos as Memos
    from mock_memos.testing.remote import RemoteMemos as RemoteMemos

__all__ = [
    "Match", "Memos", "MockMemos", "MockMemosServer", "RemoteMemos", "Rule", "Scenario", "TaskPlan",
    "Then", "UsageError", "__version__", "create_app", "strategies",
]  # fmt: skip

_MODULES = {
    "Match": "core.request_match",
    "Memos": "testing.memos",
    "MockMemos": "testing.in_process",
    "MockMemosServer": "testing.live_server",
    "RemoteMemos": "testing.remote",
    "Rule": "scenario.language.rules",
    "Scenario": "scenario.language.document",
    "TaskPlan": "scenario.language.task_plan",
    "Then": "scenario.language.rules",
    "UsageError": "core.errors",
    "create_app": "server.factory",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "strategies":
        return import_module("mock_memos.strategies")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"mock_memos.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return [name for name in __all__ if not name.startswith("_")]
