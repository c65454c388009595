"""Extracts memories from messages by built-in rules. Used when no scenario rule matches.

Import this module inside functions: the rules take long to import.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec

from mock_memos.content.rules import tool_calls
from mock_memos.content.rules.attached_files import attachment_names, extract_attachments
from mock_memos.content.rules.chinese import statements as chinese
from mock_memos.content.rules.corrections import parse_forget, parse_replacement, restate
from mock_memos.content.rules.english import statements as english
from mock_memos.content.rules.sentences import split_sentences
from mock_memos.content.rules.statements import Statement, to_memories
from mock_memos.content.text_analysis import has_cjk
from mock_memos.core.records import Draft, Message, View

_ENGLISH_FIRST_PERSON = re.compile(r"(?<!\w)(?:I|[Mm]y)(?!\w)")
_TALK_VIEWS: tuple[View, ...] = ("detail_factual", "preference", "event")
_CORRECTED_VIEWS: tuple[View, ...] = ("detail_factual", "preference")


class Correction(msgspec.Struct, frozen=True):
    """What feedback asks for. All fields are empty if it asks for nothing.

    `old` in memories becomes `new`. `drafts` are memories that the feedback states itself.
    `forgotten` are the values of memories to delete.
    """

    old: str = ""
    new: str = ""
    drafts: tuple[Draft, ...] = ()
    forgotten: tuple[str, ...] = ()


def extract_memories(
    messages: Sequence[Message], *, views: Collection[View], tags: Sequence[str] = ()
) -> tuple[Draft, ...]:
    """Returns the memories of messages, at most one per topic and text.

    `views` are the wanted types of memory; `tags` are candidates for their tags.
    """
    drafts = list(_talk_memories(messages, views, tags))
    wants_tools, wants_skill = "tool_memory" in views, "skill" in views
    if wants_tools:
        for message in messages:
            if message.role == "system":
                drafts += tool_calls.extract_tool_schemas(message.text)
    if (wants_tools or wants_skill) and any(message.role == "tool" for message in messages):
        rounds = tool_calls.group_rounds(messages)
        if wants_tools:
            drafts += tool_calls.extract_trajectories(rounds)
        if wants_skill and (skill := tool_calls.extract_skill(rounds)) is not None:
            drafts.append(skill)
    return tuple(drafts) if len(drafts) < 2 else _drop_superseded(drafts)


def _talk_memories(
    messages: Sequence[Message], views: Collection[View], tags: Sequence[str]
) -> Iterator[Draft]:
    if "detail_factual" in views:
        for message in messages:
            yield from extract_attachments(message)
    if any(view in views for view in _TALK_VIEWS):
        for statement in _find_statements(messages):
            yield from to_memories(statement, views, tags)


def _find_statements(messages: Sequence[Message]) -> Iterator[Statement]:
    """Yields what users state. Skips assistants, who only offer options to choose from."""
    previous_answer = ""
    for message in messages:
        if message.role == "assistant":
            previous_answer = message.text or previous_answer
        if message.role != "user":
            continue
        text = message.text
        if any(attachment_names(message)):
            text = text.replace("[image_url]", "\n").replace("[file]", "\n")
        name = message.role_name
        for sentence in split_sentences(text):
            is_chinese = _is_chinese(sentence.text)
            language, subject = (chinese, "用户") if is_chinese else (english, "The user")
            statements = language.find_statements(sentence, name or subject, previous_answer)
            for statement in statements:
                if name and statement.topic:
                    statement = statement._replace(topic=f"{name}:{statement.topic}")
                yield statement


def _is_chinese(text: str) -> bool:
    """Returns whether a text is Chinese, perhaps with English words in it."""
    return has_cjk(text) and ("我" in text or _ENGLISH_FIRST_PERSON.search(text) is None)


def _drop_superseded(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Returns drafts without those that a later one repeats or replaces."""
    latest = {(draft.view, draft.topic or draft.value): draft for draft in drafts}
    kept_ids = set(map(id, latest.values()))
    return tuple(draft for draft in drafts if id(draft) in kept_ids)


def extract_profile_values(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    """Returns the personal attributes that the user states, each with its latest value.

    Ignores named speakers, because a group chat does not show which profile they fill.
    """
    values: dict[str, str] = {}
    for statement in _find_statements([m for m in messages if not m.role_name]):
        if statement.attribute is not None:
            name, value = statement.attribute
            values[name] = value
    return tuple(values.items())


def parse_correction(feedback: str) -> Correction:
    """Returns what feedback corrects: a wording, a statement, or nothing."""
    if statement := parse_forget(feedback):
        return Correction(forgotten=tuple(draft.value for draft in _stated_memories(statement)))
    change = parse_replacement(feedback)
    if change is None:
        return Correction(drafts=_stated_memories(restate(feedback)))
    drafts = _stated_memories(change.statement) if change.statement else ()
    return Correction(change.old, change.new, drafts or (_correction_memory(*change[:2]),))


def _stated_memories(text: str) -> tuple[Draft, ...]:
    """Returns the facts and preferences that a user states in a text."""
    return extract_memories((Message(role="user", text=text),), views=_CORRECTED_VIEWS)


def _correction_memory(old: str, new: str) -> Draft:
    if has_cjk(new):
        key, value = f"更正：{new}", f"用户更正：是{new}，不是{old}。"
    else:
        key, value = f"Correction: {new}", f"The user corrected: {new}, not {old}."
    return Draft(view="detail_factual", key=key, value=value, tags=(new.lower(),))
