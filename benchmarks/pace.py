"""How thoroughly a run measures."""

from typing import NamedTuple


class Pace(NamedTuple):
    """How often and how much."""

    rounds: int
    """Of all sides of a comparison, in turn."""
    loads: int
    """The same of servers under load, which take a second each."""
    connections: tuple[int, ...]
    """By how many connections servers are asked at once."""
    largest: int
    """Memories of the largest world."""
    tries: int
    """How often a trial is made, at most, while its verdict is not firm."""


FULL = Pace(rounds=5, loads=3, connections=(1, 16, 64), largest=1_000_000, tries=3)
QUICK = Pace(rounds=3, loads=2, connections=(16,), largest=10_000, tries=1)
