"""What the routes of the control API share: the store of worlds, requests and their parsing."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl

import msgspec

from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.core.text import decode_json
from mock_memos.core.type_inspection import struct_fields
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.world import World


class WorldStore(Protocol):
    """The worlds by their keys; implemented by the engine."""

    @property
    def settings(self) -> Settings: ...
    def check_request_key(self, key: str) -> None: ...
    def find_world(self, key: str) -> World | None: ...
    def world(self, key: str) -> World: ...
    def reset(
        self, key: str, settings: Settings | None = None, scenarios: Sequence[Scenario] = ()
    ) -> World: ...
    def create_world(
        self, key: str, settings: Settings, scenarios: Sequence[Scenario]
    ) -> World: ...
    def set_world(self, key: str, world: World) -> None: ...
    def fork_world(self, key: str, copy_key: str) -> None: ...
    def open_sandbox(self, key: str) -> str: ...
    def close_sandbox(self, key: str, sandbox_id: str) -> World: ...
    def delete_world(self, key: str) -> None: ...
    def unused_key(self, key: str) -> str: ...
    def openapi_document(self) -> dict[str, Any]: ...


def run_due_jobs(worlds: WorldStore, key: str) -> None:
    """Brings the world of a key up to date, as before each access, without creating it."""
    if (world := worlds.find_world(key)) is not None:
        world.run_due_jobs()


class ControlRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of the control API. Unknown fields are rejected with a suggestion."""


class ControlResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A response of the control API; its fields are the keys of the JSON object."""


class EmptyRequest(ControlRequest):
    """No fields."""


R = TypeVar("R", bound=msgspec.Struct)


def parse_request(body: bytes, model: type[R], query: str = "") -> R:
    """Returns a body and a query string as one struct.

    Raises `UsageError` with all invalid fields.
    """
    try:
        raw = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise UsageError(f"the body is not readable JSON: {problem}") from None
    if query and isinstance(raw, dict):
        raw |= _parse_query(query, model)
    return convert(raw, model)


def fields(model: type[msgspec.Struct]) -> tuple[str, ...]:
    """Returns the names of the fields of a request."""
    return model.__struct_encode_fields__


def _parse_query(query: str, model: type[R]) -> dict[str, Any]:
    """Returns a query string as fields; `fields.info.nights=2` is a value within `fields`."""
    known = struct_fields(model)
    values: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        parent, dot, path = name.partition(".")
        if dot:
            values.setdefault(parent, {})[path] = decode_json(text, text)
        else:
            is_text = name not in known or any(type_.accepts(text) for type_ in known[name].types)
            values[name] = text if is_text else decode_json(text, text)
    return values


Answer = dict[str, Any]
