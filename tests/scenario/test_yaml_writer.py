"""What is written as a scenario reads back as the same values, whatever they are."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_memos import scenario
from mock_memos.scenario.placeholders import escape, substitute_saved
from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import to_yaml, value_to_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e9, 1e9).filter(lambda number: number == 0 or abs(number) > 1e-9)
    | texts
    | st.sampled_from(["on", "0610", "1e3", "2025-12-10", "~", "true", "null", "- a", "a: b", "#"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(values)
@example("a\n\n b\n")
@example([-0.0005624693746264819, 1e-05, 0.1, 3.0, -0.0, 123456789.12345678])
@example({"": "\x85", "a\nb": [[], {}, "\u2028"], "long": "x " * 300})
def test_any_value_is_read_back_equal(value: Any) -> None:
    read = YamlSource(value_to_yaml({"value": value}))
    assert read.mistakes == []
    assert read.value == {"value": value}


def test_shared_values_are_written_twice() -> None:
    shared = {"a": ["b", {"c": 1}]}
    assert "&" not in value_to_yaml({"one": shared, "two": shared})


def test_document_has_blank_lines_between_parts() -> None:
    document = {
        "version": 1,
        "title": "Tea",
        "rules": [{"when": {"text": "a"}, "then": {"no_memories": True}}, {"then": {"chat": "b"}}],
        "steps": [{"note": "one"}, {"advance": 3}],
    }
    text = to_yaml(document)
    assert YamlSource(text).value == document
    assert text.endswith("\nsteps:\n  - note: one\n\n  - advance: 3\n")


@pytest.mark.parametrize("text", ["${user}", "$${user}", "pay $5 to {x}", "${"])
def test_escaped_text_has_no_parameter(text: str) -> None:
    document = escape({"version": 1, "title": "T", "steps": [{"note": text}]})
    assert scenario.read(to_yaml(document)).steps[0].note == text


@pytest.mark.parametrize("text", ["{{ user }}", "a {{x}} b", "\\{{x}}", "{{", "${{x}}"])
def test_escaped_braces_are_not_substituted(text: str) -> None:
    step = escape({"call": "chat", "body": {"q": text}}, in_steps=True)
    loaded = scenario.read(to_yaml({"version": 1, "title": "T", "steps": [step]}))
    assert substitute_saved(loaded.steps[0].body, {}) == {"q": text}
