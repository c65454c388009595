"""The faults of a world: add, inspect and remove them."""

from collections.abc import Iterator, Mapping
from typing import Any, Self
from weakref import WeakSet

import msgspec

from mock_memos.control.base import EmptyRequest
from mock_memos.control.faults import FaultInfo, RemoveFault, add_fault, remove_faults, show_faults
from mock_memos.core.conversion import convert
from mock_memos.faults.presets import PRESETS, Preset
from mock_memos.faults.rules import FaultRule
from mock_memos.testing.backend import Backend


class Fault:
    """One fault of a world. As a context manager it is removed when its block ends."""

    def __init__(self, info: FaultInfo, faults: "FaultsHandle") -> None:
        self._info = info
        self._faults = faults
        self._is_removed = False

    @property
    def id(self) -> int:
        """Its number, for `remove`."""
        return self._info.id

    @property
    def name(self) -> str:
        """The name of the fault or preset."""
        return self._info.fault

    @property
    def matched_calls(self) -> int:
        """How many calls it matched, skipped ones included. Keeps its value after removal."""
        self._refresh()
        return self._info.matched_calls

    @property
    def applied_calls(self) -> int:
        """To how many calls it was applied. Keeps its value after removal."""
        self._refresh()
        return self._info.applied_calls

    @property
    def is_exhausted(self) -> bool:
        """Whether it was removed or will never be applied again."""
        return not self._refresh() or self._info.is_exhausted

    def remove(self) -> None:
        """Removes it, if it is still there."""
        if self._refresh():
            self._faults.remove(self.id)

    def _refresh(self) -> bool:
        """Reads its counts. Returns whether it is still there."""
        if not self._is_removed:
            infos = [info for info in self._faults._show() if self._update(info)]
            self._is_removed = not infos
        return not self._is_removed

    def _update(self, info: FaultInfo) -> bool:
        """Takes counts over, if they are of this fault and not of a later one with its number."""
        is_same = _without_counts(info) == _without_counts(self._info)
        if is_same:
            self._info = info
        return is_same

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        counts = f"{self.applied_calls} of {self.matched_calls} matching calls"
        return f"<fault {self.id}: {self.name}, applied to {counts}>"


class FaultsHandle:
    """The faults of one world: iterate, add, remove."""

    presets: Mapping[str, Preset] = PRESETS
    """Incidents seen with this API, by the names that `add` takes too."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._handles: WeakSet[Fault] = WeakSet()

    def add(
        self,
        fault: str,
        operation: str | None = None,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        conversation_id: str | None = None,
        text: str | None = None,
        pattern: str | None = None,
        fields: dict[str, Any] | None = None,
        times: int | None = None,
        skip: int = 0,
        for_seconds: float | None = None,
        probability: float = 1.0,
        **options: Any,
    ) -> Fault:
        """Adds a fault or a preset, which is applied to future calls. The newest comes first.

        `operation` (`*` is a wildcard) and the other keys of a `Match` select the calls; without
        any, all calls match. The first `skip` matching calls are skipped; then it is applied
        `times` times, each with `probability`, for at most `for_seconds` virtual seconds.
        `options` are those of the fault: `add("error", "search/memory", times=2, code=50005)`.

        Raises `UsageError` for an unknown fault or an invalid option.
        """
        when = {
            "operation": operation,
            "user_id": user_id,
            "agent_id": agent_id,
            "conversation_id": conversation_id,
            "text": text,
            "pattern": pattern,
            "fields": fields or {},
        }
        rule = {
            "fault": fault,
            "when": when,
            "times": times,
            "skip": skip,
            "for_seconds": for_seconds,
            "probability": probability,
            "options": options,
        }
        return self._handle(self._backend.call(add_fault, convert(rule, FaultRule)))

    def once(self, fault: str, operation: str | None = None, **arguments: Any) -> Fault:
        """Adds a fault for the next matching call; `arguments` are those of `add`."""
        return self.add(fault, operation, times=1, **arguments)

    def remove(self, number: int) -> None:
        """Removes one fault. Raises `UsageError` for an unknown number."""
        self._remove(number)

    def clear(self) -> None:
        """Removes all faults."""
        self._remove(None)

    def __iter__(self) -> Iterator[Fault]:
        """Iterates over every fault, newest first, exhausted ones included."""
        return iter([self._handle(info) for info in self._show()])

    def __len__(self) -> int:
        return len(self._show())

    def _show(self) -> list[FaultInfo]:
        return self._backend.call(show_faults, EmptyRequest()).faults

    def _remove(self, number: int | None) -> None:
        for info in self._backend.call(remove_faults, RemoveFault(id=number)).removed:
            for fault in self._handles:
                fault._update(info)

    def _handle(self, info: FaultInfo) -> Fault:
        fault = Fault(info, self)
        self._handles.add(fault)
        return fault


def _without_counts(info: FaultInfo) -> FaultInfo:
    return msgspec.structs.replace(info, matched_calls=0, applied_calls=0, is_exhausted=False)
