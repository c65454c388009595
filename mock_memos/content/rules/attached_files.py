"""Images and files: each becomes one fact that names it. Their content is never looked at."""

from collections.abc import Iterator

from mock_memos.content.rules.lines import Line
from mock_memos.content.text_analysis import content_words, has_cjk
from mock_memos.core.records import Draft


def attached(line: Line) -> Iterator[Draft]:
    """The facts about what a line carries."""
    text = line.text.replace("[image_url]", "").replace("[file]", "").strip()
    chinese = has_cjk(text)
    for name in line.images:
        key = name or ("图片" if chinese else "Image")
        yield _fact(_told("图片" if chinese else "an image", name, text), key, ("image", "visual"))
    for name in line.files:
        key = name or ("文件" if chinese else "File")
        marks = ("mode:fine", "multimodal:file")
        yield _fact(_told("文件" if chinese else "a file", name, text), key, marks)


def _told(thing: str, name: str, text: str) -> str:
    said = " ".join(text.split())
    said = said if len(said) <= 200 else said[:199] + "…"
    if has_cjk(thing):
        named = f"{thing} {name}" if name else f"一个{thing}"
        return f"用户分享了{named}，并说：{said}"
    named = f"{thing} named {name}" if name else thing
    return f"The user shared {named} and said: {said}" if said else f"The user shared {named}."


def _fact(value: str, key: str, marks: tuple[str, ...]) -> Draft:
    words = (word.lower() for word in content_words(key))
    tags = tuple(dict.fromkeys((*marks, *words)))
    return Draft(view="detail_factual", key=key, value=value, tags=tags[:6])
