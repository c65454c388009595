"""Task plan."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.scenario.language.base import Count, Plain, Seconds

WAYS: Final = ("after", "polls", "at_once", "held")


ENDS: Final = ("failed", "late_failure", "stuck", "vanished")


class Course(Plain, frozen=True, kw_only=True):
    """How a task gets to its end, and to which one. Without any key: by the settings' delays."""

    after: Annotated[Seconds | None, Meta(description="Ends so many seconds after the call")] = None
    polls: Annotated[Count | None, Meta(description="Ends at the n-th get/status")] = None
    at_once: Annotated[bool, Meta(description="Has ended when the call is answered")] = False
    held: Annotated[bool, Meta(description="Waits until somebody releases it")] = False

    failed: Annotated[
        bool | str, Meta(description="Ends failed and leaves nothing; a text says why")
    ] = False
    late_failure: Annotated[
        bool | str, Meta(description="Ends failed with half of its memories made; a text says why")
    ] = False
    stuck: Annotated[bool, Meta(description="Is running for ever")] = False
    vanished: Annotated[bool, Meta(description="Its id is unknown to get/status")] = False

    rough: Annotated[
        Seconds | None, Meta(description="Seconds until the fast memory can be found")
    ] = None

    def __post_init__(self) -> None:
        _one_of(self, WAYS)
        _one_of(self, ENDS)
        if self.stuck and self.way != "time":
            raise InvalidValueError("stuck", f"a stuck task never ends, so {self.way} says nothing")

    @property
    def way(self) -> Literal["time", "after", "polls", "at_once", "held"]:
        """What it waits for; `time` stands for the settings' delays."""
        for name in WAYS:
            if _is_given(self, name):
                return name
        return "time"

    @property
    def end(self) -> Literal["completed", "failed", "late_failure", "stuck", "vanished"]:
        """Where it gets to."""
        for name in ENDS:
            if getattr(self, name):
                return name
        return "completed"

    @property
    def reason(self) -> str:
        """Why it failed, if the file says so."""
        for why in (self.failed, self.late_failure):
            if isinstance(why, str):
                return why
        return ""


def _is_given(course: Course, name: str) -> bool:
    value = getattr(course, name)
    return value is not None and value is not False  # zero seconds are given


def _one_of(course: Course, names: tuple[str, ...]) -> None:
    given = [name for name in names if _is_given(course, name)]
    if len(given) > 1:
        raise InvalidValueError(given[1], f"does not go with {given[0]}")
