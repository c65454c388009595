"""All checks, page by page. Those that wait for long tasks are last."""

from types import ModuleType
from typing import Final

from mock_memos.verification.check import Check, Fixture
from mock_memos.verification.checks import (
    chat,
    conventions,
    extraction,
    fast_memories,
    feedback,
    files,
    filters,
    fixtures,
    get_memory,
    get_message,
    item_fields,
    knowledgebases,
    messages,
    profiles,
    rerank,
    scoping,
    search,
    streaming,
    tasks,
    templates,
    update_delete,
    upload_errors,
)

PAGES: Final[tuple[ModuleType, ...]] = (
    conventions, extraction, rerank, templates, profiles, fast_memories, get_message, search,
    item_fields, get_memory, filters, scoping, update_delete, feedback, chat, streaming,
    knowledgebases, messages, tasks, files, upload_errors,
)  # fmt: skip

CHECKS: Final[tuple[Check, ...]] = tuple(
    value for page in PAGES for value in vars(page).values() if isinstance(value, Check)
)
FIXTURES: Final[dict[str, Fixture]] = {
    value.name: value
    for page in (fixtures, *PAGES)
    for value in vars(page).values()
    if isinstance(value, Fixture)
}
