"""Suggestions in error messages, and shortened texts."""

import msgspec
import pytest

from mock_memos.core.suggestions import describe_type_error, did_you_mean, known_values
from mock_memos.core.text import shorten


def test_did_you_mean_proposes_only_similar_words() -> None:
    known = ["async_mode", "app_id"]
    assert did_you_mean("asyncmode", known) == ", did you mean 'async_mode'?"
    assert did_you_mean("zzz", known) == did_you_mean("", known) == did_you_mean("app", []) == ""
    assert did_you_mean("async_mode" * 20, known) == ""


def test_known_values_lists_all_values() -> None:
    assert known_values("stap", ["step", "real"]) == ", did you mean 'step'? Known: step, real"
    assert known_values("zzz", [], "Allowed") == ". Allowed: none"


def test_type_error_uses_names_of_json_types() -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert("x", int | None)
    assert describe_type_error(error.value) == "expected an integer or null, got a string"


@pytest.mark.parametrize(
    ("text", "short"), [("Lyon", "Lyon"), ("Lyon and", "Lyon and"), ("Lyon or Paris", "Lyon ...")]
)
def test_shorten_returns_at_most_max_length_characters(text: str, short: str) -> None:
    assert shorten(text, 8) == short
    assert len(shorten(text, 8, mark="…")) <= 8
