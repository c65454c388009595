"""A check notices if a setting changes what it checks."""

from typing import Any

import pytest

from mock_memos.api.evidence.open_questions import QUESTIONS
from mock_memos.verification.checks import CHECKS
from tests.support.check_runs import differences_of, mock, run_all

OTHERWISE: dict[str, tuple[Any, ...]] = {
    "http_status": ("always-200",),
    "status_format": ("list",),
    "rerank_format": ("bare", "envelope"),
    "memory_detail_fields": ("documented",),
    "include_empty_lists": ("requested",),
    "memory_time_format": ("iso",),
    "message_time_format": ("ms",),
    "time_zone": ("Asia/Shanghai",),
    "multiple_delete_selectors": ("ids-win",),
    "agent_memory": ("on", "off"),
    "tool_schema_format": ("object",),
    "sse_done_marker": (True,),
}
NO_SHAPE = {"", "strict", "enforce_quotas", "search_matches_everything", "processing_delay"}
"""Settings that change many things, or nothing that a fact can state."""


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in OTHERWISE.items() for value in values]
)
def test_check_notices_a_changed_setting(name: str, value: Any) -> None:
    backing = [check for check in CHECKS if f"setting {name}" in check.backs]
    record = run_all(mock(**{name: value}).transport(), backing)
    assert differences_of(record)


def test_every_setting_of_a_question_has_a_check() -> None:
    settings = {question.setting for question in QUESTIONS} - NO_SHAPE
    assert settings == set(OTHERWISE)
