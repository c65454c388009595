"""Texts as people write them, and the small sets of names that make generated calls meet."""

from base64 import b64encode

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

USERS = ("ana", "ben", "小雨")
AGENTS = ("bot", "guide")
CONVERSATIONS = ("c1", "c2", "0610")
TAGS = ("hotel", "travel", "旅游")

_SAYINGS = (
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
    """What somebody may say: sentences in several scripts, and any characters; never blank."""
    anything = st.text(min_size=1, max_size=max_size).filter(str.strip)
    return st.sampled_from([one for one in _SAYINGS if len(one) <= max_size]) | anything


def user_ids() -> SearchStrategy[str]:
    """A few users who meet again and again, and now and then somebody with any name."""
    return _mostly(USERS)


def agent_ids() -> SearchStrategy[str]:
    """A few Agents, and now and then any other."""
    return _mostly(AGENTS)


def conversation_ids() -> SearchStrategy[str]:
    """A few conversations, and now and then any other."""
    return _mostly(CONVERSATIONS)


def tags() -> SearchStrategy[str]:
    """A few tags, and now and then any other."""
    return _mostly(TAGS)


def times() -> SearchStrategy[str]:
    """The time of a message: structured, or in words."""
    structured = st.datetimes().map(lambda moment: moment.isoformat(" ", "seconds"))
    return structured | st.sampled_from(["yesterday", "last Tuesday afternoon", "昨天下午"])


def addresses() -> SearchStrategy[str]:
    """Addresses of images and files. Nobody ever fetches them."""
    return st.sampled_from(["https://pictures.test/inn.png", "http://papers.test/a/rules.pdf"])


def contents() -> SearchStrategy[str]:
    """What a file holds: an address or Base64."""
    return texts().map(lambda text: b64encode(text.encode()).decode()) | addresses()


def _mostly(usual: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(usual) | st.text(min_size=1, max_size=100).filter(str.strip)
