"""Every check, page by page. What takes long stands at the end: by then it is done."""

from types import ModuleType
from typing import Final

from mock_memos.verify.check import Check, Setup
from mock_memos.verify.checks import (
    changes,
    chat,
    conventions,
    conversations,
    extraction,
    feedback,
    files,
    filters,
    knowledgebases,
    lists,
    messages,
    profiles,
    raw_memories,
    rerank,
    scoping,
    search,
    setups,
    shapes,
    streaming,
    tasks,
    templates,
    uploads,
)

PAGES: Final[tuple[ModuleType, ...]] = (
    conventions, extraction, rerank, templates, profiles, raw_memories, conversations, search,
    shapes, lists, filters, scoping, changes, feedback, chat, streaming, knowledgebases, messages,
    tasks, files, uploads,
)  # fmt: skip

CHECKS: Final[tuple[Check, ...]] = tuple(
    value for page in PAGES for value in vars(page).values() if isinstance(value, Check)
)
SETUPS: Final[dict[str, Setup]] = {
    value.name: value
    for page in (setups, *PAGES)
    for value in vars(page).values()
    if isinstance(value, Setup)
}
