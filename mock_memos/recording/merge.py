"""Merges a recorded scenario into a scenario file. Keeps the comments and formatting of the file.

Merging the same recording again changes nothing.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mock_memos.core.errors import UsageError
from mock_memos.recording.steps import HEADING
from mock_memos.scenario.yaml_reader import YamlSource


def merge(text: str, recorded: str) -> str:
    """Returns a scenario file with a recorded one merged in.

    Settings of the file win. Rules and faults for the same requests are replaced; new ones come
    first, because the first that fits is used. The steps of a recording replace those with the
    same title. Raises `UsageError` if the file cannot be edited without changing other values.
    """
    from ruamel.yaml import YAML  # slow to import

    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000_000
    offset = 0 if re.search(r"^- ", text, re.MULTILINE) else 2  # of the dash of a list item
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    document, stream = yaml.load(text), io.StringIO()
    _merge_document(document, yaml.load(recorded))
    yaml.dump(document, stream)
    result = stream.getvalue()
    if "\n\n\n" not in text:
        result = result.replace("\n\n\n", "\n\n")
    expected = YamlSource(text).value
    _merge_document(expected, YamlSource(recorded).value)
    if YamlSource(result).value != expected:
        raise UsageError(
            "The recording cannot be merged: writing this file would change other values of it.\n"
            "Expected plain values; times with an offset, for example, do not keep it.\n"
            "Quote such values, or record into a new file with --out and without --merge."
        )
    return result


def _merge_document(old: dict[str, Any], new: Mapping[str, Any]) -> None:
    for section, value in new.items():
        if section not in old:
            old[section] = value
            if hasattr(old, "yaml_set_comment_before_after_key"):
                old.yaml_set_comment_before_after_key(section, before="\n")
        elif section == "settings":
            for name in (name for name in value if name not in old[section]):
                old[section][name] = value[name]
        elif section == "given":
            _merge_given(old[section], value)
        elif section in ("rules", "faults"):
            _merge_rules(old, section, value)
        elif section == "steps":
            _merge_steps(old, value)


def _merge_given(old: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Adds the entries that the file lacks, whatever their time."""
    for name, value in new.items():
        if name not in old:
            old[name] = value
        elif isinstance(value, dict):
            _merge_given(old[name], value)
        else:
            known = [_without_time(entry) for entry in old[name]]
            fresh = [entry for entry in value if _without_time(entry) not in known]
            _insert(old, name, 0, fresh, gap=False)


def _without_time(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name != "time"}


def _merge_rules(document: Any, section: str, new: Sequence[Any]) -> None:
    old = document[section]
    groups: list[list[Any]] = []
    for rule in new:
        same = [group for group in groups if _request(group[0]) == _request(rule)]
        same[0].append(rule) if same else groups.append([rule])
    added: list[Any] = []
    for group in groups:
        replaced = [i for i, rule in enumerate(old) if _request(rule) == _request(group[0])]
        if not replaced:
            added += group
        elif [old[index] for index in replaced] != group:
            for index in reversed(replaced):
                del old[index]
            _insert(document, section, replaced[0], group)
    _insert(document, section, 0, added)


def _request(rule: Mapping[str, Any]) -> Any:
    return rule.get("when") or {}, rule.get("fault")


def _merge_steps(document: Any, new: Sequence[Any]) -> None:
    old = document["steps"]
    headings = [i for i, step in enumerate(old) if str(step.get("note")).startswith(HEADING)]
    start = next((i for i in headings if old[i]["note"] == new[0]["note"]), len(old))
    end = next((i for i in headings if i > start), len(old))
    if old[start:end] != new:
        del old[start:end]
        _insert(document, "steps", start, new)


def _insert(parent: Any, key: str, index: int, new: Sequence[Any], gap: bool = True) -> None:
    """Inserts into a list, with empty lines between. Comments above its first item stay there."""
    items = parent[key]
    for item in reversed(new):
        items.insert(index, item)
    if not new or not hasattr(items, "ca"):
        return
    above: list[Any] = []
    if index == 0 and items.ca.comment and items.ca.comment[1]:
        above = items.ca.comment[1]
        items.ca.comment[1] = parent.ca.items[key][3] = None
    after = index + len(new)
    for position in range(max(1, index), after if index else after + 1):
        if gap and position < len(items):
            items.yaml_set_comment_before_after_key(position, before="\n")
    if above:
        items.ca.items.setdefault(after, [None, [], None, None])[1].extend(above)
