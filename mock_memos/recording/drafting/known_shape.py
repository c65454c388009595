"""The part of an answer that has the known shape: all that conclusions are drawn from.

A service may answer something else than it is known to. That is kept as it came; here it is passed
over, value by value, by the same structs that the double answers with.
"""

from functools import cache
from typing import Any, Final

import msgspec
from msgspec import UNSET, inspect

from mock_memos.api.models.messages import LegacyTaskStatus
from mock_memos.api.routes import API

_LIST_SHAPED: Final = {"get/status": list[LegacyTaskStatus]}
"""What an operation answers in the other shape that is known of it."""


@cache
def _known(operation: str) -> tuple[inspect.Type, ...]:
    """The shapes of what an operation answers."""
    kinds = [route.response for route in API if route.operation == operation]
    kinds += [_LIST_SHAPED[operation]] if operation in _LIST_SHAPED else []
    return tuple(inspect.type_info(kind) for kind in kinds)


def sound(operation: str, data: Any) -> Any:
    """The data of an answer, without what is not of a known shape; None when nothing is."""
    for kind in _known(operation):
        if (found := _sound(data, kind)) is not UNSET:
            return found
    return None


def _sound(value: Any, kind: inspect.Type) -> Any:
    """What of a value has this type; `UNSET` when it has another."""
    match kind:
        case inspect.Metadata():
            return _sound(value, kind.type)
        case inspect.AnyType():
            return value
        case inspect.UnionType():
            found = (_sound(value, one) for one in kind.types)
            return next((one for one in found if one is not UNSET), UNSET)
        case inspect.StructType():
            return _fields(value, kind) if isinstance(value, dict) else UNSET
        case inspect.ListType():
            if not isinstance(value, list):
                return UNSET
            return [one for item in value if (one := _sound(item, kind.item_type)) is not UNSET]
        case inspect.DictType():
            return value if isinstance(value, dict) else UNSET
        case inspect.LiteralType():
            return value if value in kind.values and isinstance(value, str) else UNSET
    return value if _is_plain(value, kind) else UNSET


def _fields(value: dict[str, Any], kind: inspect.StructType) -> dict[str, Any]:
    found = {
        field.encode_name: _sound(value[field.encode_name], field.type)
        for field in kind.fields
        if field.encode_name in value
    }
    return {name: one for name, one in found.items() if one is not UNSET}


def _is_plain(value: Any, kind: inspect.Type) -> bool:
    wanted: dict[type[inspect.Type], tuple[type, ...]] = {
        inspect.StrType: (str,),
        inspect.IntType: (int,),
        inspect.FloatType: (int, float),
        inspect.BoolType: (bool,),
    }
    known = wanted.get(type(kind), ())
    return isinstance(value, known) and (bool in known or not isinstance(value, bool))


def fits(value: Any, struct: type[msgspec.Struct]) -> bool:
    """Whether a part of a scenario may be written like this."""
    try:
        msgspec.convert(value, struct)
    except msgspec.ValidationError:
        return False
    return True
