"""The page on scenarios shows files that run, and leaves no key of the language out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import inspect

from mock_memos import MockMemos, scenario
from mock_memos.cli.play_targets import InProcessTarget
from mock_memos.content.extraction import extract_memories
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


@pytest.mark.parametrize("one", scenario.shipped_scenarios(), ids=lambda one: one.name)
def test_schema_accepts_shipped_scenarios(one: scenario.Shipped) -> None:
    text = one.path.read_text(encoding="utf-8")
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


def shown(value: Any, kind: inspect.Type) -> Iterator[tuple[type, str]]:
    """The keys that a value says, each with the struct that it was read as."""
    match kind:
        case inspect.Metadata():
            yield from shown(value, kind.type)
        case inspect.UnionType():
            for item in kind.types:
                yield from shown(value, item)
        case inspect.StructType() if isinstance(value, dict):
            for field in kind.fields:
                if field.encode_name in value:
                    yield kind.cls, field.encode_name
                    yield from shown(value[field.encode_name], field.type)
        case inspect.DictType() if isinstance(value, dict):
            for item in value.values():
                yield from shown(item, kind.value_type)
        case inspect.VarTupleType() if isinstance(value, list):
            for item in value:
                yield from shown(item, kind.item_type)


def home(struct: type, key: str) -> tuple[str, str]:
    """A key and the struct that declares it: what all memories may say has to be shown once."""
    declares = [item for item in struct.__mro__ if key in vars(item)]
    return (declares or [struct])[-1].__name__, key


def test_documented_examples_use_every_key() -> None:
    structs = {cls.__name__: cls for cls in structs_of(inspect.type_info(ScenarioDocument))}
    texts = {
        home(cls, key)
        for block in BLOCKS
        for cls, key in shown(YamlSource(block).value, inspect.type_info(ScenarioDocument))
    }
    assert {home(structs[struct], key) for struct, key in keys()} - texts == set()


def structs_of(kind: inspect.Type) -> Iterator[type]:
    """Every struct of the language."""
    match kind:
        case inspect.Metadata():
            yield from structs_of(kind.type)
        case inspect.UnionType():
            for type_ in kind.types:
                yield from structs_of(type_)
        case inspect.StructType():
            yield kind.cls
            for field in kind.fields:
                yield from structs_of(field.type)
        case inspect.DictType():
            yield from structs_of(kind.value_type)
        case inspect.VarTupleType():
            yield from structs_of(kind.item_type)


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
    for one in scenario.shipped_scenarios():
        assert f"`{one.name}`" in PAGE


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
    for said, becomes in rows:
        drafts = extract_memories(
            [message("user", said)], views=("detail_factual", "preference", "event")
        )
        expected = [
            (KINDS[kind], text.strip())
            for kinds, text in re.findall(r"((?:\w+ and )?\w+): ([^:]+?[.。])(?= \w+:|$)", becomes)
            for kind in kinds.split(" and ")
        ]
        assert [(draft.view, draft.value) for draft in drafts] == expected
        assert (becomes == "nothing") == (not drafts)
