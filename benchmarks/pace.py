"""The number of rounds of a run."""

from typing import NamedTuple


class Pace(NamedTuple):
    """Rounds and sizes."""

    rounds: int
    """Rounds of a comparison."""
    load_rounds: int
    """Rounds of servers under load, one second each."""
    connections: tuple[int, ...]
    """Numbers of concurrent connections."""
    largest_world: int
    """Memories of the largest world."""
    max_attempts: int
    """Maximum number of runs of a trial whose verdict is not firm."""


FULL = Pace(
    rounds=5, load_rounds=3, connections=(1, 16, 64), largest_world=1_000_000, max_attempts=3
)
QUICK = Pace(rounds=3, load_rounds=2, connections=(16,), largest_world=10_000, max_attempts=1)
