"""The page on faults names every fault, option and preset, and shows what is true."""

import re
from pathlib import Path

import pytest

from mock_memos import scenario
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.parsing import parse_fault_header
from mock_memos.faults.presets import PRESETS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "faults.md").read_text(encoding="utf-8")


def row(name: str) -> str:
    """The line of the table that begins with a name."""
    found = re.search(rf"^\| `{re.escape(name)}` \|.*$", PAGE, re.MULTILINE)
    assert found, f"docs/faults.md has no row for {name}"
    return found[0]


@pytest.mark.parametrize("name", EFFECTS)
def test_every_fault_has_a_row_with_its_options(name: str) -> None:
    effect = EFFECTS[name]
    for option in effect.__struct_fields__:
        assert f"`{option}`" in row(name)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_row_that_says_what_it_says(name: str) -> None:
    preset = PRESETS[name]
    where = f"`{preset.operation}`" if preset.operation else "any"
    assert row(name) == f"| `{name}` | {where} | {preset.description} | {preset.advice} |"


@pytest.mark.parametrize(
    "header", re.findall(r"[Xx]-[Mm]ock-[Mm]em[Oo][Ss]-[Ff]ault: (.*?)['`]", PAGE)
)
def test_every_header_that_it_shows_is_one(header: str) -> None:
    parse_fault_header(header)


@pytest.mark.parametrize(
    "block", re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
def test_every_scenario_that_it_shows_loads(block: str) -> None:
    scenario.read(f"version: 1\ntitle: x\n{block}")
