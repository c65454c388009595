"""Worlds as wholes, over HTTP: health, reset, scenarios, forks, state."""

from typing import Annotated, Any

from msgspec import Meta

from mock_memos import scenario
from mock_memos.control.base import Answer, ControlRequest, Nothing, Worlds
from mock_memos.control.clock import shown
from mock_memos.errors import UsageError
from mock_memos.world import Snapshot, World


class LoadScenario(ControlRequest):
    """A shipped scenario by its name, or a scenario as YAML text."""

    name: Annotated[
        str, Meta(description="Name of a shipped scenario, or how a text is called")
    ] = ""
    text: Annotated[str, Meta(description="A whole scenario in YAML")] = ""
    parameters: Annotated[
        dict[str, str | float | bool | None], Meta(description="Values for its parameters")
    ] = {}


class ForkWorld(ControlRequest):
    """Where the copy goes."""

    api_key: Annotated[str, Meta(description="Key of the copy; made up when absent")] = ""


def health(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """That the server is there."""
    return {"status": "ok"}


def reset(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Begin this world anew, as it began."""
    return shown(worlds.reset(key))


def list_scenarios(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """The shipped scenarios, and those that are loaded here."""
    return {
        "library": [{"name": one.name, "title": one.title} for one in scenario.library()],
        "loaded": [one.name for one in worlds.world(key).scenarios],
    }


def load_scenario(worlds: Worlds, key: str, request: LoadScenario) -> Answer:
    """Add a scenario to this world. Files are not read by path: send the text."""
    if not request.name and not request.text:
        raise UsageError("send name or text")
    parameters: dict[str, Any] = dict(request.parameters)
    if request.text:
        loaded = scenario.read(request.text, **{"name": request.name or "scenario"} | parameters)
    else:
        scenario.find(request.name)  # shipped ones only: a name is never used as a path
        loaded = scenario.load(request.name, **parameters)
    worlds.world(key).load(loaded)
    return {"loaded": loaded.name, "title": loaded.title}


def fork(worlds: Worlds, key: str, request: ForkWorld) -> Answer:
    """Put an equal world under another key."""
    copy = request.api_key or worlds.spare_key(key)
    worlds.put(copy, worlds.world(key).fork())
    return {"api_key": copy}


def show_state(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Everything that decides this world's replies, as a document to keep."""
    return worlds.world(key).snapshot()


def restore_state(worlds: Worlds, key: str, request: Snapshot) -> Answer:
    """Put the world of such a document in place of this one."""
    worlds.put(key, World.restore(request))
    return shown(worlds.world(key))


def forget(worlds: Worlds, key: str, request: Nothing) -> Answer:
    """Forget this world; the next call with its key begins a fresh one."""
    worlds.close(key)
    return {"forgotten": True}
