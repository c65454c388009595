"""What images and files become by the fixed rules."""

from mock_memos.content.extraction import author
from mock_memos.content.rules.lines import Line
from mock_memos.core.records import VIEWS


def test_an_image_gives_one_fact_that_names_it() -> None:
    line = Line("user", "Look at this [image_url]", images=("sea.jpg",))
    (fact,) = author([line], views=VIEWS)
    assert fact.view == "detail_factual"
    assert fact.value == "The user shared an image named sea.jpg and said: Look at this"
    assert fact.key == "sea.jpg"
    assert fact.tags[:2] == ("image", "visual")


def test_a_file_gives_one_fact_that_names_it() -> None:
    (fact,) = author([Line("user", "[file]", files=("report.pdf",))], views=VIEWS)
    assert fact.value == "The user shared a file named report.pdf."
    assert fact.tags == ("mode:fine", "multimodal:file", "report", "pdf")


def test_what_has_no_name_is_still_told() -> None:
    (fact,) = author([Line("user", "[image_url]", images=("",))], views=VIEWS)
    assert (fact.value, fact.key) == ("The user shared an image.", "Image")


def test_chinese_words_beside_an_image_are_told_in_chinese() -> None:
    lines = [Line("user", "这是我的猫 [image_url] [file]", images=("",), files=("a.pdf",))]
    image, file, cat = author(lines, views=VIEWS)
    assert image.value == "用户分享了一个图片，并说：这是我的猫"
    assert file.value == "用户分享了文件 a.pdf，并说：这是我的猫"
    assert cat.value == "这是用户的猫。"


def test_words_beside_an_image_are_statements_too() -> None:
    line = Line("user", "I own a boat. [image_url]", images=("boat.png",))
    assert [draft.value for draft in author([line], views=VIEWS)] == [
        "The user shared an image named boat.png and said: I own a boat.",
        "The user owns a boat.",
    ]
