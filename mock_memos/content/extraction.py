"""Messages become memories by fixed rules, where no scenario says otherwise.

The rules are a good part of what there is to import; import this module where it is used.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from mock_memos.content.rules import chinese, english, tool_calls
from mock_memos.content.rules.attached_files import attached, attachment_names
from mock_memos.content.rules.corrections import forgotten, replacement, restated
from mock_memos.content.rules.sentences import sentences
from mock_memos.content.rules.statements import Statement, attribute_of, drafts_of
from mock_memos.content.text_analysis import has_cjk
from mock_memos.core.records import Draft, Message, View

__all__ = ["Correction", "attribute_of", "author", "correction", "profile_values"]

_ENGLISH_SELF = re.compile(r"(?<!\w)(?:I|[Mm]y)(?!\w)")
_TALK: tuple[View, ...] = ("detail_factual", "preference", "event")
_CORRECTED: tuple[View, ...] = ("detail_factual", "preference")


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
    messages: Sequence[Message], *, views: Collection[View], tags: Sequence[str] = ()
) -> tuple[Draft, ...]:
    """Returns the memories of messages by the fixed rules, at most one per topic and text."""
    drafts = list(_from_talk(messages, views, tags))
    if "tool_memory" in views:
        for message in messages:
            if message.role == "system":
                drafts += tool_calls.schemas(message.text)
    if ("tool_memory" in views or "skill" in views) and any(
        message.role == "tool" for message in messages
    ):
        found = tool_calls.rounds(messages)
        if "tool_memory" in views:
            drafts += tool_calls.trajectories(found)
        if "skill" in views and (learnt := tool_calls.skill(found)) is not None:
            drafts.append(learnt)
    return tuple(drafts) if len(drafts) < 2 else _latest(drafts)


def _from_talk(
    messages: Sequence[Message], views: Collection[View], tags: Sequence[str]
) -> Iterator[Draft]:
    if "detail_factual" in views:
        for message in messages:
            yield from attached(message)
    if any(view in views for view in _TALK):
        for statement in _statements(messages):
            yield from drafts_of(statement, views, tags)


def _statements(messages: Sequence[Message]) -> Iterator[Statement]:
    """What the users among the speakers state about themselves and their world."""
    offered = ""
    for message in messages:
        if message.role == "assistant":
            offered = message.text or offered
        if message.role != "user":
            continue
        text = message.text
        if any(attachment_names(message)):
            text = text.replace("[image_url]", "\n").replace("[file]", "\n")
        for sentence in sentences(text):
            language, subject = (
                (chinese, "用户") if _is_chinese(sentence.text) else (english, "The user")
            )
            for statement in language.statements(sentence, message.role_name or subject, offered):
                if message.role_name and statement.topic:
                    statement = statement._replace(topic=f"{message.role_name}:{statement.topic}")
                yield statement


def _is_chinese(text: str) -> bool:
    """Whether the speaker speaks Chinese, perhaps with English words in it, or the reverse."""
    return has_cjk(text) and ("我" in text or _ENGLISH_SELF.search(text) is None)


def _latest(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Drafts without those that a later one of the same call repeats or replaces."""
    latest = {(draft.view, draft.topic or draft.value): draft for draft in drafts}
    keep = set(map(id, latest.values()))
    return tuple(draft for draft in drafts if id(draft) in keep)


def profile_values(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    """The personal attributes that the speaker states, each with its latest value.

    Messages of a named speaker are left out: a group chat does not show which profile they fill.
    """
    own = [message for message in messages if not message.role_name]
    found: dict[str, str] = {}
    for statement in _statements(own):
        if statement.attribute is not None:
            name, value = statement.attribute
            found[name] = value
    return tuple(found.items())


def correction(feedback: str) -> Correction:
    """What feedback corrects: a wording, a statement, or nothing."""
    if what := forgotten(feedback):
        return Correction(gone=tuple(draft.value for draft in _stated(what)))
    found = replacement(feedback)
    if found is None:
        return Correction(drafts=_stated(restated(feedback)))
    drafts = _stated(found.statement) if found.statement else ()
    return Correction(found.old, found.new, drafts or (_corrected(found.old, found.new),))


def _stated(text: str) -> tuple[Draft, ...]:
    """Returns the facts and preferences that a user states in a text."""
    return author((Message(role="user", text=text),), views=_CORRECTED)


def _corrected(old: str, new: str) -> Draft:
    if has_cjk(new):
        key, value = f"更正：{new}", f"用户更正：是{new}，不是{old}。"
    else:
        key, value = f"Correction: {new}", f"The user corrected: {new}, not {old}."
    return Draft(view="detail_factual", key=key, value=value, tags=(new.lower(),))
