"""The page on scenarios shows files that run, and leaves no key of the language out."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mock_memos import MockMemos, scenario
from mock_memos.cli.play_targets import InProcessTarget
from mock_memos.content.extraction import extract_memories
from mock_memos.core.type_inspection import FieldType, field_types, struct_fields, structs_in
from mock_memos.scenario.language.document import ScenarioDocument
from mock_memos.scenario.language.matchers import MATCHERS
from mock_memos.scenario.player import play
from mock_memos.scenario.yaml_reader import YamlSource
from tests.support.messages import message

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA = scenario.schema()
KINDS = {"fact": "detail_factual", "preference": "preference", "event": "event"}


@pytest.mark.parametrize("block", BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_documented_examples_run(block: str) -> None:
    story = scenario.read(whole(block), name="docs/scenarios.md")
    stage = InProcessTarget(MockMemos(scenario=story, clock="manual"))
    results = play(story.steps, stage.send, stage.advance, stage.run_until_idle)
    assert [str(mismatch) for result in results for mismatch in result.mismatches] == []


def whole(block: str) -> str:
    return block if block.startswith("version:") else f"version: 1\ntitle: An example\n{block}"


@pytest.mark.parametrize("block", BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_schema_accepts_documented_examples(block: str) -> None:
    assert [*Draft202012Validator(SCHEMA).iter_errors(YamlSource(whole(block)).value)] == []


@pytest.mark.parametrize("shipped", scenario.shipped_scenarios(), ids=lambda shipped: shipped.name)
def test_schema_accepts_shipped_scenarios(shipped: scenario.ShippedScenario) -> None:
    text = shipped.path.read_text(encoding="utf-8")
    assert [*Draft202012Validator(SCHEMA).iter_errors(YamlSource(text).value)] == []


def test_schema_accepts_a_parameter_for_any_value() -> None:
    file = """
version: 1
title: T
parameters: {often: 2, mode: manual, sure: true, late: 3}
settings: {clock: "${mode}", processing_delay: "${late}"}
rules: [{times: "${often}", then: {task: {hold: "${sure}"}}}]
"""
    assert [*Draft202012Validator(SCHEMA).iter_errors(YamlSource(file).value)] == []
    assert scenario.read(file).rules[0].times == 2


def test_schema_rejects_mistakes() -> None:
    wrong = {
        "version": 1,
        "title": "T",
        "descripton": "x",
        "steps": [{"call": 7}, {"advance": "soon"}],
        "settings": {"clock": "manuel"},
    }
    results = [(*error.absolute_path,) for error in Draft202012Validator(SCHEMA).iter_errors(wrong)]
    assert len(results) == 4
    assert {*results} == {(), ("settings", "clock"), ("steps", 0, "call"), ("steps", 1, "advance")}


def keys() -> Iterator[tuple[str, str]]:
    for struct, part in SCHEMA["$defs"].items():
        if struct != "Settings":
            for key in part.get("properties", {}):
                yield struct, key


def used_keys(value: Any, types: Iterable[FieldType]) -> Iterator[tuple[type, str]]:
    """Yields the keys in a value, each with the struct that declares it."""
    for type_ in types:
        if not type_.accepts(value):
            continue
        if type_.struct is not None:
            for name, field in struct_fields(type_.struct).items():
                if name in value:
                    yield type_.struct, name
                    yield from used_keys(value[name], field.types)
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from used_keys(item, type_.items)


def home(struct: type, key: str) -> tuple[str, str]:
    """Returns a key and the base struct that declares it, which needs only one example."""
    declares = [item for item in struct.__mro__ if key in vars(item)]
    return (declares or [struct])[-1].__name__, key


def test_documented_examples_use_every_key() -> None:
    structs = {struct.__name__: struct for struct in structs_in(ScenarioDocument)}
    used = {
        home(struct, key)
        for block in BLOCKS
        for struct, key in used_keys(YamlSource(block).value, field_types(ScenarioDocument))
    }
    assert {home(structs[struct], key) for struct, key in keys()} - used == set()


def test_documented_examples_use_every_matcher() -> None:
    written = set(re.findall(r"\b(\w+):", "".join(BLOCKS)))
    assert set(MATCHERS) <= written


@pytest.mark.parametrize(("struct", "key"), [*keys()])
def test_page_lists_every_key(struct: str, key: str) -> None:
    assert f"`{key}`" in PAGE or f"`{key}:" in PAGE, f"{key} of {struct}"


@pytest.mark.parametrize("matcher", MATCHERS)
def test_page_lists_every_matcher(matcher: str) -> None:
    assert f"`{matcher}" in PAGE


def test_page_lists_every_shipped_scenario() -> None:
    for shipped in scenario.shipped_scenarios():
        assert f"`{shipped.name}`" in PAGE


def test_schema_describes_every_key() -> None:
    for struct, key in keys():
        assert SCHEMA["$defs"][struct]["properties"][key].get("description"), f"{struct}.{key}"


def test_schema_file_is_up_to_date() -> None:
    path = ROOT / "scenarios" / "scenario.schema.json"
    fresh = json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == fresh, (
        "write it anew: mock-memos scenario schema > scenarios/scenario.schema.json"
    )


def test_schema_contains_the_settings() -> None:
    settings: dict[str, Any] = SCHEMA["$defs"]["ScenarioDocument"]["properties"]["settings"]
    assert settings["$ref"] == "#/$defs/Settings"
    assert "processing_delay" in SCHEMA["$defs"]["Settings"]["properties"]


def test_built_in_rules_match_the_documented_table() -> None:
    section = PAGE.partition("## Without a rule")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[2:]
    assert len(rows) > 10
    for text, becomes in rows:
        drafts = extract_memories(
            [message("user", text)], views=("detail_factual", "preference", "event")
        )
        expected = [
            (KINDS[kind], text.strip())
            for kinds, text in re.findall(r"((?:\w+ and )?\w+): ([^:]+?[.。])(?= \w+:|$)", becomes)
            for kind in kinds.split(" and ")
        ]
        assert [(draft.view, draft.value) for draft in drafts] == expected
        assert (becomes == "nothing") == (not drafts)
