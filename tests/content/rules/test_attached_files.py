"""Facts about attached images and files."""

from mock_memos.content.extraction import extract_memories
from mock_memos.content.rules.attached_files import attachment_names
from mock_memos.core.records import VIEWS, Draft
from tests.support.messages import file, image, message


def drafts(text: str, *parts: object) -> tuple[Draft, ...]:
    return extract_memories([message("user", text, content=list(parts))], views=VIEWS)


def test_image_becomes_fact_with_its_name() -> None:
    (fact,) = drafts("Look at this [image_url]", image("sea.jpg"))
    assert fact.view == "detail_factual"
    assert fact.value == "The user shared an image named sea.jpg and said: Look at this"
    assert fact.key == "sea.jpg"
    assert fact.tags[:2] == ("image", "visual")


def test_file_becomes_fact_with_its_name() -> None:
    (fact,) = drafts("[file]", file("report.pdf"))
    assert fact.value == "The user shared a file named report.pdf."
    assert fact.tags == ("mode:fine", "multimodal:file", "report", "pdf")


def test_image_without_name_becomes_fact() -> None:
    (fact,) = drafts("[image_url]", image())
    assert (fact.value, fact.key) == ("The user shared an image.", "Image")


def test_chinese_text_with_image_becomes_chinese_fact() -> None:
    picture, document, cat = drafts("这是我的猫 [image_url] [file]", image(), file("a.pdf"))
    assert picture.value == "用户分享了一个图片，并说：这是我的猫"
    assert document.value == "用户分享了文件 a.pdf，并说：这是我的猫"
    assert cat.value == "这是用户的猫。"


def test_text_with_image_is_a_statement_too() -> None:
    assert [draft.value for draft in drafts("I own a boat. [image_url]", image("boat.png"))] == [
        "The user shared an image named boat.png and said: I own a boat.",
        "The user owns a boat.",
    ]


def test_attachment_names_come_from_urls() -> None:
    images = [image("a/sea%20view.jpg?s=1#x"), image()]
    content = [*images, file("report.pdf")]
    assert attachment_names(message("user", "…", content=content)) == (
        ["sea view.jpg", ""],
        ["report.pdf"],
    )
