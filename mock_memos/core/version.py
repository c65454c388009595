"""The version of mock-memos."""

__version__ = "0.1.0"
