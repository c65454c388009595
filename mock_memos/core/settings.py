"""Every setting of a double in one place, with the default first.

The same names serve everywhere: `MockMemos(...)`, the pytest marker, the `settings` of a scenario
and `mock-memos serve --setting NAME=VALUE`. The switches stand for what is disputed or unknown
about the real service; `docs/fidelity.md` says why each exists.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mock_memos.core.clock import MAX_STEP, MIN_STEP, Clock, Mode, to_milliseconds
from mock_memos.core.conversion import find_mistake
from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values
from mock_memos.core.type_inspection import struct_fields

Pace = Annotated[float, Meta(ge=MIN_STEP, le=MAX_STEP)]
Delay = Annotated[float, Meta(ge=0, le=MAX_STEP)]
Size = Annotated[int, Meta(ge=0, le=2**40)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a world behaves. Delays and steps are in virtual seconds, sizes in bytes.

    Raises `UsageError` that names the setting, what came and what is allowed.
    """

    seed: int = 0
    """What identifiers are made from."""
    clock: Mode = "step"
    """How time moves: by hand, by a step at each call, or with the wall clock."""
    start_time: int | str | None = None
    """Where the clock begins; without it a fixed moment, or now if the clock is `real`."""
    step_seconds: Pace = 1.0
    """How far the `step` clock moves at each call."""
    speed: Pace = 1.0
    """Virtual seconds for each real one, if the clock is `real`."""

    fast_delay: Delay = 0.0
    """From an accepted message to its fast memory."""
    processing_delay: Delay = 3.0
    """From an accepted message to its processed memories."""
    file_processing_delay: Delay = 30.0
    """The same when a message carries an image or a file, and for knowledge-base files."""
    feedback_processing_delay: Delay = 3.0
    """From accepted feedback to what it changes."""

    strict: bool = False
    """Refuse what the service would silently ignore, put right or put up with."""
    fail_on_assumptions: bool = False
    """Note which replies rest on what is only assumed of the service; the fixtures then fail."""
    allow_unmatched_requests: bool = False
    """Let a test pass although a call of it reached no operation, or had no key."""
    http_status: Literal["by-code", "always-200"] = "by-code"
    """HTTP status of an error: from its code, or 200 like every other answer."""
    status_format: Literal["object", "list"] = "object"
    """What get/status answers: an object, or the older list with one element."""
    rerank_format: Literal["both", "envelope", "bare"] = "both"
    """Where rerank puts its result: in `data`, at the top, or in both places."""
    memory_detail_fields: Literal["both", "documented"] = "both"
    """What get/memory/{memory_id} shows: the raw names of fields too, or documented ones alone."""
    include_empty_lists: Literal["all", "requested"] = "all"
    """Which empty lists an answer shows: those of all views, or of those that were asked for."""
    memory_time_format: Literal["ms", "iso"] = "ms"
    """Times of memories: milliseconds or ISO 8601 texts."""
    message_time_format: Literal["iso", "ms"] = "iso"
    """Times of messages: ISO 8601 texts or milliseconds."""
    time_zone: Literal["UTC", "Asia/Shanghai"] = "UTC"
    """Zone of a message's default time, and of dates in filters."""
    multiple_delete_selectors: Literal["exclusive", "ids-win"] = "exclusive"
    """Several selectors in delete/memory: refused, or the memory ids count."""
    agent_memory: Literal["on-demand", "on", "off"] = "on-demand"
    """Memories of an Agent's own: when a call names an Agent alone, always, or never."""
    tool_schema_format: Literal["string", "object"] = "string"
    """How the value of a tool schema is shown: as a JSON text or as an object."""
    sse_done_marker: bool = False
    """End a streamed answer with `[DONE]`."""
    enforce_quotas: Literal["off", "documented"] = "off"
    """Whether limits on tokens and calls are kept."""
    calls_per_second_limit: Annotated[int, Meta(ge=1)] = 40
    """With `enforce_quotas`: calls in a virtual second before 40300."""
    tokens_per_minute_limit: Annotated[int, Meta(ge=1)] = 400_000
    """With `enforce_quotas`: input tokens in a virtual minute before 40309."""
    calls_total_limit: Annotated[int, Meta(ge=0)] = 0
    """With `enforce_quotas`: calls in all before 40304; 0 sets no limit."""
    search_matches_everything: bool = False
    """Search finds every memory of its scope, whatever the query says."""

    max_body_bytes: Size = 512 * 1024 * 1024
    """Largest request body. Room for an upload of 300 MB in Base64."""
    journal_max_entries: Size = 10_000
    """How many exchanges the journal holds."""
    journal_max_bytes: Size = 64 * 1024 * 1024
    """How many bytes they may take together; a body may take an eighth of it."""

    def __post_init__(self) -> None:
        for name, default in zip(self.__struct_fields__, self.__struct_defaults__, strict=True):
            value = getattr(self, name)
            if value is not default and (problem := _misfit(name, value)):
                raise UsageError(f"invalid setting {problem}")

    def make_clock(self) -> Clock:
        """A clock that begins and moves as these settings say."""
        return Clock(
            self.clock, start_time=self.start_time, step_seconds=self.step_seconds, speed=self.speed
        )

    def with_changes(self, **changes: Any) -> "Settings":
        """These settings with some changed. Raises `UsageError` as the settings themselves do."""
        check_setting_names(changes)
        if isinstance(start := changes.get("start_time"), datetime):
            changes["start_time"] = to_milliseconds(start)
        return msgspec.structs.replace(self, **changes)


def check_setting_names(names: Iterable[str], *besides: str) -> None:
    """Raises `UsageError` for the name of no setting; `besides` may be said in the same place."""
    known = (*besides, *Settings.__struct_fields__)
    for name in names:
        if name not in known:
            raise UsageError(f"unknown setting {name!r}{known_values(name, known)}")


def parse_assignment(text: str, what: str = "a setting") -> tuple[str, Any]:
    """`fast_delay=2` as a name and a value: JSON where it reads as such, else the text itself."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise UsageError(f"{what} is written NAME=VALUE, not {text!r}")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value


def _misfit(name: str, value: Any) -> str:
    """Returns what is wrong with a value, or an empty string."""
    problem = find_mistake(value, struct_fields(Settings)[name].types)
    if problem is None and name == "start_time":
        try:
            to_milliseconds(value)
        except UsageError as error:
            problem = str(error)
    return f"{name}: {problem}" if problem else ""
