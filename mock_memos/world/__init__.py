"""Everything that one API key sees: the state of the simulated service."""

from mock_memos.world.snapshot import Snapshot
from mock_memos.world.tasks import stall, waiting
from mock_memos.world.world import World

__all__ = ["Snapshot", "World", "stall", "waiting"]
