"""The settings as keyword arguments, for editors and type checkers. `settings.py` explains them."""

from datetime import datetime
from typing import Literal, TypedDict

from mock_memos.core.clock import Mode


class SettingsArguments(TypedDict, total=False):
    """What may be said of a world beside its scenario and schedule."""

    seed: int
    clock: Mode
    start: int | str | datetime | None
    step: float
    rate: float
    rough_delay: float
    fine_delay: float
    file_delay: float
    feedback_delay: float
    strict: bool
    strict_evidence: bool
    allow_unexpected: bool
    http_status: Literal["by-code", "always-200"]
    status_shape: Literal["object", "list"]
    rerank_shape: Literal["both", "envelope", "bare"]
    memory_by_id: Literal["both", "documented"]
    empty_lists: Literal["all", "requested"]
    item_time: Literal["ms", "iso"]
    message_time: Literal["iso", "ms"]
    time_zone: Literal["UTC", "Asia/Shanghai"]
    delete_selectors: Literal["exclusive", "ids-win"]
    agent_memory: Literal["on-demand", "on", "off"]
    tool_schema_shape: Literal["string", "object"]
    sse_done: bool
    quotas: Literal["off", "documented"]
    calls_per_second: int
    tokens_per_minute: int
    total_calls: int
    match_everything: bool
    body_limit: int
    journal_size: int
    journal_bytes: int
