"""Texts, and small sets of ids, so that generated calls refer to the same objects."""

from base64 import b64encode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

USERS = ("ana", "ben", "小雨")
AGENTS = ("bot", "guide")
CONVERSATIONS = ("c1", "c2", "0610")
TAGS = ("hotel", "travel", "旅游")

_SAMPLES = (
    "I like tea.",
    "I booked the Harbour Inn for May.",
    "My sister lives in Lisbon! Shall we visit her?",
    "我喜欢安静的房间。",
    "我暑假定好去广州旅游，住宿选七天酒店。",
    "昨日、京都へ行きました。",
    "Я живу в Москве.",
    "أسكن في القاهرة",
    "नमस्ते, मैं दिल्ली में रहता हूँ।",
    "Meet me at 9 👩‍👩‍👧 — café, naïve, Ærø",
    "line one\nline two\r\n\tline three",
    "<b>&amp;</b> {memories} %s \\ \" ' ` $",
)


def texts(max_size: int = 80) -> SearchStrategy[str]:
    """Returns sentences in several scripts and arbitrary texts, never blank."""
    anything = st.text(min_size=1, max_size=max_size).filter(str.strip)
    return st.sampled_from([text for text in _SAMPLES if len(text) <= max_size]) | anything


def user_ids() -> SearchStrategy[str]:
    """Returns user ids: mostly one of three, sometimes any text."""
    return _mostly(USERS)


def agent_ids() -> SearchStrategy[str]:
    """Returns Agent ids: mostly one of two, sometimes any text."""
    return _mostly(AGENTS)


def conversation_ids() -> SearchStrategy[str]:
    """Returns conversation ids: mostly one of three, sometimes any text."""
    return _mostly(CONVERSATIONS)


def tags() -> SearchStrategy[str]:
    """Returns tags: mostly one of three, sometimes any text."""
    return _mostly(TAGS)


def times() -> SearchStrategy[str]:
    """Returns times of messages: formatted or free text."""
    formatted = st.datetimes().map(lambda moment: moment.isoformat(" ", "seconds"))
    return formatted | st.sampled_from(["yesterday", "last Tuesday afternoon", "昨天下午"])


def urls() -> SearchStrategy[str]:
    """Returns URLs of images and files, which are never fetched."""
    return st.sampled_from(["https://pictures.test/inn.png", "http://papers.test/a/rules.pdf"])


def contents() -> SearchStrategy[str]:
    """Returns contents of files: a URL or Base64."""
    return texts().map(lambda text: b64encode(text.encode()).decode()) | urls()


def _mostly(usual: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(usual) | st.text(min_size=1, max_size=100).filter(str.strip)
