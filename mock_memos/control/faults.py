"""The faults of a world, over HTTP."""

from typing import Annotated

from msgspec import Meta

from mock_memos.control.base import Answer, ControlRequest, EmptyRequest, WorldStore
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.presets import PRESETS
from mock_memos.faults.rules import FaultRule


class RemoveFault(ControlRequest):
    """Which fault."""

    id: Annotated[int | None, Meta(description="Its number; all faults if absent")] = None


def show_faults(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Returns the faults of this world, newest first, and the names of all known faults."""
    return _faults(worlds, key) | {
        "known": list(EFFECTS),
        "presets": {name: preset.description for name, preset in PRESETS.items()},
    }


def add_fault(worlds: WorldStore, key: str, request: FaultRule) -> Answer:
    """Adds a fault, which is applied to future calls. The newest fault comes first."""
    world = worlds.world(key)
    return world.faults.add(request, now=world.clock.now).to_dict(world.clock.now)


def remove_faults(worlds: WorldStore, key: str, request: RemoveFault) -> Answer:
    """Removes one fault or all faults. Returns the remaining ones."""
    world = worlds.world(key)
    if request.id is None:
        world.faults.clear()
    else:
        world.faults.remove(request.id)
    return _faults(worlds, key)


def _faults(worlds: WorldStore, key: str) -> Answer:
    world = worlds.world(key)
    return {"faults": [fault.to_dict(world.clock.now) for fault in world.faults]}
