"""What is still to happen in a world: jobs as data, ordered by when they are due."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Any, Literal, Self

import msgspec

Action = Literal["rough", "fine"]


class Job(msgspec.Struct, frozen=True, gc=False, order=True):
    """One thing to do at `due` (virtual milliseconds); jobs of one moment keep their order.

    No two jobs of a schedule have the same order, so that comparing them never goes further.
    """

    due: int
    order: int
    action: Action
    payload: Any


class Schedule:
    """The pending jobs. A fork shares them until one of the two sides changes its own."""

    __slots__ = ("_heap", "_order", "_shared")

    def __init__(self) -> None:
        self._heap: list[Job] = []
        self._order = 0
        self._shared = False

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due: int, action: Action, payload: Any) -> Job:
        """Put a job on the list."""
        self._own()
        self._order += 1
        job = Job(due, self._order, action, payload)
        heappush(self._heap, job)
        return job

    def pop_due(self, now: int) -> Job | None:
        """Take out the next job that is due, or None."""
        if not self._heap or self._heap[0].due > now:
            return None
        self._own()
        return heappop(self._heap)

    @property
    def order(self) -> int:
        """The number of the newest job, done or not."""
        return self._order

    def resume(self, jobs: Iterable[Job], order: int) -> None:
        """Go on with these jobs; the next one gets the number after `order`."""
        self._heap, self._order, self._shared = sorted(jobs), order, False

    def jobs(self) -> list[Job]:
        """All pending jobs, the next one first."""
        return sorted(self._heap)

    def fork(self) -> Self:
        """An equal schedule; neither sees what the other adds or takes out."""
        self._shared = True
        twin = type(self)()
        twin._heap, twin._order, twin._shared = self._heap, self._order, True
        return twin

    def _own(self) -> None:
        if self._shared:
            self._heap = self._heap.copy()
            self._shared = False
