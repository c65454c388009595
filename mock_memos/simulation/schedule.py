"""What is still to happen in a world: jobs as data, ordered by when they are due."""

from collections import deque
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
    """The pending jobs. A fork shares them until one of the two sides changes its own.

    Most jobs come in the order in which they are due and stand in a line; a heap holds the rest.
    """

    __slots__ = ("_heap", "_line", "_order", "_shared")

    def __init__(self) -> None:
        self._line: deque[Job] = deque()
        self._heap: list[Job] = []
        self._order = 0
        self._shared = False

    def __len__(self) -> int:
        return len(self._line) + len(self._heap)

    def add(self, due: int, action: Action, payload: Any) -> Job:
        """Put a job on the list."""
        self._own()
        self._order += 1
        job = Job(due, self._order, action, payload)
        if self._line and due < self._line[-1].due:
            heappush(self._heap, job)
        else:
            self._line.append(job)
        return job

    def pop_due(self, now: int) -> Job | None:
        """Take out the next job that is due, or None."""
        line, heap = self._line, self._heap
        from_heap = bool(heap) and (not line or heap[0] < line[0])
        first = heap[0] if from_heap else line[0] if line else None
        if first is None or first.due > now:
            return None
        self._own()
        return heappop(self._heap) if from_heap else self._line.popleft()

    @property
    def order(self) -> int:
        """The number of the newest job, done or not."""
        return self._order

    def resume(self, jobs: Iterable[Job], order: int) -> None:
        """Go on with these jobs; the next one gets the number after `order`."""
        self._line, self._heap = deque(sorted(jobs)), []
        self._order, self._shared = order, False

    def jobs(self) -> list[Job]:
        """All pending jobs, the next one first."""
        return sorted([*self._line, *self._heap])

    def fork(self) -> Self:
        """An equal schedule; neither sees what the other adds or takes out."""
        self._shared = True
        twin = type(self)()
        twin._line, twin._heap = self._line, self._heap
        twin._order, twin._shared = self._order, True
        return twin

    def _own(self) -> None:
        if self._shared:
            self._line, self._heap = self._line.copy(), self._heap.copy()
            self._shared = False
