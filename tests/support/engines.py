"""What is behind a mock in this process."""

from mock_memos import Memos
from mock_memos.engine.engine import Engine
from mock_memos.simulation.world import World
from mock_memos.testing.backend import EngineBackend


def engine_of(memos: Memos) -> Engine:
    """Returns the engine of a mock in this process."""
    assert isinstance(memos.backend, EngineBackend)
    return memos.backend.engine


def world_of(memos: Memos) -> World:
    """Returns the world of a mock in this process."""
    return engine_of(memos).world(memos.api_key)
