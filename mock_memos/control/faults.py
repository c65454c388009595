"""The faults of a world, over HTTP."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.control.base import ControlRequest, ControlResponse, EmptyRequest, WorldStore
from mock_memos.core.clock import to_iso
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.parsing import parse_fault
from mock_memos.faults.presets import PRESETS
from mock_memos.faults.rules import ActiveFault, FaultRule


class RemoveFault(ControlRequest):
    """Which fault."""

    id: Annotated[int | None, Meta(description="Its number; all faults if absent")] = None


class FaultInfo(ControlResponse, frozen=True):
    """A fault of a world."""

    id: int
    fault: str
    options: dict[str, Any]
    when: dict[str, Any]
    times: int | None
    skip: int
    for_seconds: float | None
    probability: float
    since: str
    matched_calls: int
    applied_calls: int
    is_exhausted: bool


class FaultList(ControlResponse, frozen=True):
    """The faults of a world, newest first, and the names of all known faults."""

    faults: list[FaultInfo]
    known: list[str]
    presets: dict[str, str]


class RemovedFaults(ControlResponse, frozen=True):
    """The remaining and the removed faults."""

    faults: list[FaultInfo]
    removed: list[FaultInfo]


def show_faults(worlds: WorldStore, key: str, request: EmptyRequest) -> FaultList:
    """Returns the faults of this world, newest first, and the names of all known faults."""
    presets = {name: preset.description for name, preset in PRESETS.items()}
    return FaultList(faults=_faults(worlds, key), known=list(EFFECTS), presets=presets)


def add_fault(worlds: WorldStore, key: str, request: FaultRule) -> FaultInfo:
    """Adds a fault, which is applied to future calls. The newest fault comes first."""
    world = worlds.world(key)
    now = world.clock.now
    return fault_info(world.faults.add(request, now=now), now)


def remove_faults(worlds: WorldStore, key: str, request: RemoveFault) -> RemovedFaults:
    """Removes one fault or all faults. Returns the remaining ones."""
    world = worlds.world(key)
    before = _faults(worlds, key)
    if request.id is None:
        world.faults.clear()
    else:
        world.faults.remove(request.id)
    faults = _faults(worlds, key)
    ids = {fault.id for fault in faults}
    return RemovedFaults(faults=faults, removed=[info for info in before if info.id not in ids])


def fault_info(fault: ActiveFault, now: int) -> FaultInfo:
    """Returns a fault as the control API shows it."""
    rule = fault.rule
    when = msgspec.structs.asdict(rule.when).items()
    return FaultInfo(
        id=fault.number,
        fault=rule.fault,
        options=msgspec.to_builtins(parse_fault(rule.fault, rule.options)),
        when={key: value for key, value in when if value not in (None, {})},
        times=rule.times,
        skip=rule.skip,
        for_seconds=rule.for_seconds,
        probability=rule.probability,
        since=to_iso(fault.since_ms),
        matched_calls=fault.matched_calls,
        applied_calls=fault.applied_calls,
        is_exhausted=fault.is_exhausted(now),
    )


def _faults(worlds: WorldStore, key: str) -> list[FaultInfo]:
    world = worlds.world(key)
    return [fault_info(fault, world.clock.now) for fault in world.faults]
