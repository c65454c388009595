import zipfile

import msgspec
import pytest

from mock_memos.content.documents import extract
from mock_memos.content.documents.extract import Upload
from mock_memos.core import service_errors
from mock_memos.core.records import Draft, Skill
from tests.support.files import MANUAL, SKILL, refused, skill, zipped


def extract_skill(upload: Upload) -> tuple[Draft, Skill]:
    extract.check_upload(upload, "file[0]")
    (draft,) = extract.extract_file_memories(upload)
    assert isinstance(draft.detail, Skill)
    return draft, draft.detail


def test_skill_has_the_fields_of_its_sections() -> None:
    draft, detail = extract_skill(skill("s.md", SKILL))
    assert (draft.view, draft.key) == ("skill", "plan-a-trip")
    assert draft.value == "Plans a trip. Use it when: dates are open"
    assert detail == Skill(
        type="uploaded",
        procedure="1. Ask for dates\n2. Book\n\n### Details\nTwo rooms.",
        experience=("Ask early\nand twice", "Be kind"),
        preference=("quiet rooms",),
        examples=("Hello\n\n# world",),
        others={"license": "MIT", "Trigger": "when asked"},
    )


def test_chinese_sections_are_known() -> None:
    front = "---\nname: 订酒店\ndescription: 预订\n---\n"
    body = "## 步骤\n先问日期\n## 经验\n1、早问\n2、再问\n## 用户偏好\n安静\n\n便宜\n## 示例\n- 一"
    _, detail = extract_skill(skill("s.md", front + body))
    assert detail.procedure == "先问日期"
    assert detail.experience == ("早问", "再问")
    assert detail.preference == ("安静", "便宜")
    assert detail.examples == ("一",)


def test_text_is_the_procedure_without_a_procedure_section() -> None:
    text = "---\nname: a\ndescription: b\n---\nFirst this.\n\n# How\nThen that.\n# Examples\n- one"
    _, detail = extract_skill(skill("s.md", text))
    assert detail.procedure == "First this.\n\n# How\nThen that."
    assert detail.others == {}


def test_front_matter_is_yaml_with_values_as_written() -> None:
    front = 'name: "a"\ndescription: >-\n  two\n  lines\nversion: 1.10\ntools: [x, {y: no}]'
    draft, detail = extract_skill(skill("s.md", f"---\n{front}\n---\n"))
    assert (draft.key, draft.value) == ("a", "two lines")
    assert detail.others == {"version": "1.10", "tools": ["x", {"y": "no"}]}


@pytest.mark.parametrize(
    "front",
    [
        "x: &a [1]\ny: *a",
        'x: "\\ud800"',
        'x: "\\UFFFFFFFF"',
        "x: " + "[" * 5000,
        "x: " + "y" * 20_000,
        "x: [\t",
    ],
)
def test_front_matter_of_invalid_yaml_is_read_by_lines(front: str) -> None:
    draft, detail = extract_skill(skill("s.md", f"---\nname: a\ndescription: b\n{front}\n---\n"))
    assert (draft.key, draft.value) == ("a", "b")
    msgspec.json.encode(detail)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("# Plan", "front matter"),
        ("", "front matter"),
        ("---\nname: a\n---\n", "no description"),
        ("---\ndescription: b\nname: '  '\n---\n", "no name"),
        ("---\nname: [a]\ndescription: b\n---\n", "no name"),
        (b"---\nname: \xff\ndescription: b\n---\n", "UTF-8"),
        (SKILL + "x" * 100 * 1024, "at most 102400"),
    ],
)
def test_markdown_that_breaks_the_skill_format_is_refused(content: bytes | str, hint: str) -> None:
    problem = refused(skill("s.md", content))
    assert problem.code == service_errors.FILE_FORMAT
    assert hint in problem.hint


def test_skill_contains_the_small_texts_of_its_zip() -> None:
    content = zipped(
        ("scripts/run.py", "print(1)"), ("SKILL.md", SKILL), ("reference/more.md", "More."),
        ("../../up.sh", "ls"), ("icon.png", b"\x89PNG\xff"), ("large.txt", "x" * 70_000),
        ("directory/", ""),
    )  # fmt: skip
    draft, detail = extract_skill(skill("trip.zip", content))
    assert draft.key == "plan-a-trip"
    assert detail.script == {"scripts/run.py": "print(1)", "../../up.sh": "ls"}
    assert detail.others["reference/more.md"] == "More."


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"PK", "cannot be read as a zip"),
        (zipped(MANUAL)[:-30], "cannot be read as a zip"),
        (zipped(MANUAL) + bytes(21 * 1024 * 1024), "at most 20971520"),
        (zipped(), "SKILL.md must be at the top"),
        (zipped(("trip/SKILL.md", SKILL)), "found: trip/SKILL.md"),
        (zipped(("SKILL.md", SKILL + "x" * 102_400)), "at most 102400"),
        (zipped(("SKILL.md", "no front matter")), "front matter"),
        (zipped(MANUAL, *((f"{n}.txt", "") for n in range(200))), "201 files; at most 200"),
        (zipped(*((f"{n}.txt", "") for n in range(5001))), "more than 5000 entries"),
        (zipped(MANUAL, ("big.bin", bytes(10 * 1024 * 1024 + 1))), "at most 10485760"),
        (zipped(MANUAL, method=zipfile.ZIP_LZMA), "store and deflate"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_zip_that_breaks_the_skill_format_is_refused(content: bytes, hint: str) -> None:
    problem = refused(skill("s.zip", content))
    assert problem.code == service_errors.FILE_FORMAT
    assert hint in problem.hint


def test_zip_with_wrong_sizes_is_refused() -> None:
    bomb = zipped(("SKILL.md", SKILL + " " * 1_000_000))
    true, lie = (len(SKILL) + 1_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert bomb.count(true) == 2
    assert "cannot be unpacked" in refused(skill("s.zip", bomb.replace(true, lie))).hint


def test_damaged_file_in_a_zip_is_refused() -> None:
    content = zipped(MANUAL, ("a.txt", "plain words"), method=zipfile.ZIP_STORED)
    assert (
        "a.txt cannot be unpacked"
        in refused(skill("s.zip", content.replace(b"plain", b"PLAIN"))).hint
    )


def test_skill_from_an_address_has_the_name_of_its_file() -> None:
    draft, detail = extract_skill(skill("book a room.zip", None))
    assert draft.key == "book a room"
    assert "https://files.test/" in draft.value
    assert detail == Skill(type="uploaded")
