"""Everybody who speaks of the operations of the API names the same ones: those of the routes."""

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from mock_memos import MockMemos
from mock_memos.api.evidence.operation_notes import NOTES
from mock_memos.api.openapi.document import build_document
from mock_memos.api.routes import API
from mock_memos.core.addresses import CONTROL_PREFIX
from mock_memos.core.request_match import OPERATIONS
from mock_memos.verification.comparison.our_models import ERROR, EVENTS, declared_shapes
from mock_memos.verification.drift.tour import Tour
from tests.support.changed_service import client_of

ROOT = Path(__file__).parent.parent
ROUTES = [route.path for route in API]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def document_operations() -> list[str]:
    paths = [path for path in build_document()["paths"] if not path.startswith(CONTROL_PREFIX)]
    return [path.removeprefix("/") for path in paths]


def tour_operations() -> set[str]:
    memos = MockMemos(clock="step")
    with client_of(memos) as target:
        return {step.operation for step in Tour(target, "t1").run_all()}


def check_operations() -> set[str]:
    checks = import_module("mock_memos.verification.checks").CHECKS
    return {operation for check in checks for operation in check.operations}


def first_cells(text: str, heading: str) -> list[str]:
    """What the first cells of the table below a heading name, without the method."""
    section = re.split(r"^#", text.partition(heading)[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(?:[A-Z]+ )?([^`]+)` \|", section, re.MULTILINE)


NAMED: dict[str, Callable[[], Iterable[str]]] = {
    "the OpenAPI document": document_operations,
    "docs/api.md": lambda: first_cells(page("docs/api.md"), "# The API"),
    "docs/fidelity.md": lambda: first_cells(page("docs/fidelity.md"), "## Operations"),
    "README.md": lambda: re.findall(r"`([^`]+)`", page("README.md").split("operations -->")[1]),
    "README.zh-CN.md": lambda: re.findall(
        r"`([^`]+)`", page("README.zh-CN.md").split("operations -->")[1]
    ),
    "the notes": lambda: NOTES,
    "matches": lambda: OPERATIONS,
    "what is declared of replies": lambda: declared_shapes().keys() - {EVENTS, ERROR},
    "the tour": tour_operations,
}
if find_spec("mock_memos.verification.checks"):
    NAMED["the checks"] = check_operations


@pytest.mark.parametrize("who", NAMED)
def test_operation_names_are_equal_everywhere(who: str) -> None:
    named = list(NAMED[who]())
    assert sorted(named) == sorted(ROUTES)
