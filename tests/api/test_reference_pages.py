"""The generated pages docs/api.md and docs/fidelity.md."""

import re
from pathlib import Path

import pytest

from mock_memos.api import reference_pages
from mock_memos.api.evidence.open_questions import QUESTIONS
from mock_memos.api.routes import API
from mock_memos.control.routes import CONTROL
from mock_memos.core.settings import Settings


@pytest.mark.parametrize("name", reference_pages.PAGES)
def test_generated_page_is_up_to_date(name: str) -> None:
    page = Path(reference_pages.DOCS, name).read_text(encoding="utf-8")
    assert page == reference_pages.PAGES[name](), (
        "outdated: run python -m mock_memos.api.reference_pages"
    )


def test_api_page_lists_every_operation() -> None:
    table, _, verbs = reference_pages.api_page().partition("## Control API")
    names = re.findall(r"^\| `(?:GET )?([^`]+)`", table, re.MULTILINE)
    assert names == [route.path for route in API]
    names = re.findall(r"^\| `([A-Z]+ [^`]+)`", verbs, re.MULTILINE)
    assert names == [f"{verb.method} {verb.path}" for verb in CONTROL]


def test_every_alternative_setting_has_a_question() -> None:
    settings = {question.setting for question in QUESTIONS if question.setting}
    assert settings <= set(Settings.__struct_fields__)
    from mock_memos.engine.assumptions import EVIDENCE_SETTINGS

    assert set(EVIDENCE_SETTINGS) <= settings
