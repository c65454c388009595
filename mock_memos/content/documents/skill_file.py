"""Reads uploaded skills: a Markdown file with front matter, alone or as SKILL.md of a zip.

The format is that of the service (documented): `name` and `description` in the front matter, then
the sections Procedure, Experience, User Preferences and Examples. A zip may also hold scripts and
further Markdown.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mock_memos.content.documents.sections import classify_lines, decode_text, split_sections
from mock_memos.content.documents.zip_archive import InvalidFileError, ZipArchive
from mock_memos.core.records import Draft, Skill
from mock_memos.core.text import shorten

MANUAL: Final = "SKILL.md"
MAX_MANUAL_BYTES: Final = 100 * 1024
MAX_ZIP_BYTES: Final = 20 * 1024 * 1024
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
MAX_FILES: Final = 200
MAX_YAML_LENGTH: Final = 16 * 1024
MAX_YAML_DEPTH: Final = 20
MAX_SHOWN_FILE_BYTES: Final = 64 * 1024
"""Larger files of a zip are accepted, but not shown in the skill."""
MAX_SHOWN_BYTES: Final = 1024 * 1024
"""All shown files together."""

_SECTION_TITLES = {
    title: field
    for field, titles in {
        "procedure": "procedure procedures steps 步骤 流程 操作步骤 操作流程 执行步骤 过程",
        "experience": "experience experiences 经验 经验总结",
        "preference": "userpreferences userpreference preferences preference 用户偏好 偏好",
        "examples": "examples example 示例 例子 案例 样例",
    }.items()
    for title in titles.split()
}
_FRONT_MATTER = re.compile(
    r"\A\s*---[ \t]*\n(?P<front>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_FRONT_LINE = re.compile(r"^(?P<name>[\w-]+):[ \t]*(?P<value>.*)$", re.MULTILINE)
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+|\d{1,3}[、．])(?P<text>.*)")


def read_skill(content: bytes, *, zipped: bool) -> Draft:
    """Returns the memory of a skill file. Raises InvalidFileError if it breaks the format."""
    files: dict[str, str] = {}
    if zipped:
        content, files = _unzip(content)
    if len(content) > MAX_MANUAL_BYTES:
        raise InvalidFileError(f"it is {len(content)} bytes; at most {MAX_MANUAL_BYTES}")
    text = decode_text(content)
    if text is None:
        raise InvalidFileError("it is not a text in UTF-8")
    front, body = _split_front_matter(text)
    name, description = (_take_required(front, field) for field in ("name", "description"))
    fields, others = _assign_sections(body)
    manuals = {path: text for path, text in files.items() if path.lower().endswith(".md")}
    skill = Skill(
        type="uploaded",
        procedure=fields.get("procedure", ""),
        experience=tuple(_list_items(fields.get("experience", ""))),
        preference=tuple(_list_items(fields.get("preference", ""))),
        examples=tuple(_list_items(fields.get("examples", ""))),
        script={path: text for path, text in files.items() if path not in manuals},
        others=front | others | manuals,
    )
    return Draft(view="skill", key=name, value=description, detail=skill)


def unread_skill(name: str, description: str) -> Draft:
    """Returns the memory of a skill file that was not read."""
    return Draft(view="skill", key=name, value=description, detail=Skill(type="uploaded"))


def _unzip(content: bytes) -> tuple[bytes, dict[str, str]]:
    """Returns SKILL.md of a zip, and its other small text files by name."""
    if len(content) > MAX_ZIP_BYTES:
        raise InvalidFileError(f"it is {len(content)} bytes; at most {MAX_ZIP_BYTES}")
    archive = ZipArchive(content)
    if len(archive.sizes) > MAX_FILES:
        raise InvalidFileError(f"it holds {len(archive.sizes)} files; at most {MAX_FILES}")
    for name, size in archive.sizes.items():
        if size > MAX_FILE_BYTES:
            raise InvalidFileError(
                f"{shorten(name, 100)} is {size} bytes unpacked; at most {MAX_FILE_BYTES}"
            )
    if MANUAL not in archive.sizes:
        other = next((name for name in archive.sizes if name.endswith(f"/{MANUAL}")), "nowhere")
        raise InvalidFileError(f"{MANUAL} must be at the top of it; found: {shorten(other, 100)}")
    files: dict[str, str] = {}
    bytes_left = MAX_SHOWN_BYTES
    for name, size in archive.sizes.items():
        if name != MANUAL and size <= min(MAX_SHOWN_FILE_BYTES, bytes_left):
            text = decode_text(archive.read(name, MAX_SHOWN_FILE_BYTES))
            if text is not None:
                files[name] = text
                bytes_left -= size
    return archive.read(MANUAL, MAX_MANUAL_BYTES), files


def _take_required(front: dict[str, Any], field: str) -> str:
    value = front.pop(field, None)
    if not isinstance(value, str) or not value.strip():
        raise InvalidFileError(f"its front matter has no {field}")
    return value.strip()


def _split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Returns the front matter, all values as text, and the text below it."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise InvalidFileError("it does not begin with front matter between two lines of ---")
    front, body = match["front"], text[match.end() :]
    if (fields := _parse_yaml(front)) is None:  # `description: Use it when: ...` is common
        fields = {line["name"]: line["value"].strip() for line in _FRONT_LINE.finditer(front)}
    return fields, body


def _parse_yaml(text: str) -> dict[str, Any] | None:
    """Returns a YAML mapping of strings, lists and mappings; None if invalid, deep or aliased."""
    import yaml  # only skills need it here

    depth = 0
    if len(text) > MAX_YAML_LENGTH:
        return None
    try:
        for event in yaml.parse(text, yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > MAX_YAML_DEPTH:
                return None
        value = yaml.load(text, yaml.BaseLoader)  # noqa: S506  makes texts, lists and mappings only
        msgspec.json.encode(value)  # fails for an escape of half a surrogate pair
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return value if isinstance(value, dict) else None


def _assign_sections(body: str) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the sections that are fields of a skill, and the others by title.

    A section ends at the next heading of the same or a higher level. If no section is called
    Procedure, all text that is not a field is the procedure.
    """
    fields: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    unassigned: list[str] = []
    field, field_level = "", 0
    for section in split_sections(body):
        heading = f"{'#' * section.level} {section.title}\n" if section.level else ""
        text = f"{heading}{section.text}"
        if not field or section.level <= field_level:
            title = re.sub(r"[\W_]", "", section.title).lower()
            field, field_level = _SECTION_TITLES.get(title, ""), section.level
            text = section.text if field else text
        if field:
            fields.setdefault(field, []).append(text)
        elif section.text:
            unassigned.append(text)
            if section.title:
                others.setdefault(section.title, []).append(section.text)
    if "procedure" not in fields:
        fields["procedure"], others = unassigned, {}
    return _join_texts(fields), _join_texts(others)


def _join_texts(sections: dict[str, list[str]]) -> dict[str, str]:
    return {name: "\n\n".join(texts).strip() for name, texts in sections.items()}


def _list_items(text: str) -> Iterator[str]:
    """Yields the items of a list. Without list marks, each paragraph or code block is an item."""
    lines: list[str] = []
    after_gap = True
    for line, line_type in classify_lines(text.split("\n")):
        if line_type == "code":
            lines.append(line)
            continue
        stripped = line.strip()
        is_heading = line_type == "text" and stripped.startswith("#")
        item = _LIST_ITEM.fullmatch(line) if line_type == "text" else None
        if is_heading or item or (after_gap and stripped and not line.startswith((" ", "\t"))):
            yield from _non_empty(lines)
            lines = []
        if line_type == "text" and not is_heading:
            lines.append(item["text"] if item else stripped)
        after_gap = line_type == "text" and (is_heading or not stripped)
    yield from _non_empty(lines)


def _non_empty(lines: list[str]) -> Iterator[str]:
    if text := "\n".join(lines).strip():
        yield text
