"""Uploaded skills: a Markdown file with front matter, alone or as SKILL.md of a zip.

The form is that of the official service: `name` and `description` in the front matter, then the
sections Procedure, Experience, User Preferences and Examples. Beside it a zip may hold scripts
and further Markdown.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mock_memos.content.documents.sections import blocks, decoded, fenced
from mock_memos.content.documents.zip_archive import Archive, Unfit
from mock_memos.core.records import Draft, Skill

MANUAL: Final = "SKILL.md"
LARGEST_MANUAL: Final = 100 * 1024
LARGEST_ZIP: Final = 20 * 1024 * 1024
LARGEST_FILE: Final = 10 * 1024 * 1024
MOST_FILES: Final = 200
LARGEST_YAML: Final = 16 * 1024
DEPTH: Final = 20
"""How deep front matter may be nested to be read as YAML."""
SMALL: Final = 64 * 1024
"""A larger file of a zip is taken, but not shown in the skill."""
SHOWN: Final = 1024 * 1024
"""So much of the small files is shown at most."""

_SECTIONS = {
    title: field
    for field, titles in {
        "procedure": "procedure procedures steps 步骤 流程 操作步骤 操作流程 执行步骤 过程",
        "experience": "experience experiences 经验 经验总结",
        "preference": "userpreferences userpreference preferences preference 用户偏好 偏好",
        "examples": "examples example 示例 例子 案例 样例",
    }.items()
    for title in titles.split()
}
_FRONT = re.compile(r"\A\s*---[ \t]*\n(?P<front>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^(?P<name>[\w-]+):[ \t]*(?P<value>.*)$", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+|\d{1,3}[、．])(?P<text>.*)")


def read(content: bytes, *, zipped: bool) -> Draft:
    """The skill that a file becomes. Raises `Unfit` when the file breaks the format."""
    beside: dict[str, str] = {}
    if zipped:
        content, beside = _unpacked(content)
    if len(content) > LARGEST_MANUAL:
        raise Unfit(f"it is {len(content)} bytes; at most {LARGEST_MANUAL}")
    text = decoded(content)
    if text is None:
        raise Unfit("it is not a text in UTF-8")
    front, body = _front(text)
    name, description = (_required(front, field) for field in ("name", "description"))
    fields, others = _sections(body)
    manuals = {path: said for path, said in beside.items() if path.lower().endswith(".md")}
    skill = Skill(
        type="uploaded",
        procedure=fields.get("procedure", ""),
        experience=tuple(_items(fields.get("experience", ""))),
        preference=tuple(_items(fields.get("preference", ""))),
        examples=tuple(_items(fields.get("examples", ""))),
        script={path: said for path, said in beside.items() if path not in manuals},
        others=front | others | manuals,
    )
    return Draft(view="skill", key=name, value=description, detail=skill)


def unread(name: str, description: str) -> Draft:
    """A skill of which nothing but its file is known."""
    return Draft(view="skill", key=name, value=description, detail=Skill(type="uploaded"))


def _unpacked(content: bytes) -> tuple[bytes, dict[str, str]]:
    """SKILL.md of a zip, and its other small texts by name."""
    if len(content) > LARGEST_ZIP:
        raise Unfit(f"it is {len(content)} bytes; at most {LARGEST_ZIP}")
    archive = Archive(content)
    if len(archive.sizes) > MOST_FILES:
        raise Unfit(f"it holds {len(archive.sizes)} files; at most {MOST_FILES}")
    for name, size in archive.sizes.items():
        if size > LARGEST_FILE:
            raise Unfit(f"{name[:100]} is {size} bytes unpacked; at most {LARGEST_FILE}")
    if MANUAL not in archive.sizes:
        deeper = next((name for name in archive.sizes if name.endswith(f"/{MANUAL}")), "nowhere")
        raise Unfit(f"{MANUAL} must be at the top of it; found: {deeper[:100]}")
    beside: dict[str, str] = {}
    room = SHOWN
    for name, size in archive.sizes.items():
        if name != MANUAL and size <= min(SMALL, room):
            said = decoded(archive.read(name, SMALL))
            if said is not None:
                beside[name] = said
                room -= size
    return archive.read(MANUAL, LARGEST_MANUAL), beside


def _required(front: dict[str, Any], field: str) -> str:
    value = front.pop(field, None)
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"its front matter has no {field}")
    return value.strip()


def _front(text: str) -> tuple[dict[str, Any], str]:
    """The front matter, with every value as it is written, and the text below it."""
    found = _FRONT.match(text)
    if found is None:
        raise Unfit("it does not begin with front matter between two lines of ---")
    body = text[found.end() :]
    if (fields := _as_yaml(found["front"])) is None:  # `description: Use it when: ...` is common
        fields = {line["name"]: line["value"].strip() for line in _LINE.finditer(found["front"])}
    return fields, body


def _as_yaml(text: str) -> dict[str, Any] | None:
    """A YAML mapping of texts, lists and mappings; None for what is none, deep, or has aliases."""
    import yaml  # only skills need it here

    depth = 0
    if len(text) > LARGEST_YAML:
        return None
    try:
        for event in yaml.parse(text, yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEPTH:
                return None
        value = yaml.load(text, yaml.BaseLoader)  # noqa: S506  makes texts, lists and mappings only
        msgspec.json.encode(value)  # an escape may stand for half a surrogate pair
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return value if isinstance(value, dict) else None


def _sections(body: str) -> tuple[dict[str, str], dict[str, str]]:
    """The sections that make fields of a skill, and the others by their titles.

    A section reaches to the next heading of its own or a higher level. Where none is called
    Procedure, everything that has no field is the procedure.
    """
    fields: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    rest: list[str] = []
    field, top = "", 0
    for block in blocks(body):
        whole = f"{'#' * block.level} {block.title}\n{block.text}" if block.level else block.text
        if not field or block.level <= top:
            field, top = _SECTIONS.get(re.sub(r"[\W_]", "", block.title).lower(), ""), block.level
            whole = block.text if field else whole
        if field:
            fields.setdefault(field, []).append(whole)
        elif block.text:
            rest.append(whole)
            if block.title:
                others.setdefault(block.title, []).append(block.text)
    if "procedure" not in fields:
        fields["procedure"], others = rest, {}
    return _joined(fields), _joined(others)


def _joined(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: "\n\n".join(texts).strip() for name, texts in found.items()}


def _items(text: str) -> Iterator[str]:
    """The elements of a list; without marks every paragraph, and every block of code, is one."""
    held: list[str] = []
    fresh = True
    for line, kind in fenced(text.split("\n")):
        if kind == "code":
            held.append(line)
            continue
        plain = line.strip()
        heads = kind == "text" and plain.startswith("#")
        item = _ITEM.fullmatch(line) if kind == "text" else None
        if heads or item or (fresh and plain and not line.startswith((" ", "\t"))):
            yield from _one(held)
            held = []
        if kind == "text" and not heads:
            held.append(item["text"] if item else plain)
        fresh = kind == "text" and (heads or not plain)
    yield from _one(held)


def _one(lines: list[str]) -> Iterator[str]:
    if text := "\n".join(lines).strip():
        yield text
