"""The faults of a world, over HTTP."""

from typing import Annotated

from msgspec import Meta

from mock_memos.control.base import Answer, ControlRequest, Nothing, Worlds
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.presets import PRESETS
from mock_memos.faults.rules import FaultRule


class RemoveFault(ControlRequest):
    """Which fault."""

    id: Annotated[int | None, Meta(description="Its number; every fault when absent")] = None


def show_faults(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """The faults of this world, the newest first, and the names of all that there could be."""
    world = worlds.world(key)
    return {
        "faults": [rule.to_dict(world.clock.now) for rule in world.faults],
        "known": list(EFFECTS),
        "presets": {name: preset.description for name, preset in PRESETS.items()},
    }


def add_fault(worlds: Worlds, key: str, request: FaultRule) -> Answer:
    """Let something go wrong with coming calls. The newest fault comes first."""
    world = worlds.world(key)
    return world.faults.add(request, now=world.clock.now).to_dict(world.clock.now)


def remove_faults(worlds: Worlds, key: str, request: RemoveFault) -> Answer:
    """Take one fault away, or all of them. Shows those that are left."""
    world = worlds.world(key)
    if request.id is None:
        world.faults.clear()
    else:
        world.faults.remove(request.id)
    return {"faults": [rule.to_dict(world.clock.now) for rule in world.faults]}
