"""mock-memos: MemOS Cloud on your desk, with its clock in your hand."""

from typing import TYPE_CHECKING, Any

from mock_memos.core.version import __version__

if TYPE_CHECKING:
    from mock_memos.core.settings import Settings as Settings
    from mock_memos.testing.in_process import MockMemos as MockMemos
    from mock_memos.testing.live_server import MockMemosServer as MockMemosServer
    from mock_memos.testing.memos import Memos as Memos

__all__ = ["Memos", "MockMemos", "MockMemosServer", "Settings", "__version__"]

_HOMES = {
    "Memos": "mock_memos.testing.memos",
    "MockMemos": "mock_memos.testing.in_process",
    "MockMemosServer": "mock_memos.testing.live_server",
    "Settings": "mock_memos.core.settings",
}


def __getattr__(name: str) -> Any:
    # Whoever runs the command line, or pytest without our fixtures, must not pay for the doors.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
