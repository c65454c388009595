"""A recorded scenario joins one that is there: what is new, what changed, what is the same.

Merging the same recording again changes nothing. What a file says by itself is never taken out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from mock_memos import scenario
from mock_memos.recording.drafting.steps import HEADING
from mock_memos.recording.yaml_patch import patched
from mock_memos.scenario.yaml_reader import YamlSource
from mock_memos.scenario.yaml_writer import dumped, written

Document = dict[str, Any]
_TIMED: Final = ("time",)
"""What tells when, and not what: it differs from one recording of a thing to the next."""


class Change(NamedTuple):
    """What becomes of one part of a file."""

    kind: Literal["new", "changed", "same", "kept"]
    section: str
    label: str
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        if self.kind == "same":
            return f"{self.section}: same: {self.label}\n"
        before = dumped(self.old).splitlines() if self.old is not None else []
        after = dumped(self.new).splitlines() if self.new is not None else []
        lines = list(unified_diff(before, after, n=2, lineterm=""))[2:]
        shown = "".join(f"    {line}\n" for line in lines if not line.startswith("@@"))
        return f"{self.section}: {self.kind}: {self.label}\n{shown}"


class Merged(NamedTuple):
    """A file with a recording in it."""

    text: str
    changes: tuple[Change, ...]
    comments_kept: bool

    @property
    def difference(self) -> str:
        """What is new, changed or the same, for people."""
        return "".join(map(str, self.changes))


def merge_into(path: Path, recorded: Document) -> Merged:
    """A scenario file with a recording merged in. Raises `UsageError` and `ScenarioError`."""
    text = _read(path)
    values = YamlSource(text).value
    merged, changes = merge(values, recorded)
    new = patched(text, values, merged)
    kept = new is not None
    return Merged(new if new is not None else written(merged), changes, kept)


def _read(path: Path) -> str:
    if problems := scenario.check(path):
        raise scenario.ScenarioError(problems)
    return path.read_text(encoding="utf-8")


def merge(old: Document, recorded: Document) -> tuple[Document, tuple[Change, ...]]:
    """A document with a recorded one merged in, and what that changes."""
    merged = dict(old)
    changes: list[Change] = []
    for section, join in _JOINS.items():
        if section in recorded:
            merged[section], found = join(section, old.get(section), recorded[section])
            changes += found
    return merged, tuple(changes)


Joined = tuple[Any, list[Change]]


def _settings(section: str, old: Any, new: Mapping[str, Any]) -> Joined:
    """Settings that the file lacks; those that it has, it keeps."""
    merged, changes = dict(old or {}), []
    for name, value in new.items():
        if name not in merged:
            merged[name] = value
            changes.append(Change("new", section, name, None, {name: value}))
        elif merged[name] == value:
            changes.append(Change("same", section, name))
        else:
            was, recorded = {name: merged[name]}, {name: value}
            changes.append(Change("kept", section, f"{name} was recorded otherwise", was, recorded))
    return merged, changes


def _given(section: str, old: Any, new: Mapping[str, Any], label: str = "") -> Joined:
    """What was there before: entries that the file lacks go behind those that it has."""
    merged, changes = dict(old or {}), []
    for name, value in new.items():
        here = f"{label}.{name}" if label else name
        if isinstance(value, dict):
            merged[name], found = _given(section, merged.get(name), value, here)
            changes += found
            continue
        known = [_untimed(one) for one in merged.get(name) or ()]
        fresh = [one for one in value if _untimed(one) not in known]
        if len(value) > len(fresh):
            changes.append(Change("same", section, f"{here}, {len(value) - len(fresh)} entries"))
        if fresh:
            merged[name] = [*(merged.get(name) or ()), *fresh]
            changes.append(Change("new", section, here, None, fresh))
    return merged, changes


def _untimed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if name not in _TIMED}
    return value


def _rules(section: str, old: Any, new: Sequence[Document]) -> Joined:
    """Scripts or faults. Those for the same requests take the place of what they were.

    New ones come first, for the first that fits counts.
    """
    merged, fresh, changes = list(old or ()), [], []
    for meant, rules in _by_request(new):
        places = [place for place, one in enumerate(merged) if _meant(one) == meant]
        was = [merged[place] for place in places]
        rules = _named_as(was, rules)
        if was == rules:
            changes.append(Change("same", section, _label(rules[0])))
        elif places:
            changes.append(Change("changed", section, _label(rules[0]), was, rules))
            merged[places[0] : places[0] + 1] = rules
            for place in reversed(places[1:]):
                del merged[place + len(rules) - 1]
        else:
            changes.append(Change("new", section, _label(rules[0]), None, rules))
            fresh += rules
    return [*fresh, *merged], changes


def _named_as(was: Sequence[Document], rules: Sequence[Document]) -> list[Document]:
    """Rules with the names that they had."""
    names = [{name: one for name, one in rule.items() if name == "name"} for rule in was]
    names += [{}] * (len(rules) - len(names))
    return [name | rule for name, rule in zip(names, rules, strict=False)]


def _by_request(rules: Sequence[Document]) -> Iterator[tuple[Any, list[Document]]]:
    """Rules by the requests that they mean: the stages of one thing belong together."""
    groups: list[tuple[Any, list[Document]]] = []
    for rule in rules:
        same = next((group for meant, group in groups if meant == _meant(rule)), None)
        if same is None:
            groups.append((_meant(rule), [rule]))
        else:
            same.append(rule)
    return iter(groups)


def _meant(rule: Document) -> Any:
    """What a rule speaks of, and of which requests."""
    then = rule.get("then") or {}
    return (
        rule.get("when") or {},
        rule.get("fault"),
        [part for part in ("search", "chat") if part in then],
    )


def _label(rule: Document) -> str:
    when = rule.get("when") or {}
    said = [str(value) for name, value in when.items() if name not in ("operation", "fields")]
    what = " ".join([str(when.get("operation", "every request")), *map(repr, said)])
    return f"{rule['name']} ({what})" if "name" in rule else what


def _steps(section: str, old: Any, new: Sequence[Document]) -> Joined:
    """The story of a recording takes the place of the one with its heading, or comes last."""
    steps = list(old or ())
    heading = new[0].get("note")
    start = next((n for n, step in enumerate(steps) if step.get("note") == heading), None)
    if start is None:
        return [*steps, *new], [Change("new", section, str(heading), None, list(new))]
    end = next(
        (
            n
            for n in range(start + 1, len(steps))
            if str(steps[n].get("note", "")).startswith(HEADING)
        ),
        len(steps),
    )
    was = steps[start:end]
    if was == list(new):
        return steps, [Change("same", section, str(heading))]
    changed = Change("changed", section, str(heading), was, list(new))
    return [*steps[:start], *new, *steps[end:]], [changed]


_JOINS: Final[dict[str, Callable[[str, Any, Any], Joined]]] = {
    "settings": _settings,
    "given": _given,
    "rules": _rules,
    "faults": _rules,
    "steps": _steps,
}
