"""The page on faults lists every fault, option and preset; its examples work."""

import re
from pathlib import Path

import pytest

from mock_memos import scenario
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.parsing import parse_fault_header
from mock_memos.faults.presets import PRESETS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "faults.md").read_text(encoding="utf-8")


def row(name: str) -> str:
    """Returns the row of a name in the tables."""
    match = re.search(rf"^\| `{re.escape(name)}` \|.*$", PAGE, re.MULTILINE)
    assert match, f"docs/faults.md has no row for {name}"
    return match[0]


@pytest.mark.parametrize("name", EFFECTS)
def test_page_lists_every_fault_with_its_options(name: str) -> None:
    effect = EFFECTS[name]
    for option in effect.__struct_fields__:
        assert f"`{option}`" in row(name)


@pytest.mark.parametrize("name", PRESETS)
def test_page_lists_every_preset(name: str) -> None:
    preset = PRESETS[name]
    where = f"`{preset.operation}`" if preset.operation else "any"
    assert row(name) == f"| `{name}` | {where} | {preset.description} | {preset.advice} |"


@pytest.mark.parametrize(
    "header", re.findall(r"[Xx]-[Mm]ock-[Mm]em[Oo][Ss]-[Ff]ault: (.*?)['`]", PAGE)
)
def test_headers_of_the_page_are_valid(header: str) -> None:
    parse_fault_header(header)


@pytest.mark.parametrize(
    "block", re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
def test_scenarios_of_the_page_load(block: str) -> None:
    scenario.read(f"version: 1\ntitle: x\n{block}")
