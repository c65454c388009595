"""What the verbs of the control API have in common."""

from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl

import msgspec

from mock_memos.errors import UsageError, nearest
from mock_memos.world import World


class Worlds(Protocol):
    """Who holds the worlds: the engine."""

    def world(self, key: str) -> World: ...
    def reset(self, key: str) -> World: ...
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

    Raises `UsageError` that names the field.
    """
    try:
        raw = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise UsageError(f"the body is not readable JSON: {problem}") from None
    if query and isinstance(raw, dict):
        raw |= _asked(query)
    known = model.__struct_fields__
    for name in raw if isinstance(raw, dict) else ():
        if name not in known:
            allowed = ", ".join(known) or "none"
            close = nearest(name, known) or "."
            raise UsageError(f"there is no field {name!r}{close} Allowed: {allowed}")
    try:
        return msgspec.convert(raw, model, strict=not query)
    except msgspec.ValidationError as problem:
        raise UsageError(str(problem)) from None


def _asked(query: str) -> dict[str, Any]:
    """A query string as fields; `fields.info.nights=2` names a value within `fields`."""
    asked: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        above, dot, path = name.partition(".")
        if not dot:
            asked[name] = text
            continue
        try:
            value = msgspec.json.decode(text)
        except msgspec.DecodeError:
            value = text
        asked.setdefault(above, {})[path] = value
    return asked


Answer = dict[str, Any]
