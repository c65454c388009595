"""Evidence files, and their effect on routes, OpenAPI and the fidelity page."""

import json
from pathlib import Path

import pytest

from mock_memos.api import reference_pages
from mock_memos.api.evidence.observations import (
    NO_OBSERVATIONS,
    Observations,
    load_observations,
    save_observations,
)
from mock_memos.cli import main
from mock_memos.core.errors import UsageError

FOUND = Observations(
    date="2026-01-31",
    facts=("a_status_is_an_object",),
    observed=(
        "MemoryPage.pages",
        "error 40001",
        "operation get/status",
        "setting memory_time_format",
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "evidence.json"
    save_observations(FOUND, path)
    return str(path)


def test_saved_observations_are_loaded_unchanged(file: str) -> None:
    assert load_observations(file) == FOUND
    assert json.loads(Path(file).read_text())["format"] == "mock-memos-evidence-1"


def test_confirmed_assumption_becomes_observed() -> None:
    assert FOUND.evidence_for("MemoryPage.pages", "assumed") == "observed"
    assert FOUND.evidence_for("MemoryPage.pages", "documented") == "documented"
    assert FOUND.evidence_for("MemoryPage.total", "assumed") == "assumed"
    assert NO_OBSERVATIONS.evidence_for("MemoryPage.pages", "assumed") == "assumed"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "Expected `object`, got `array`"),
        ("<html>", "malformed"),
        ('{"format": "mock-memos-evidence-1"}', "missing required field `date`"),
        ('{"format": "another", "date": "2026-01-31"}', "$.format"),
        ('{"date": "2026-01-31", "reply": {}}', "unknown field `reply`"),
        ('{"date": "2026-01-31", "observed": [1]}', "$.observed[0]"),
    ],
)
def test_invalid_evidence_file_is_rejected(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(content)
    with pytest.raises(UsageError) as refusal:
        load_observations(path)
    assert reason in str(refusal.value)
    assert "Create it with mock-memos verify --write-evidence" in str(refusal.value)


def test_missing_evidence_file_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--evidence", "no-such-file"]) == 2
    assert "no-such-file cannot be read" in capsys.readouterr().err


def test_routes_command_shows_observation_date(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["routes", "--evidence", file]) == 0
    rows = [line.split()[1:4] for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["PATH", "EVIDENCE", "SEEN"]
    assert ["get/status", "documented", "2026-01-31"] in rows
    assert ["add/message", "documented", "-"] in rows


def test_openapi_command_uses_evidence_file(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    documents = []
    for arguments in (["openapi"], ["openapi", "--evidence", file]):
        assert main(arguments) == 0
        documents.append(json.loads(capsys.readouterr().out))
    evidence = []
    for document in documents:
        fields = document["components"]["schemas"]["MemoryPage"]["properties"]
        responses = document["paths"]["/get/memory/{memory_id}"]["get"]["responses"]
        (error,) = (error for error in responses["400"]["x-errors"] if error["code"] == 40001)
        evidence.append((fields["pages"]["x-evidence"], error["x-evidence"]))
    assert evidence == [("assumed", "assumed"), ("observed", "observed")]


def test_fidelity_page_uses_evidence_file(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference_pages.main([file])
    page = capsys.readouterr().out
    before = reference_pages.fidelity_page()
    assert "| `pages` | integer |  | observed |" in page
    assert "| `pages` | integer |  | assumed |" in before
    assert "documented; its use observed" in page
    assert "documented; its use observed" not in before
    assert "Confirmed on 2026-01-31 | `memory_time_format`" in page
    assert "25 operations" in page
    assert page.count("| assumed |") == before.count("| assumed |") - 1
    assert "(13 assumed, 318 documented, 51 observed, 52 sdk)" in page
