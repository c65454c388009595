"""All settings of the mock, with their defaults.

The names are the same in `MockMemos(...)`, the pytest marker, the `settings` of a scenario and
`mock-memos serve --setting NAME=VALUE`. Some cover behaviour of the real service that is
disputed or unknown; docs/fidelity.md explains each.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mock_memos.core.clock import MAX_STEP, MIN_STEP, Clock, Mode, moment_error, to_milliseconds
from mock_memos.core.conversion import find_mistake
from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import known_values
from mock_memos.core.text import decode_json
from mock_memos.core.type_inspection import struct_fields

Pace = Annotated[float, Meta(ge=MIN_STEP, le=MAX_STEP)]
Delay = Annotated[float, Meta(ge=0, le=MAX_STEP)]
Size = Annotated[int, Meta(ge=0, le=2**40)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of a world. Delays and steps are in virtual seconds, sizes in bytes.

    Raises UsageError that names the setting, the received value and the allowed values.
    """

    seed: int = 0
    """Seed of all identifiers."""
    clock: Mode = "step"
    """How time moves: by a step at each call, only by hand, or with the wall clock."""
    start_time: Annotated[int | str | None, Meta(extra={"check": moment_error})] = None
    """First time of the clock; default: a fixed time, or now if the clock is `real`."""
    step_seconds: Pace = 1.0
    """Seconds that the `step` clock moves at each call."""
    speed: Pace = 1.0
    """Virtual seconds per real second, if the clock is `real`."""

    fast_delay: Delay = 0.0
    """From an accepted message to its fast memory."""
    processing_delay: Delay = 3.0
    """From an accepted message to its processed memories."""
    file_processing_delay: Delay = 30.0
    """The same for messages with an image or a file, and for knowledge-base files."""
    feedback_processing_delay: Delay = 3.0
    """From accepted feedback to its changes."""

    strict: bool = False
    """Reject requests that the real service ignores, corrects or tolerates silently."""
    fail_on_assumptions: bool = False
    """Record which replies depend on assumptions about the service; the fixtures then fail."""
    allow_unmatched_requests: bool = False
    """Let a test pass although one of its calls matched no operation, or had no key."""
    http_status: Literal["by-code", "always-200"] = "by-code"
    """HTTP status of an error: from its code, or always 200."""
    status_format: Literal["object", "list"] = "object"
    """Result of get/status: an object, or the older list with one element."""
    rerank_format: Literal["both", "envelope", "bare"] = "both"
    """Where rerank returns its result: in `data`, at the top level, or both."""
    memory_detail_fields: Literal["both", "documented"] = "both"
    """Fields of get/memory/{memory_id}: documented and raw names, or documented names only."""
    include_empty_lists: Literal["all", "requested"] = "all"
    """Empty lists in a response: those of all views, or of the requested views."""
    memory_time_format: Literal["ms", "iso"] = "ms"
    """Times of memories: milliseconds or ISO 8601 strings."""
    message_time_format: Literal["iso", "ms"] = "iso"
    """Times of messages: ISO 8601 strings or milliseconds."""
    time_zone: Literal["UTC", "Asia/Shanghai"] = "UTC"
    """Time zone of the default time of messages, and of dates in filters."""
    multiple_delete_selectors: Literal["exclusive", "ids-win"] = "exclusive"
    """Several selectors in delete/memory: rejected, or the memory ids are used."""
    agent_memory: Literal["on-demand", "on", "off"] = "on-demand"
    """Memories that belong to an Agent: if a call names only an Agent, always, or never."""
    tool_schema_format: Literal["string", "object"] = "string"
    """Format of the value of a tool schema: a JSON string or an object."""
    sse_done_marker: bool = False
    """End a streamed response with `[DONE]`."""
    enforce_quotas: Literal["off", "documented"] = "off"
    """Whether the limits on tokens and calls are enforced."""
    calls_per_second_limit: Annotated[int, Meta(ge=1)] = 40
    """With `enforce_quotas`: calls in a virtual second before 40300."""
    tokens_per_minute_limit: Annotated[int, Meta(ge=1)] = 400_000
    """With `enforce_quotas`: input tokens in a virtual minute before 40309."""
    calls_total_limit: Annotated[int, Meta(ge=0)] = 0
    """With `enforce_quotas`: all calls before 40304; 0: no limit."""
    search_matches_everything: bool = False
    """Search returns all memories of the scope, ignoring the query."""

    max_body_bytes: Size = 512 * 1024 * 1024
    """Maximum size of a request body: fits an upload of 300 MB in Base64."""
    journal_max_entries: Size = 10_000
    """Maximum number of journal entries."""
    journal_max_bytes: Size = 64 * 1024 * 1024
    """Maximum size of all journal entries; one body may use an eighth of it."""

    def __post_init__(self) -> None:
        for name, default in zip(self.__struct_fields__, self.__struct_defaults__, strict=True):
            value = getattr(self, name)
            if value is not default:
                types = struct_fields(Settings)[name].types
                if (mistake := find_mistake(value, types)) is not None:
                    raise UsageError(f"invalid setting {name}: {mistake}")

    def make_clock(self) -> Clock:
        """Returns a new clock with these settings."""
        return Clock(
            self.clock, start_time=self.start_time, step_seconds=self.step_seconds, speed=self.speed
        )

    def with_changes(self, /, **changes: Any) -> "Settings":
        """Returns a copy with changes. Raises UsageError for unknown names and invalid values."""
        check_setting_names(changes)
        if isinstance(start := changes.get("start_time"), datetime):
            changes["start_time"] = to_milliseconds(start)
        return msgspec.structs.replace(self, **changes)


def check_setting_names(names: Iterable[str], *other_names: str) -> None:
    """Raises UsageError for a name that is neither a setting nor one of `other_names`."""
    known = (*other_names, *Settings.__struct_fields__)
    for name in names:
        if name not in known:
            raise UsageError(f"unknown setting {name!r}{known_values(name, known)}")


def parse_assignment(text: str, subject: str = "a setting") -> tuple[str, Any]:
    """Returns name and value of `fast_delay=2`. The value is parsed as JSON, else kept as text."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise UsageError(f"{subject} is written NAME=VALUE, not {text!r}")
    return name, decode_json(value, value)
