"""Messages become drafts: the fast memory at once, and by fixed rules what it gives way to."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec

from mock_memos.clock import to_datetime
from mock_memos.records import Draft, Message, View
from mock_memos.rules import chinese, english, tools
from mock_memos.rules.attached import attached, names_of
from mock_memos.rules.corrections import replacement, restated
from mock_memos.rules.lines import Line, sentences
from mock_memos.rules.statements import Statement, attribute_of, drafts_of
from mock_memos.words import has_cjk

__all__ = [
    "Correction", "Line", "attribute_of", "author", "correction", "fast", "format_chat_time",
    "key_of", "lines_of", "profile_values", "text_of",
]  # fmt: skip

FAST_TAG: Final = "mode:fast"
LONGEST_KEY: Final = 80

_KEY_END = re.compile("[。！？!?\n]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ZONES = {"UTC": (timedelta(0), "UTC"), "Asia/Shanghai": (timedelta(hours=8), "CST")}
_TALK: tuple[View, ...] = ("detail_factual", "preference", "event")


class Correction(msgspec.Struct, frozen=True):
    """What feedback asks for. All empty: nothing, because it says nothing.

    With `old`, memories that contain it should read `new` in its place. `drafts` is what the
    feedback says in itself, to be written as a memory of its own.
    """

    old: str = ""
    new: str = ""
    drafts: tuple[Draft, ...] = ()


def text_of(content: str | Sequence[dict[str, Any]]) -> str:
    """A message's content as one text; what is no text is named in brackets."""
    if isinstance(content, str):
        return content
    return " ".join(
        part.get("text") or "" if part.get("type") == "text" else f"[{part.get('type')}]"
        for part in content
    )


def format_chat_time(ms: int, zone: Literal["UTC", "Asia/Shanghai"] = "UTC") -> str:
    """A moment as the service shows it: `09:44 AM on 10 December, 2025 UTC`."""
    offset, name = _ZONES[zone]
    moment: datetime = to_datetime(ms) + offset
    half = "AM" if moment.hour < 12 else "PM"
    return (
        f"{moment.hour % 12 or 12:02d}:{moment.minute:02d} {half} on "
        f"{moment.day:02d} {_MONTHS[moment.month - 1]}, {moment.year} {name}"
    )


def lines_of(messages: Sequence[Message]) -> tuple[Line, ...]:
    """Messages as the rules read them."""
    return tuple(
        Line(
            message.role,
            message.text,
            message.chat_time,
            message.role_name,
            message.tool_calls,
            message.tool_call_id,
            *names_of(message.content),
        )
        for message in messages
    )


def key_of(value: str) -> str:
    """The key of a fast memory: its value up to the first end of a sentence, at most 80 long."""
    return _KEY_END.split(value.strip(), maxsplit=1)[0][:LONGEST_KEY].strip()


def fast(lines: Sequence[Line]) -> Draft:
    """The one memory that all lines of a call are, until they are processed."""
    value = "".join(
        f"{_speaker(line)}: [{line.chat_time}]: {_shown(line)}\n"
        for line in lines
        if line.role != "system"
    )
    return Draft(view="detail_factual", key=key_of(value), value=value, tags=(FAST_TAG,))


def _speaker(line: Line) -> str:
    return f"{line.role}({line.role_name})" if line.role_name else line.role


def _shown(line: Line) -> str:
    if not line.text and line.tool_calls:
        return f"[tool_calls]: {msgspec.json.encode(line.tool_calls).decode()}"
    return line.text


def author(
    lines: Sequence[Line], *, views: Collection[View], tags: Sequence[str] = ()
) -> tuple[Draft, ...]:
    """The memories that lines become by the fixed rules, at most one for each topic and text."""
    drafts = list(_from_talk(lines, views, tags))
    if "tool_memory" in views:
        for line in lines:
            if line.role == "system":
                drafts += tools.schemas(line.text)
    if ("tool_memory" in views or "skill" in views) and any(line.role == "tool" for line in lines):
        found = tools.rounds(lines)
        if "tool_memory" in views:
            drafts += tools.trajectories(found)
        if "skill" in views and (learnt := tools.skill(found)) is not None:
            drafts.append(learnt)
    return tuple(drafts) if len(drafts) < 2 else _latest(drafts)


def _from_talk(
    lines: Sequence[Line], views: Collection[View], tags: Sequence[str]
) -> Iterator[Draft]:
    if "detail_factual" in views:
        for line in lines:
            if line.images or line.files:
                yield from attached(line)
    if any(view in views for view in _TALK):
        for statement in _statements(lines):
            yield from drafts_of(statement, views, tags)


def _statements(lines: Sequence[Line]) -> Iterator[Statement]:
    """What the users among the speakers state about themselves and their world."""
    offered = ""
    for line in lines:
        if line.role == "assistant":
            offered = line.text or offered
        if line.role != "user":
            continue
        text = line.text
        if line.images or line.files:
            text = text.replace("[image_url]", "\n").replace("[file]", "\n")
        for sentence in sentences(text):
            language, subject = (
                (chinese, "用户") if has_cjk(sentence.text) else (english, "The user")
            )
            for statement in language.statements(sentence, line.role_name or subject, offered):
                if line.role_name and statement.topic:
                    statement = statement._replace(topic=f"{line.role_name}:{statement.topic}")
                yield statement


def _latest(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Drafts without those that a later one of the same call repeats or replaces."""
    latest = {(draft.view, draft.topic or draft.value): draft for draft in drafts}
    keep = set(map(id, latest.values()))
    return tuple(draft for draft in drafts if id(draft) in keep)


def profile_values(lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """The personal attributes that the speaker states, each with its latest value.

    Lines of a named speaker are left out: in a group chat nobody can say whose profile they fill.
    """
    own = [line for line in lines if not line.role_name]
    found: dict[str, str] = {}
    for statement in _statements(own):
        if statement.attribute is not None:
            name, value = statement.attribute
            found[name] = value
    return tuple(found.items())


def correction(feedback: str) -> Correction:
    """What feedback corrects: a wording, a statement, or nothing."""
    views: tuple[View, ...] = ("detail_factual", "preference")
    found = replacement(feedback)
    if found is None:
        return Correction(drafts=author((Line("user", restated(feedback)),), views=views))
    drafts: tuple[Draft, ...] = ()
    if found.statement:
        drafts = author((Line("user", found.statement),), views=views)
    return Correction(found.old, found.new, drafts or (_corrected(found.old, found.new),))


def _corrected(old: str, new: str) -> Draft:
    if has_cjk(new):
        key, value = f"更正：{new}", f"用户更正：是{new}，不是{old}。"
    else:
        key, value = f"Correction: {new}", f"The user corrected: {new}, not {old}."
    return Draft(view="detail_factual", key=key, value=value, tags=(new.lower(),))
