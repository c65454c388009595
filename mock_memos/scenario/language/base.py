"""Types for all parts of the scenario language."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Score = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
Values = dict[str, Any]


class ScenarioStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the structs in a scenario file. Unknown keys are rejected.

    A field annotation may have `extra={"check": function}`: the function returns what is wrong
    with a value of the right type, or None.
    """
