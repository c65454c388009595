"""The pending jobs of a world, as values, in the order in which they are due."""

from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Literal, Self

import msgspec

Action = Literal["fast", "processed"]
"""What a job does to its task: publish its fast memory, or complete it."""


class Job(msgspec.Struct, frozen=True, gc=False, order=True):
    """A job for `due_ms` (virtual milliseconds). Jobs of one moment run in their order.

    `order` is unique in a schedule, so jobs can be compared.
    """

    due_ms: int
    order: int
    action: Action
    task_id: str


class Schedule:
    """The pending jobs. Forks share them until one side changes its own.

    Jobs that are added in the order in which they are due stay in a queue; a heap has the others.
    """

    __slots__ = ("_heap", "_order", "_queue", "_shared")

    def __init__(self) -> None:
        self._queue: deque[Job] = deque()
        self._heap: list[Job] = []
        self._order = 0
        self._shared = False

    def __len__(self) -> int:
        return len(self._queue) + len(self._heap)

    def add(self, due_ms: int, action: Action, task_id: str) -> Job:
        """Adds a job."""
        self._copy_if_shared()
        self._order += 1
        job = Job(due_ms, self._order, action, task_id)
        if self._queue and due_ms < self._queue[-1].due_ms:
            heappush(self._heap, job)
        else:
            self._queue.append(job)
        return job

    def pop_due(self, now: int) -> Job | None:
        """Removes and returns the next job that is due, or None."""
        queue, heap = self._queue, self._heap
        from_heap = bool(heap) and (not queue or heap[0] < queue[0])
        first = heap[0] if from_heap else queue[0] if queue else None
        if first is None or first.due_ms > now:
            return None
        self._copy_if_shared()
        return heappop(self._heap) if from_heap else self._queue.popleft()

    @property
    def last_order(self) -> int:
        """The order of the newest job, pending or not."""
        return self._order

    def resume(self, jobs: Iterable[Job], last_order: int) -> None:
        """Replaces the jobs; the next one gets the order after `last_order`."""
        self._queue, self._heap = deque(sorted(jobs)), []
        self._order, self._shared = last_order, False

    def jobs(self) -> list[Job]:
        """Returns the pending jobs, the next one first."""
        return sorted([*self._queue, *self._heap])

    def fork(self) -> Self:
        """Returns an equal schedule; neither sees later changes of the other."""
        self._shared = True
        copy = type(self)()
        copy._queue, copy._heap = self._queue, self._heap
        copy._order, copy._shared = self._order, True
        return copy

    def _copy_if_shared(self) -> None:
        if self._shared:
            self._queue, self._heap = self._queue.copy(), self._heap.copy()
            self._shared = False
