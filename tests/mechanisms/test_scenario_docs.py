"""The page on scenarios shows files that load, and leaves no key of the language out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.authoring import author
from mock_memos.rules.lines import Line
from mock_memos.scenario.expect import MATCHERS

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA = scenario.schema()
KINDS = {"fact": "detail_factual", "preference": "preference", "event": "event"}


@pytest.mark.parametrize("block", BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_every_example_loads(block: str) -> None:
    head = "" if block.startswith("version:") else "version: 1\ntitle: An example\n"
    scenario.read(head + block, name="docs/scenarios.md")


def keys() -> Iterator[tuple[str, str]]:
    for struct, part in SCHEMA["$defs"].items():
        if struct != "Settings":
            for key in part.get("properties", {}):
                yield struct, key


@pytest.mark.parametrize(("struct", "key"), [*keys()])
def test_every_key_is_on_the_page(struct: str, key: str) -> None:
    assert f"`{key}`" in PAGE or f"`{key}:" in PAGE, f"{key} of {struct}"


@pytest.mark.parametrize("matcher", MATCHERS)
def test_every_matcher_is_on_the_page(matcher: str) -> None:
    assert f"`{matcher}" in PAGE


def test_every_shipped_scenario_is_on_the_page() -> None:
    for one in scenario.library():
        assert f"`{one.name}`" in PAGE


def test_every_key_says_what_it_means() -> None:
    for struct, key in keys():
        assert SCHEMA["$defs"][struct]["properties"][key].get("description"), f"{struct}.{key}"


def test_the_schema_beside_the_scenarios_is_fresh() -> None:
    path = ROOT / "scenarios" / "scenario.schema.json"
    fresh = json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == fresh, (
        "write it anew: mock-memos scenario schema > scenarios/scenario.schema.json"
    )


def test_the_schema_knows_the_settings() -> None:
    settings: dict[str, Any] = SCHEMA["$defs"]["Document"]["properties"]["settings"]
    assert settings["$ref"] == "#/$defs/Settings"
    assert "fine_delay" in SCHEMA["$defs"]["Settings"]["properties"]


def test_the_table_of_the_fixed_rules_is_true() -> None:
    section = PAGE.partition("## Without a script")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[2:]
    assert len(rows) > 10
    for said, becomes in rows:
        drafts = author([Line("user", said)], views=("detail_factual", "preference", "event"))
        expected = [
            (KINDS[kind], text.strip())
            for kinds, text in re.findall(r"((?:\w+ and )?\w+): ([^:]+?[.。])(?= \w+:|$)", becomes)
            for kind in kinds.split(" and ")
        ]
        assert [(one.view, one.value) for one in drafts] == expected
        assert (becomes == "nothing") == (not drafts)
