"""The settings as keyword arguments, for editors and type checkers."""

from datetime import datetime
from typing import Literal, TypedDict

from mock_memos.core.clock import Mode


class SettingsArguments(TypedDict, total=False):
    """Settings as keyword arguments. core/settings.py documents them."""

    seed: int
    clock: Mode
    start_time: int | str | datetime | None
    step_seconds: float
    speed: float
    fast_delay: float
    processing_delay: float
    file_processing_delay: float
    feedback_processing_delay: float
    strict: bool
    fail_on_assumptions: bool
    allow_unmatched_requests: bool
    http_status: Literal["by-code", "always-200"]
    status_format: Literal["object", "list"]
    rerank_format: Literal["both", "envelope", "bare"]
    memory_detail_fields: Literal["both", "documented"]
    include_empty_lists: Literal["all", "requested"]
    memory_time_format: Literal["ms", "iso"]
    message_time_format: Literal["iso", "ms"]
    time_zone: Literal["UTC", "Asia/Shanghai"]
    multiple_delete_selectors: Literal["exclusive", "ids-win"]
    agent_memory: Literal["on-demand", "on", "off"]
    tool_schema_format: Literal["string", "object"]
    sse_done_marker: bool
    enforce_quotas: Literal["off", "documented"]
    calls_per_second_limit: int
    tokens_per_minute_limit: int
    calls_total_limit: int
    search_matches_everything: bool
    max_body_bytes: int
    journal_max_entries: int
    journal_max_bytes: int
