"""Writes scenarios as YAML that `yaml_reader` reads as the same values."""

import re
from typing import Any

import yaml

from mock_memos.scenario.yaml_reader import parse_scalar

_MAX_WIDTH = 100_000
"""Texts are not wrapped, so that a diff shows changed values."""
_MAX_FLOW_LENGTH = 80
"""Lists and objects up to this length are written on one line."""
_SECTION = re.compile(r"^(?=(?:settings|given|rules|faults|steps):)", re.MULTILINE)
_STEP = re.compile(r"\n(?=  - (?:note|call|advance|run_until_idle|name|when|fault)\b)")


def to_yaml(document: dict[str, Any]) -> str:
    """Returns a document as the text of a file, with blank lines between its parts."""
    text = _STEP.sub("\n\n", _SECTION.sub("\n", value_to_yaml(document)))
    return text.replace(":\n\n  -", ":\n  -")


def value_to_yaml(value: Any) -> str:
    """Returns a value as YAML. Texts that would be read as another type are quoted."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_MAX_WIDTH
    )
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent(self, data: Any) -> None:
        node: Any = self.represent_data(data)
        node.flow_style = False  # the top level is never on one line
        self.serialize(node)
        self.represented_objects = {}
        self.object_keeper = []
        self.alias_key = None

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        return super().represent_sequence(tag, sequence, flow_style=_fits_on_one_line(sequence))

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        return super().represent_mapping(tag, mapping, flow_style=_fits_on_one_line(mapping))


def _fits_on_one_line(value: Any) -> bool:
    """Returns whether a list or an object is short, and has no nested ones."""
    if isinstance(value, dict) and len(value) == 1:
        return False
    items = [*value, *value.values()] if isinstance(value, dict) else value
    if any(isinstance(item, dict | list) and item for item in items):
        return False
    text = ", ".join(map(str, items))
    return len(text) + 2 <= _MAX_FLOW_LENGTH and "\n" not in text


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if not text.replace("\n", "").isprintable() or not isinstance(parse_scalar(text), str):
        style = '"'  # for example U+0085, a line break in YAML
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    node = dumper.represent_float(number)
    if not isinstance(parse_scalar(node.value), float):
        node.value = f"{number:.16e}"  # the reader accepts up to 17 digits
    return node


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_number)
