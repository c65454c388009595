"""Whole worlds, over HTTP: health, reset, scenarios, forks and snapshots."""

from typing import Annotated, Any

from msgspec import Meta

from mock_memos import scenario
from mock_memos.control.base import (
    Answer,
    ControlRequest,
    ControlResponse,
    EmptyRequest,
    WorldStore,
)
from mock_memos.control.clock import ClockState, clock_state
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.simulation.snapshot import Snapshot, restore_world, take_snapshot


class LoadScenario(ControlRequest):
    """A shipped scenario by its name, or a scenario as YAML text."""

    name: Annotated[str, Meta(description="Name of a shipped scenario, or the name for a text")] = (
        ""
    )
    text: Annotated[str, Meta(description="A scenario in YAML")] = ""
    parameters: Annotated[
        dict[str, str | float | bool | None], Meta(description="Values of its parameters")
    ] = {}


class ResetWorld(LoadScenario):
    """The initial state if empty; otherwise this scenario and these settings."""

    settings: Annotated[
        dict[str, Any], Meta(description="Settings by their names, as for MockMemos(...)")
    ] = {}


class ForkWorld(ControlRequest):
    """The key of the copy."""

    api_key: Annotated[str, Meta(description="Key of the copy; generated if absent")] = ""


class CreateWorld(ControlRequest):
    """The key, settings and scenarios of a new world, as in a snapshot."""

    api_key: Annotated[str, Meta(description="Key of the world; generated if absent")] = ""
    settings: Settings = Settings()
    scenarios: tuple[scenario.Scenario, ...] = ()


class CloseSandbox(ControlRequest):
    """The sandbox to close."""

    sandbox_id: Annotated[str, Meta(description="The id that opening it returned")]


class LoadedScenario(ControlResponse, frozen=True):
    """The scenario that was loaded."""

    loaded: str
    title: str


class WorldKey(ControlResponse, frozen=True):
    """The key of a world."""

    api_key: str


class SandboxId(ControlResponse, frozen=True):
    """The id of a sandbox, which closes it."""

    sandbox_id: str


def health(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Returns that the server is ready."""
    return {"status": "ok"}


def reset(worlds: WorldStore, key: str, request: ResetWorld) -> ClockState:
    """Resets this world: to its initial state, or to a scenario and settings."""
    if request == ResetWorld():
        return clock_state(worlds.reset(key))
    scenarios = []
    settings = request.settings
    if request.name or request.text or request.parameters:
        loaded = _load(request)
        scenarios, settings = [loaded], loaded.settings | settings
    return clock_state(worlds.reset(key, worlds.settings.with_changes(**settings), scenarios))


def list_scenarios(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Returns the shipped scenarios, and those that this world has loaded."""
    return {
        "library": [
            {"name": shipped.name, "title": shipped.title}
            for shipped in scenario.shipped_scenarios()
        ],
        "loaded": [loaded.name for loaded in worlds.world(key).scenarios],
    }


def load_scenario(worlds: WorldStore, key: str, request: LoadScenario) -> LoadedScenario:
    """Adds a scenario to this world. Does not read files of the server: send the text."""
    return add_scenario(worlds, key, _load(request))


def add_scenario(worlds: WorldStore, key: str, request: scenario.Scenario) -> LoadedScenario:
    """Adds a scenario to this world that was loaded elsewhere, as it is in a snapshot."""
    worlds.world(key).load_scenario(request)
    return LoadedScenario(loaded=request.name, title=request.title)


def fork(worlds: WorldStore, key: str, request: ForkWorld) -> WorldKey:
    """Copies this world to another key. Fails if the key has a world."""
    copy_key = request.api_key or worlds.unused_key(key)
    worlds.fork_world(key, copy_key)
    return WorldKey(api_key=copy_key)


def open_sandbox(worlds: WorldStore, key: str, request: EmptyRequest) -> SandboxId:
    """Saves this world until the sandbox is closed. No key reaches the saved world."""
    return SandboxId(sandbox_id=worlds.open_sandbox(key))


def close_sandbox(worlds: WorldStore, key: str, request: CloseSandbox) -> ClockState:
    """Restores the world of a sandbox. Its journal keeps unmatched calls and assumptions."""
    return clock_state(worlds.close_sandbox(key, request.sandbox_id))


def create_world(worlds: WorldStore, key: str, request: CreateWorld) -> WorldKey:
    """Creates the world of another key. Fails if the key has a world."""
    new_key = request.api_key or worlds.unused_key(key)
    worlds.create_world(new_key, request.settings, request.scenarios)
    return WorldKey(api_key=new_key)


def show_settings(worlds: WorldStore, key: str, request: EmptyRequest) -> Settings:
    """Returns the settings of this world."""
    return worlds.world(key).settings


def show_snapshot(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Returns everything that decides the replies of this world, as a document to save."""
    return take_snapshot(worlds.world(key))


def restore_snapshot(worlds: WorldStore, key: str, request: Snapshot) -> ClockState:
    """Replaces this world by the world of a snapshot."""
    worlds.set_world(key, restore_world(request))
    return clock_state(worlds.world(key))


def delete_world(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Deletes this world; the next call with its key creates a new one."""
    worlds.delete_world(key)
    return {"deleted": True}


def _load(request: LoadScenario) -> scenario.Scenario:
    """Returns the scenario that a request names or contains; a text may have a name too."""
    if not request.name and not request.text:
        raise UsageError(
            "no scenario is named: send name, as in GET /_mock/scenario, or text in YAML"
        )
    parameters: dict[str, Any] = dict(request.parameters)
    if request.text:
        return scenario.read(request.text, **{"name": request.name or "scenario"} | parameters)
    scenario.scenario_path(request.name)  # only shipped ones: a name is never used as a path
    return scenario.load(request.name, **parameters)
