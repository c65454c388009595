"""What all parts of the scenario language share."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_memos.core.clock import to_milliseconds
from mock_memos.core.errors import UsageError

Text = Annotated[str, Meta(min_length=1)]
Score = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
Values = dict[str, Any]


class ScenarioStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What everything that is written in a scenario has in common: a key too many is refused.

    What a type cannot say is in the annotation of a field: `extra={"check": function}` names a
    function from a value to what is wrong with it, or None.
    """


def moment_error(value: int | str) -> str | None:
    """What is wrong with a moment, or None."""
    try:
        to_milliseconds(value)
    except UsageError as problem:
        return str(problem)
    return None
