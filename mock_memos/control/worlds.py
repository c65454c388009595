"""Worlds as wholes, over HTTP: health, reset, scenarios, forks, state."""

from typing import Annotated, Any

from msgspec import Meta

from mock_memos import scenario
from mock_memos.control.base import Answer, ControlRequest, Nothing, Worlds
from mock_memos.control.clock import shown
from mock_memos.core.errors import UsageError
from mock_memos.simulation.snapshot import Snapshot, restore_world, take_snapshot


class LoadScenario(ControlRequest):
    """A shipped scenario by its name, or a scenario as YAML text."""

    name: Annotated[
        str, Meta(description="Name of a shipped scenario, or how a text is called")
    ] = ""
    text: Annotated[str, Meta(description="A whole scenario in YAML")] = ""
    parameters: Annotated[
        dict[str, str | float | bool | None], Meta(description="Values for its parameters")
    ] = {}


class BeginAnew(LoadScenario):
    """As it began when empty; else with this scenario, and these settings, from the start."""

    settings: Annotated[
        dict[str, Any], Meta(description="Settings by their names, as for MockMemos(...)")
    ] = {}


class ForkWorld(ControlRequest):
    """Where the copy goes."""

    api_key: Annotated[str, Meta(description="Key of the copy; made up when absent")] = ""


def health(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """That the server is there."""
    return {"status": "ok"}


def reset(worlds: Worlds, key: str, request: BeginAnew) -> Answer:
    """Begin this world anew: as it began, or with a scenario and settings of your choice."""
    if request == BeginAnew():
        return shown(worlds.reset(key))
    empty = not (request.name or request.text or request.parameters)
    chosen = [] if empty else [_chosen(request)]
    said = request.settings
    for one in chosen:
        said = one.settings | said
    return shown(worlds.open(key, worlds.settings.with_changes(**said), chosen))


def list_scenarios(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """The shipped scenarios, and those that are loaded here."""
    return {
        "library": [{"name": one.name, "title": one.title} for one in scenario.shipped_scenarios()],
        "loaded": [one.name for one in worlds.world(key).scenarios],
    }


def load_scenario(worlds: Worlds, key: str, request: LoadScenario) -> Answer:
    """Add a scenario to this world. Files are not read by path: send the text."""
    loaded = _chosen(request)
    worlds.world(key).load_scenario(loaded)
    return {"loaded": loaded.name, "title": loaded.title}


def fork(worlds: Worlds, key: str, request: ForkWorld) -> Answer:
    """Put an equal world under another key."""
    copy = request.api_key or worlds.spare_key(key)
    worlds.put(copy, worlds.world(key).fork())
    return {"api_key": copy}


def show_state(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Everything that decides this world's replies, as a document to keep."""
    return take_snapshot(worlds.world(key))


def restore_state(worlds: Worlds, key: str, request: Snapshot) -> Answer:
    """Put the world of such a document in place of this one."""
    worlds.put(key, restore_world(request))
    return shown(worlds.world(key))


def forget(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Forget this world; the next call with its key begins a fresh one."""
    worlds.close(key)
    return {"forgotten": True}


def _chosen(request: LoadScenario) -> scenario.Scenario:
    """The scenario that a request names or holds; a text may have a name beside it."""
    if not request.name and not request.text:
        raise UsageError("send name or text")
    parameters: dict[str, Any] = dict(request.parameters)
    if request.text:
        return scenario.read(request.text, **{"name": request.name or "scenario"} | parameters)
    scenario.scenario_path(request.name)  # shipped ones only: a name is never used as a path
    return scenario.load(request.name, **parameters)
