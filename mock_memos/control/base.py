"""What the verbs of the control API have in common."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl

import msgspec

from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.core.type_inspection import struct_fields
from mock_memos.scenario.language.document import Scenario
from mock_memos.simulation.world import World


class Worlds(Protocol):
    """Who holds the worlds: the engine."""

    @property
    def settings(self) -> Settings: ...
    def enter(self, key: str) -> World: ...
    def world(self, key: str) -> World: ...
    def reset(self, key: str) -> World: ...
    def open(self, key: str, settings: Settings, scenarios: Sequence[Scenario]) -> World: ...
    def put(self, key: str, world: World) -> None: ...
    def close(self, key: str) -> None: ...
    def spare_key(self, key: str) -> str: ...
    def document(self) -> dict[str, Any]: ...


class ControlRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of the control API. A field too many is refused, with the one that was meant."""


class Nothing(ControlRequest):
    """No fields."""


R = TypeVar("R", bound=msgspec.Struct)


def read(body: bytes, model: type[R], query: str = "") -> R:
    """A control body, and the query string beside it, as their struct.

    Raises `UsageError` that names each field that does not fit.
    """
    try:
        raw = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise UsageError(f"the body is not readable JSON: {problem}") from None
    if query and isinstance(raw, dict):
        raw |= _asked(query, model)
    return convert(raw, model)


def fields(model: type[msgspec.Struct]) -> tuple[str, ...]:
    """The names that a control body may have."""
    return model.__struct_encode_fields__


def _asked(query: str, model: type[R]) -> dict[str, Any]:
    """A query string as fields; `fields.info.nights=2` names a value within `fields`."""
    known = struct_fields(model)
    asked: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        above, dot, path = name.partition(".")
        if dot:
            asked.setdefault(above, {})[path] = _value(text)
        else:
            is_text = name not in known or any(type_.accepts(text) for type_ in known[name].types)
            asked[name] = text if is_text else _value(text)
    return asked


def _value(text: str) -> Any:
    """What a text says in JSON, or the text itself."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


Answer = dict[str, Any]
