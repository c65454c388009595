"""Messages become memories by fixed rules, where no scenario says otherwise.

The rules are a good part of what there is to import; import this module where it is used.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from mock_memos.content.rules import chinese, english, tool_calls
from mock_memos.content.rules.attached_files import attached
from mock_memos.content.rules.corrections import forgotten, replacement, restated
from mock_memos.content.rules.lines import Line
from mock_memos.content.rules.sentences import sentences
from mock_memos.content.rules.statements import Statement, attribute_of, drafts_of
from mock_memos.content.text_analysis import has_cjk
from mock_memos.core.records import Draft, View

__all__ = ["Correction", "attribute_of", "author", "correction", "profile_values"]

_ENGLISH_SELF = re.compile(r"(?<!\w)(?:I|[Mm]y)(?!\w)")
_TALK: tuple[View, ...] = ("detail_factual", "preference", "event")


class Correction(msgspec.Struct, frozen=True):
    """What feedback asks for. All empty: nothing, because it says nothing.

    With `old`, memories that contain it should read `new` in its place. `drafts` is what the
    feedback says in itself, to be written as a memory of its own. `gone` is what memories say that
    should be forgotten.
    """

    old: str = ""
    new: str = ""
    drafts: tuple[Draft, ...] = ()
    gone: tuple[str, ...] = ()


def author(
    lines: Sequence[Line], *, views: Collection[View], tags: Sequence[str] = ()
) -> tuple[Draft, ...]:
    """The memories that lines become by the fixed rules, at most one for each topic and text."""
    drafts = list(_from_talk(lines, views, tags))
    if "tool_memory" in views:
        for line in lines:
            if line.role == "system":
                drafts += tool_calls.schemas(line.text)
    if ("tool_memory" in views or "skill" in views) and any(line.role == "tool" for line in lines):
        found = tool_calls.rounds(lines)
        if "tool_memory" in views:
            drafts += tool_calls.trajectories(found)
        if "skill" in views and (learnt := tool_calls.skill(found)) is not None:
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
                (chinese, "用户") if _is_chinese(sentence.text) else (english, "The user")
            )
            for statement in language.statements(sentence, line.role_name or subject, offered):
                if line.role_name and statement.topic:
                    statement = statement._replace(topic=f"{line.role_name}:{statement.topic}")
                yield statement


def _is_chinese(text: str) -> bool:
    """Whether the speaker speaks Chinese, perhaps with English words in it, or the reverse."""
    return has_cjk(text) and ("我" in text or _ENGLISH_SELF.search(text) is None)


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
    if what := forgotten(feedback):
        return Correction(
            gone=tuple(one.value for one in author((Line("user", what),), views=views))
        )
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
