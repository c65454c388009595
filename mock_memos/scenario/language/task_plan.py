"""When a task ends, and how: the value of `task` in rules, fixtures and the control API."""

from functools import lru_cache
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.records import TaskOutcome
from mock_memos.scenario.language.base import Count, ScenarioStruct, Seconds

Completion = Literal["after_seconds", "after_polls", "immediately", "hold", "stuck"]
COMPLETIONS: Final[tuple[Completion, ...]] = get_args(Completion)
"""The keys that say when a task ends. A plan has at most one."""

OUTCOMES: Final[tuple[TaskOutcome, ...]] = ("failed", "partial_failure", "unknown_to_status")
"""The keys that say how a task ends. A plan has at most one."""


class TaskPlan(ScenarioStruct, frozen=True, kw_only=True):
    """When a task ends, and how. Without any key, the delays of the settings apply.

    `TaskPlan(after_polls=3, failed="too large")` fails at the third get/status. Raises
    `UsageError` for two keys that say when, or two that say how.
    """

    after_seconds: Annotated[
        Seconds | None, Meta(description="Ends this many virtual seconds after the call")
    ] = None
    after_polls: Annotated[Count | None, Meta(description="Ends at the n-th get/status")] = None
    immediately: Annotated[bool, Meta(description="Ends before the call is answered")] = False
    hold: Annotated[bool, Meta(description="Runs until it is released")] = False
    stuck: Annotated[bool, Meta(description="Never ends")] = False

    failed: Annotated[
        bool | str, Meta(description="Fails and creates no memory; a text is the reason")
    ] = False
    partial_failure: Annotated[
        bool | str,
        Meta(description="Fails after creating half of its memories; a text is the reason"),
    ] = False
    unknown_to_status: Annotated[
        bool, Meta(description="get/status answers that the task does not exist")
    ] = False

    fast_after_seconds: Annotated[
        Seconds | None, Meta(description="Virtual seconds until search finds the fast memory")
    ] = None

    def __post_init__(self) -> None:
        completions = [name for name in COMPLETIONS if self._has(name)]
        outcomes = [name for name in OUTCOMES if self._has(name)]
        for names in (completions, outcomes, ["stuck", *outcomes] if self.stuck else []):
            if len(names) > 1:
                raise InvalidValueError(names[1], f"cannot be combined with {names[0]}")

    def _has(self, name: str) -> bool:
        value = getattr(self, name)
        return value is not None and value is not False  # 0 seconds is a value

    @property
    def completion(self) -> Completion | None:
        """The key that says when the task ends, or None."""
        if self.after_seconds is not None:
            return "after_seconds"
        if self.after_polls is not None:
            return "after_polls"
        if self.immediately:
            return "immediately"
        return "hold" if self.hold else "stuck" if self.stuck else None

    @property
    def outcome(self) -> TaskOutcome:
        """How the task ends."""
        if self.failed is not False:
            return "failed"
        if self.partial_failure is not False:
            return "partial_failure"
        return "unknown_to_status" if self.unknown_to_status else "completed"

    @property
    def reason(self) -> str:
        """Why the task fails, if the plan says it."""
        reason = self.failed or self.partial_failure
        return reason if isinstance(reason, str) else ""


DEFAULT_PLAN: Final = TaskPlan()
"""The plan of a task that no rule mentions: the settings' delays decide."""


@lru_cache(maxsize=256)
def resolve_plan(
    plan: TaskPlan, *, processing_delay: float, fast_delay: float, synchronous: bool = False
) -> TaskPlan:
    """Returns a plan with these delays, in virtual seconds, where it sets none itself.

    A synchronous task ends immediately, unless it is held, stuck or waits for polls. It has no
    fast memory: `fast_after_seconds=None`.
    """
    completion = plan.completion or "after_seconds"
    if synchronous and completion == "after_seconds":
        completion = "immediately"
    after = processing_delay if plan.after_seconds is None else plan.after_seconds
    fast = fast_delay if plan.fast_after_seconds is None else plan.fast_after_seconds
    return msgspec.structs.replace(
        plan,
        immediately=completion == "immediately",
        after_seconds=after if completion == "after_seconds" else None,
        fast_after_seconds=None if synchronous or completion == "immediately" else fast,
    )
