"""Hypothesis strategies for tests of applications that use MemOS. Needs the extra `hypothesis`."""

from mock_memos.testing.strategies import *  # noqa: F403
from mock_memos.testing.strategies import __all__ as __all__
