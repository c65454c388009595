"""A scenario document as the text of a file, which reads back as the same values."""

import re
from typing import Any

import yaml

from mock_memos.scenario.yaml_reader import parse_scalar

_WIDE = 100_000
"""No text is broken into lines: what changes is then seen line by line."""
_SHORT = 80
"""A list or an object that is no longer stands on one line."""
_SECTION = re.compile(r"^(?=(?:settings|given|rules|faults|steps):)", re.MULTILINE)
_STEP = re.compile(r"\n(?=  - (?:note|call|advance|run_until_idle|name|when|fault)\b)")


def written(document: dict[str, Any]) -> str:
    """The text of a file, with room between its parts."""
    text = _STEP.sub("\n\n", _SECTION.sub("\n", dumped(document)))
    return text.replace(":\n\n  -", ":\n  -")


def dumped(value: Any) -> str:
    """A value as YAML. Words are in quotes where they would be read as something else."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDE)
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent(self, data: Any) -> None:
        node: Any = self.represent_data(data)
        node.flow_style = False  # what is dumped stands on lines of its own
        self.serialize(node)
        self.represented_objects = {}
        self.object_keeper = []
        self.alias_key = None

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        return super().represent_sequence(tag, sequence, flow_style=_is_short(sequence))

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        return super().represent_mapping(tag, mapping, flow_style=_is_short(mapping))


def _is_short(value: Any) -> bool:
    """Whether a list or an object is plain enough for one line."""
    if isinstance(value, dict) and len(value) == 1:
        return False
    items = [*value, *value.values()] if isinstance(value, dict) else value
    if any(isinstance(one, dict | list) and one for one in items):
        return False
    said = [str(one) for one in items]
    return sum(map(len, said)) + 2 * len(said) <= _SHORT and not any("\n" in one for one in said)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if not text.replace("\n", "").isprintable() or not isinstance(parse_scalar(text), str):
        style = '"'  # such as U+0085, which ends a line in YAML
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    node = dumper.represent_float(number)
    if not isinstance(parse_scalar(node.value), float):
        node.value = f"{number:.16e}"  # so many digits after the point are no number to us
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _number)
