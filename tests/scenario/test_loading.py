"""Scenario files are loaded with parameters and included files."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_memos import scenario
from mock_memos.core.errors import UsageError
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.problems import ScenarioError
from tests.clients.test_seed_page import TURN

HEAD = "version: 1\ntitle: A test\n"


def read(text: str, **parameters: Any) -> Scenario:
    return scenario.read(HEAD + text, **parameters)


def test_scenario_needs_only_version_and_title() -> None:
    assert read("") == Scenario(name="scenario", title="A test", given=read("").given)


def test_yaml_is_imported_only_when_a_file_is_loaded() -> None:
    code = "import sys, mock_memos.scenario; print('yaml' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert printed.strip() == b"False"


# --- values ---


def test_plain_scalars_are_read_as_in_json() -> None:
    steps = read("""
steps:
  - call: chat
    body: {a: on, b: no, c: 0610, d: 2025-12-10, e: 1_000, f: 1e3, g: ~, h: true, i: -2, j: 1.5}
""").steps
    assert steps[0].body == {
        "a": "on", "b": "no", "c": "0610", "d": "2025-12-10", "e": "1_000", "f": 1000.0,
        "g": None, "h": True, "i": -2, "j": 1.5,
    }  # fmt: skip


def test_yaml_alias_repeats_a_value() -> None:
    steps = read("""
steps:
  - {call: chat, body: &body {query: hello}}
  - {call: chat, body: *body}
""").steps
    assert steps[0].body == steps[1].body == {"query": "hello"}


def test_loaded_settings_are_those_of_the_file() -> None:
    assert read("settings: {processing_delay: 5, start_time: 2025-12-10}").settings == {
        "processing_delay": 5,
        "start_time": "2025-12-10",
    }


# --- parameters ---

WITH_PARAMETERS = """
parameters: {who: ana, seconds: 5, late: false}
settings: {processing_delay: "${seconds}"}
given: {users: {"${who}": {memories: ["${who} waits ${seconds} s, late: ${late}, $${who}"]}}}
"""


def test_parameters_use_default_values() -> None:
    loaded = read(WITH_PARAMETERS)
    assert loaded.settings == {"processing_delay": 5}
    assert loaded.given[0].users["ana"].memories == ("ana waits 5 s, late: false, ${who}",)


def test_parameters_use_given_values() -> None:
    loaded = read(WITH_PARAMETERS, who="zoe", seconds=0.5)
    assert loaded.settings == {"processing_delay": 0.5}
    assert loaded.given[0].users["zoe"].memories[0] == "zoe waits 0.5 s, late: false, ${who}"


def test_unknown_parameter_raises_usage_error() -> None:
    with pytest.raises(UsageError, match="no parameter 'sconds', did you mean 'seconds'"):
        read(WITH_PARAMETERS, sconds=3)


# --- includes ---


def test_included_rules_come_after_own_rules(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        HEAD
        + """
parameters: {reply: base}
settings: {processing_delay: 1, fast_delay: 1}
given: {users: {ana: {memories: [one]}}}
rules: [{then: {chat: "${reply}"}}]
faults: [{fault: latency}]
steps: [{note: never told}]
"""
    )
    (tmp_path / "top.yaml").write_text(
        HEAD
        + """
include: [base.yaml]
parameters: {reply: top}
settings: {processing_delay: 2}
given: {users: {ana: {memories: [two]}}}
rules: [{then: {chat: first}}]
"""
    )
    loaded = scenario.load(tmp_path / "top.yaml")
    assert loaded.settings == {"processing_delay": 2, "fast_delay": 1}
    assert [given.users["ana"].memories for given in loaded.given] == [("one",), ("two",)]
    assert [rule.then.chat for rule in loaded.rules] == ["first", "top"]
    assert [fault.fault for fault in loaded.faults] == ["latency"]
    assert loaded.steps == ()


def test_include_accepts_a_shipped_name() -> None:
    assert read("include: [guangzhou-hotel]").settings["start_time"] == "2025-12-10T09:44:35.901Z"


def test_include_outside_the_folder_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(HEAD)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    top = inner / "top.yaml"
    absolute = tmp_path / "secret.yaml"
    top.write_text(HEAD + f"include: [../secret.yaml, link.yaml, {absolute}, gone.yaml]\n")
    assert [problem.message for problem in scenario.check(top)] == [
        "'../secret.yaml' is outside the folder of this file",
        "'link.yaml' is outside the folder of this file",
        f"'{absolute}' is outside the folder of this file",
        "file 'gone.yaml' not found in the folder of this file",
    ]


def test_circular_include_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "include: [b.yaml]\n")
    (tmp_path / "b.yaml").write_text(HEAD + "include: [a.yaml]\n")
    (problem,) = scenario.check(tmp_path / "a.yaml")
    assert problem.file == str(tmp_path / "b.yaml")
    assert problem.message == "'a.yaml' includes this file"


def test_mistake_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + "include: [b.yaml]\nabuot: x\n")
    (tmp_path / "b.yaml").write_text("title: B\n")
    first, second = scenario.check(tmp_path / "a.yaml")
    assert (first.file, first.line) == (str(tmp_path / "a.yaml"), 4)
    assert (second.file, second.message) == (str(tmp_path / "b.yaml"), "the key version is missing")


def test_text_includes_only_shipped_scenarios() -> None:
    with pytest.raises(ScenarioError, match="only shipped scenarios can be included here"):
        read("include: [./base.yaml]")


# --- the library ---


def test_shipped_scenarios_load_and_have_a_description() -> None:
    shipped = scenario.shipped_scenarios()
    assert {"guangzhou-hotel", "harbour-inn", "slow-processing"} <= {item.name for item in shipped}
    for item in shipped:
        loaded = scenario.load(item.name)
        assert (loaded.name, loaded.title) == (item.name, item.title)
        assert loaded.description
        assert loaded.steps
        first = item.path.read_text(encoding="utf-8").partition("\n")[0]
        assert first == "# yaml-language-server: $schema=./scenario.schema.json"


def test_unknown_name_suggests_the_closest_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'guangzhou-hotel'"):
        scenario.scenario_path("guangzhou-hotle")
    assert scenario.scenario_path("harbour-inn").name == "harbour-inn.yaml"


def test_missing_file_raises_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        scenario.load(tmp_path / "mine.yaml")
    (problem,) = scenario.check(tmp_path / "mine.yaml")
    assert "cannot be read" in problem.message


def test_official_example_has_the_official_words() -> None:
    assert scenario.load("guangzhou-hotel").steps[0].body["messages"] == TURN["messages"]
