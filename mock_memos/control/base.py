"""What the verbs of the control API have in common."""

from typing import Any, Protocol, TypeVar

import msgspec

from mock_memos.errors import UsageError, nearest
from mock_memos.world import World


class Worlds(Protocol):
    """Who holds the worlds: the engine."""

    def world(self, key: str) -> World: ...
    def reset(self, key: str) -> World: ...
    def put(self, key: str, world: World) -> None: ...
    def spare_key(self, key: str) -> str: ...


class ControlRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of the control API. A field too many is refused, with the one that was meant."""


class Nothing(ControlRequest):
    """No fields."""


R = TypeVar("R", bound=ControlRequest)


def read(body: bytes, model: type[R]) -> R:
    """A control body as its struct. Raises `UsageError` that names the field."""
    try:
        raw = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, RecursionError) as problem:
        raise UsageError(f"the body is not readable JSON: {problem}") from None
    known = model.__struct_fields__
    for name in raw if isinstance(raw, dict) else ():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise UsageError(f"there is no field {name!r}{nearest(name, known)} Allowed: {allowed}")
    try:
        return msgspec.convert(raw, model)
    except msgspec.ValidationError as problem:
        raise UsageError(str(problem)) from None


Answer = dict[str, Any]
