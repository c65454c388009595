"""The settings: their names, defaults and alternatives, and errors for invalid values."""

import ast
import inspect
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from mock_memos.core import settings as module
from mock_memos.core.clock import DEFAULT_START
from mock_memos.core.errors import UsageError
from mock_memos.core.settings import Settings
from mock_memos.core.settings_arguments import SettingsArguments

ALTERNATIVES: dict[str, tuple[object, ...]] = {
    "http_status": ("by-code", "always-200"),
    "strict": (False, True),
    "status_format": ("object", "list"),
    "rerank_format": ("both", "envelope", "bare"),
    "memory_detail_fields": ("both", "documented"),
    "include_empty_lists": ("all", "requested"),
    "memory_time_format": ("ms", "iso"),
    "message_time_format": ("iso", "ms"),
    "time_zone": ("UTC", "Asia/Shanghai"),
    "multiple_delete_selectors": ("exclusive", "ids-win"),
    "agent_memory": ("on-demand", "on", "off"),
    "tool_schema_format": ("string", "object"),
    "sse_done_marker": (False, True),
    "enforce_quotas": ("off", "documented"),
}
DEFAULTS = {
    "seed": 0, "clock": "step", "start_time": None, "step_seconds": 1, "speed": 1,
    "fast_delay": 0, "processing_delay": 3, "file_processing_delay": 30,
    "feedback_processing_delay": 3,
    "search_matches_everything": False, "max_body_bytes": 512 * 1024 * 1024,
    "journal_max_entries": 10_000,
    "journal_max_bytes": 64 * 1024 * 1024, "fail_on_assumptions": False,
    "allow_unmatched_requests": False,
    "calls_per_second_limit": 40, "tokens_per_minute_limit": 400_000, "calls_total_limit": 0,
} | {name: values[0] for name, values in ALTERNATIVES.items()}  # fmt: skip
INVALID = [
    (
        "http_status",
        "by_code",
        "'by_code' is unknown, did you mean 'by-code'? Allowed: by-code, always-200",
    ),
    ("agent_memory", True, "expected one of on-demand, on, off, got true"),
    ("clock", "manul", "'manul' is unknown, did you mean 'manual'? Allowed: manual, step, real"),
    ("strict", "yes", "expected true or false, got the string 'yes'"),
    ("seed", 1.5, "expected an integer, got the number 1.5"),
    ("processing_delay", -1, "must be at least 0, not -1"),
    ("fast_delay", float("nan"), "must be at least 0, not nan"),
    ("file_processing_delay", float("inf"), "must be at most 1000000000.0, not inf"),
    ("step_seconds", 0, "must be at least 0.001, not 0"),
    ("speed", -2, "must be at least 0.001, not -2"),
    ("journal_max_entries", -1, "must be at least 0, not -1"),
    ("max_body_bytes", 2**50, f"must be at most {2**40}, not {2**50}"),
    ("start_time", 1.5, "expected an integer or a string, got the number 1.5"),
]


def test_every_setting_has_its_default() -> None:
    assert msgspec.structs.asdict(Settings()) == DEFAULTS


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_setting_accepts_exactly_its_alternatives(name: str) -> None:
    kind = get_type_hints(Settings)[name]
    assert ALTERNATIVES[name] == ((False, True) if kind is bool else get_args(kind))
    for value in ALTERNATIVES[name]:
        assert getattr(Settings().with_changes(**{name: value}), name) == value


def test_with_changes_keeps_the_other_settings() -> None:
    settings = Settings(seed=3, strict=True)
    assert settings.with_changes(seed=4) == Settings(seed=4, strict=True)
    assert settings.with_changes() == settings == Settings(seed=3, strict=True)


@pytest.mark.parametrize(("name", "value", "message"), INVALID)
def test_invalid_value_is_refused_with_allowed_values(name: str, value: Any, message: str) -> None:
    for make in (Settings().with_changes, Settings):
        with pytest.raises(UsageError) as refusal:
            make(**{name: value})
        assert str(refusal.value) == f"invalid setting {name}: {message}"


@pytest.mark.parametrize("start", ["soon", 10**20])
def test_invalid_start_time_is_refused(start: Any) -> None:
    with pytest.raises(UsageError, match=f"invalid setting start_time: invalid time {start!r}"):
        Settings(start_time=start)


def test_unknown_setting_proposes_the_similar_name() -> None:
    with pytest.raises(UsageError) as refusal:
        Settings().with_changes(http_statuz="by-code")
    message, names = str(refusal.value).split(" Known: ")
    assert message == "unknown setting 'http_statuz', did you mean 'http_status'?"
    assert set(names.split(", ")) == set(DEFAULTS)


def test_make_clock_uses_the_settings() -> None:
    clock = Settings(
        clock="step", start_time="2025-12-10T09:00:00Z", step_seconds=2, speed=3
    ).make_clock()
    assert (clock.mode, clock.now, clock.step_seconds, clock.speed) == ("step", DEFAULT_START, 2, 3)


def test_start_time_may_be_a_datetime() -> None:
    assert (
        Settings().with_changes(start_time=datetime(2025, 12, 10, 9, tzinfo=UTC)).start_time
        == DEFAULT_START
    )


def test_every_setting_has_a_one_line_docstring() -> None:
    tree = ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef))
    for field, docstring in pairwise(body):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(docstring, ast.Expr), ast.unparse(field)
            assert ast.unparse(docstring).strip("'\"").endswith(".")


def test_settings_arguments_have_every_setting_and_its_type() -> None:
    settings, arguments = get_type_hints(Settings), get_type_hints(SettingsArguments)
    assert arguments == settings | {"start_time": settings["start_time"] | datetime}
