import zipfile
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.content.documents import extract, json_xml
from mock_memos.content.documents.extract import Upload
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError
from tests.support.files import MANUAL, SKILL, document, refused, skill, upload, zipped


def memories(upload: Upload) -> list[tuple[str, str]]:
    return [(draft.key, draft.value) for draft in extract.extract_file_memories(upload)]


# --- names ---


@pytest.mark.parametrize("ending", extract.EXTENSIONS["document"])
def test_documents_of_the_documented_types_are_accepted(ending: str) -> None:
    extract.check_upload(document(f"Rules.{ending.upper()}", b"\xff"), "file[0]")


@pytest.mark.parametrize("name", ["rules", "rules.zip", "rules.exe", "rules.md.png", "", "."])
def test_other_documents_are_refused_by_name(name: str) -> None:
    assert refused(document(name, "x")).code == service_errors.UNSUPPORTED_FILE_TYPE


@pytest.mark.parametrize("name", ["skill.txt", "skill", "skill.json"])
def test_skill_is_markdown_or_a_zip(name: str) -> None:
    assert refused(skill(name, SKILL)).code == service_errors.UNSUPPORTED_FILE_TYPE


def test_extension_comes_from_the_address_if_the_name_has_none() -> None:
    bare = Upload("Rules", "document", None, "https://files.test/rules.pdf?x=1")
    extract.check_upload(bare, "file[0]")
    refused(msgspec.structs.replace(bare, address="https://files.test/rules"))


def test_address_has_size_0() -> None:
    assert document("a.md", None).size == 0
    assert document("a.md", "four").size == 4


# --- text ---


def test_each_paragraph_of_a_text_becomes_a_memory() -> None:
    text = "Refunds take 14 days.\r\n\r\nShipping is free. Ask us!\n\n我们周末不营业。请周一再来。"
    assert memories(document("a.txt", text)) == [
        ("Refunds take 14 days", "Refunds take 14 days."),
        ("Shipping is free", "Shipping is free. Ask us!"),
        ("我们周末不营业", "我们周末不营业。请周一再来。"),
    ]


def test_section_becomes_a_memory_with_its_headings_as_key() -> None:
    hotel = "Hello.\n# Hotel\n\nBy the sea.\n\n## Pets ##\n\n- Dogs\n- Cats\n\n"
    text = f"{hotel}# 退款\n七天内可退。\n# Empty"
    assert memories(document("a.md", text)) == [
        ("Hello", "Hello."),
        ("Hotel", "By the sea."),
        ("Hotel > Pets", "- Dogs\n- Cats"),
        ("退款", "七天内可退。"),
    ]


def test_heading_inside_code_is_code() -> None:
    text = "# Run\n```sh\n# not a heading\n```\n~~~\n# nor this\n~~~~\n# Stop\nIt ends."
    assert [key for key, _ in memories(document("a.md", text))] == ["Run", "Stop"]


def test_facts_of_a_file_have_its_tags() -> None:
    (fact,) = extract.extract_file_memories(document("a.md", "# The hotel rules\nNo smoking."))
    assert fact.view == "detail_factual"
    assert fact.memory_type == "LongTermMemory"
    assert fact.tags == ("mode:fine", "multimodal:file", "hotel", "rules")


def test_short_chinese_heading_becomes_a_tag() -> None:
    (fact,) = extract.extract_file_memories(document("a.md", "# 退款规则\n七天内可退。"))
    assert fact.tags == (*extract.TAGS, "退款规则")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_byte_order_mark(encoding: str) -> None:
    assert memories(document("a.txt", "你好 hotel".encode(encoding))) == [
        ("你好 hotel", "你好 hotel")
    ]


def test_long_text_is_cut_where_sentences_end() -> None:
    text = "A sentence that says something. " * 100
    values = [value for _, value in memories(document("a.txt", text))]
    assert all(len(value) <= 1000 and value.endswith("something.") for value in values)
    assert " ".join(values) == text.strip()


def test_many_short_paragraphs_are_combined() -> None:
    lines = [f"Line {number}." for number in range(1000)]
    values = [value for _, value in memories(document("a.txt", "\n\n".join(lines)))]
    assert len(values) < 20
    assert "\n\n".join(values).split("\n\n") == lines


def test_huge_text_becomes_a_limited_number_of_memories() -> None:
    text = "# a\nb\n" * 500_000
    assert len(memories(document("a.md", text))) == extract.MAX_MEMORIES


# --- JSON and XML ---


def test_json_becomes_lines_that_name_the_path() -> None:
    hotel = '{"city": "Lyon", "stars": 4, "open": true, "fax": null, "tags": ["sea", "calm"]}'
    ((_, value),) = memories(document("a.json", f'{{"hotel": {hotel}}}'))
    assert value.splitlines() == [
        "hotel.city: Lyon", "hotel.stars: 4", "hotel.open: true",
        "hotel.tags: sea", "hotel.tags: calm",
    ]  # fmt: skip


def test_each_element_of_a_json_list_becomes_a_memory() -> None:
    text = '{"shop": "Harbour", "products": [{"name": "Mug", "price": 9.5}, {"price": 1}]}'
    assert memories(document("a.json", text)) == [
        ("shop: Harbour", "shop: Harbour"),
        ("Mug", "products[0].name: Mug\nproducts[0].price: 9.5"),
        ("products[1]", "products[1].price: 1"),
    ]


def test_json_list_of_texts_becomes_one_fact_each() -> None:
    assert memories(document("a.json", '["Dogs are allowed.", "Cats too."]')) == [
        ("Dogs are allowed", "Dogs are allowed."),
        ("Cats too", "Cats too."),
    ]


def test_broken_json_is_plain_text() -> None:
    assert memories(document("a.json", '{"city": "Lyon"')) == [
        ('{"city": "Lyon"', '{"city": "Lyon"')
    ]


def test_xml_becomes_lines_that_name_the_path() -> None:
    mug = '<p id="1"><title>Mug</title><n>a<b>c</b></n></p>'
    text = f"<shop>{mug}<p>Pen</p><open>yes</open><p>Ink</p></shop>"
    assert memories(document("a.xml", text)) == [
        ("shop", "shop.open: yes"),
        ("Mug", "shop.p[0].id: 1\nshop.p[0].title: Mug\nshop.p[0].n.b: c\nshop.p[0].n: a"),
        ("Pen", "Pen"),
        ("Ink", "Ink"),
    ]


@pytest.mark.parametrize("name", ["a.json", "a.xml"])
def test_document_too_large_to_parse_is_plain_text(name: str) -> None:
    text = {"a.json": '{"a": 1}', "a.xml": "<a>1</a>"}[name]
    key, value = memories(document(name, text + " " * json_xml.MAX_BYTES))[0]
    assert (key, value) == (text, text)


def test_xml_entities_are_never_expanded() -> None:
    text = '<!DOCTYPE a [<!ENTITY x "boo"><!ENTITY y SYSTEM "file:///etc/passwd">]><a>&x;&x;&y;</a>'
    ((_, value),) = memories(document("a.xml", text))
    assert value == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[" * 100_000 + "]" * 100_000),
        ("a.json", "[" * 400 + "]" * 400),
        ("a.json", '{"a":' * 400 + "1" + "}" * 400),
        ("a.json", '{"' + "k" * 1_000_000 + '":{"a":' + ',"b":'.join("1" * 9000) + "}}"),
        ("a.json", "[" + "1" * 4000 + "]"),
        ("a.xml", "<a>" * 100_000 + "</a>" * 100_000),
        ("a.xml", "<a>" * 90 + "</a>" * 90),
        ("a.md", "# " + " " * 500_000 + "x"),
        ("a.md", "`" * 500_000 + "x"),
        ("a.txt", "\n " * 500_000 + "x"),
    ],
)  # fmt: skip
def test_pathological_documents_become_few_memories(name: str, text: str) -> None:
    drafts = extract.extract_file_memories(document(name, text))
    assert 1 <= len(drafts) <= extract.MAX_MEMORIES
    assert all(len(draft.key) <= 80 and len(draft.value) <= 1300 for draft in drafts)


# --- Word, and what is not read ---

WORD = """\
<w:document xmlns:w="urn:w"><w:body>
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Hotel</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Rules</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">No </w:t></w:r><w:r><w:t>smoking</w:t><w:br/>
<w:t>Thanks</w:t></w:r></w:p><w:p/></w:body></w:document>"""


def test_word_document_is_read_with_its_headings() -> None:
    content = zipped(("word/document.xml", WORD))
    assert memories(document("a.docx", content)) == [("Hotel > Rules", "No smoking\nThanks")]


@pytest.mark.parametrize(
    "content",
    [
        b"junk",
        zipped(("other.xml", WORD)),
        zipped(("word/document.xml", "<w:document>")),
        zipped(("word/document.xml", f"<!DOCTYPE a []>{WORD}")),
        zipped(("word/document.xml", WORD), method=zipfile.ZIP_BZIP2),
        zipped(("word/document.xml", bytes(17 * 1024 * 1024))),
    ],
)
def test_unreadable_word_document_becomes_a_memory_of_its_name(content: bytes) -> None:
    ((key, value),) = memories(document("rules.docx", content))
    assert key == "rules.docx"
    assert f"(DOCX, {len(content)} bytes)" in value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7"),
        ("a.doc", b"\xd0\xcf"),
        ("a.txt", b"\xff"),
        ("a.md", b"\0"),
        ("a.xml", b""),
    ],
)
def test_unreadable_document_becomes_a_memory_of_its_name(name: str, content: bytes) -> None:
    ((key, value),) = memories(document(name, content))
    assert key == name
    assert f"{name} ({name[2:].upper()}, {len(content)} bytes)" in value


def test_address_is_named_and_never_fetched() -> None:
    ((key, value),) = memories(document("rules.pdf", None))
    assert key == "rules.pdf"
    assert "https://files.test/rules.pdf?v=1" in value


# --- laws ---

_NAMES = st.sampled_from(
    [f"a.{end}" for ends in extract.EXTENSIONS.values() for end in ends] + ["", ".", "a", ".md"]
)
_WORDS = st.sampled_from([
    "---\n", "name: a\n", "description: b\n", "# Examples\n", "```", "~~~", "- ", "1. ",
    "&a ", "*a", "[", "]", "{", "}", '"', ":", ",", "<a>", "</a>", "<!DOCTYPE a>", "&lt;",
    "\\ud800", "\n", "\r", " ", "。", "字", "\0",
])  # fmt: skip
_ZIP = zipped(MANUAL, ("a.txt", "words"))
_CONTENTS = (
    st.binary(max_size=200)
    | st.lists(_WORDS, max_size=40).map(lambda words: "".join(words).encode())
    | st.lists(_WORDS, max_size=20).map(
        lambda words: zipped(("SKILL.md", "".join(words)), ("word/document.xml", "".join(words)))
    )
    | st.builds(
        lambda place, byte: _ZIP[:place] + bytes([byte]) + _ZIP[place + 1 :],
        st.integers(0, len(_ZIP) - 1),
        st.integers(0, 255),
    )
)  # fmt: skip


@given(_NAMES, _CONTENTS | st.none(), st.sampled_from(["document", "skill"]))
def test_any_bytes_become_memories_or_an_api_error(
    name: str, content: bytes | None, kind: Literal["document", "skill"]
) -> None:
    item = upload(name, content, kind)
    try:
        extract.check_upload(item, "file[0]")
    except ApiError as problem:
        assert problem.code in (service_errors.UNSUPPORTED_FILE_TYPE, service_errors.FILE_FORMAT)
    drafts = extract.extract_file_memories(item)
    assert drafts
    assert drafts == extract.extract_file_memories(item)
    msgspec.json.encode(drafts)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_word_of_a_text_is_lost(text: str) -> None:
    result = "".join(value for _, value in memories(document("a.txt", text)))
    plain = [line for line in text.split() if not line.startswith("#")]
    if plain and "#" not in text:
        assert "".join(result.split()) == "".join(plain)
