"""mock-memos: MemOS Cloud on your desk, with its clock in your hand."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_memos.face import Memos as Memos
    from mock_memos.inprocess import MockMemos as MockMemos
    from mock_memos.live import MockMemosServer as MockMemosServer
    from mock_memos.settings import Settings as Settings

__version__ = "0.1.0"
__all__ = ["Memos", "MockMemos", "MockMemosServer", "Settings", "__version__"]

_HOMES = {
    "Memos": "mock_memos.face",
    "MockMemos": "mock_memos.inprocess",
    "MockMemosServer": "mock_memos.live",
    "Settings": "mock_memos.settings",
}


def __getattr__(name: str) -> Any:
    # Whoever runs the command line, or pytest without our fixtures, must not pay for the doors.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
