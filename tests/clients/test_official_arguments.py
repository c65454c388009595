"""Every method of the official client with the fewest and with all arguments."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mock_memos.testing.memos import Memos
from tests.support.official_client import create_template

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn."}]
TREE = {"Basics": {"City": {"value": "Lyon"}}}
FILTER = {"and": [{"app_id": "web"}, {"create_time": {"gte": "2025-01-01"}}]}
ALL_VIEWS = ["detail_factual", "preference", "skill", "profile", "event", "tool_memory"]


class KnownIds(NamedTuple):
    """What is there to speak of."""

    task: str
    memory: str
    base: str
    file: str
    template: str
    path: str


Arguments = Callable[[KnownIds], dict[str, Any]]


@pytest.fixture
def place(client: Any, memos: Memos, tmp_path: Path) -> KnownIds:
    path = tmp_path / "rules.txt"
    path.write_text("Every trip needs approval.", encoding="utf-8")
    task = client.add_message(MESSAGES, "ana", "c1", async_mode=False).task_id
    client.add_message(MESSAGES, agent_id="bot", async_mode=False)
    base = client.create_knowledgebase("Rules").knowledgebase_id
    file = client.add_knowledgebase_file_form(base, [str(path)]).data[0]["id"]
    memory = client.get_memory("ana").memories[0].id
    bound = create_template(memos)
    bind = [{key: who, "profile_template_id": bound} for key, who in OWNERS.items()]
    client.bind_profile_template(bind)
    return KnownIds(task, memory, base, file, bound, str(path))


OWNERS = {"user_id": "ana", "agent_id": "bot"}
RECALL: dict[str, Any] = {
    "memory_limit_number": 3, "include_preference": False, "preference_limit_number": 1,
    "include_tool_memory": True, "tool_memory_limit_number": 2, "relativity": 0.1,
    "filter": FILTER,
}  # fmt: skip
MARKS: dict[str, Any] = {"app_id": "web", "agent_id": "bot", "allow_public": True}

# Each method: the least it takes, and all it takes.
METHODS: dict[str, tuple[Arguments, Arguments]] = {
    "add_message": (
        lambda at: {"messages": MESSAGES, "user_id": "ana"},
        lambda at: {
            "messages": MESSAGES, "user_id": ["ana", "ben"], "conversation_id": "c2", **MARKS,
            "agent_id": ["bot"], "info": {"scene": "trip", "level": 3, "who": ["a"]},
            "source": "tests", "async_mode": False, "tags": ["hotel"],
            "allow_knowledgebase_ids": [at.base], "allow_memory_view": ALL_VIEWS,
        },
    ),
    "get_message": (
        lambda at: {"user_id": "ana", "conversation_id": "c1"},
        lambda at: {
            "user_id": "ana", "conversation_id": "c1", "conversation_limit_number": 2,
            "message_limit_number": 2, "source": "tests",
        },
    ),
    "search_memory": (
        lambda at: {"query": "inn", "user_id": "ana"},
        lambda at: {
            "query": "inn", "agent_id": "bot", "conversation_id": "c1", **RECALL,
            "knowledgebase_ids": [at.base], "source": "tests", "include_skill": True,
            "skill_limit_number": 2, "include_memory_view": ALL_VIEWS, "context_format": "sources",
        },
    ),
    "get_memory": (
        lambda at: {"user_id": "ana"},
        lambda at: {
            "agent_id": "bot", "page": 2, "size": 50, "include_preference": False,
            "include_tool_memory": False, "include_memory_view": ALL_VIEWS, "filter": FILTER,
        },
    ),
    "get_memory_by_id": (lambda at: {"memid": at.memory}, lambda at: {"memid": at.memory}),
    "update_memory": (
        lambda at: {"memory_id": at.memory, "content": "The user booked the Garden Inn."},
        lambda at: {
            "memory_id": at.memory, "content": "Garden Inn", "title": "Inn", "status": "resolving",
        },
    ),
    "delete_memory": (
        lambda at: {"memory_ids": [at.memory]},
        lambda at: {"filter": FILTER, "memory_type": "detail_factual"},
    ),
    "add_feedback": (
        lambda at: {"user_id": "ana", "feedback_content": "It is the Garden Inn."},
        lambda at: {
            "user_id": "ana", "conversation_id": "c1", "feedback_content": "It is wrong.", **MARKS,
            "feedback_time": "2026-06-01 10:00:00", "allow_knowledgebase_ids": [at.base],
        },
    ),
    "get_task_status": (lambda at: {"task_id": at.task}, lambda at: {"task_id": at.task}),
    "extract_memory": (
        lambda at: {"messages": MESSAGES},
        lambda at: {"messages": MESSAGES, "extraction_types": ["memory"], "model": "any"},
    ),
    "rerank": (
        lambda at: {"query": "inn", "documents": ["an inn"]},
        lambda at: {"query": "inn", "documents": ["an inn"], "model": "any", "top_n": 5},
    ),
    "chat": (
        lambda at: {"user_id": "ana", "conversation_id": "c1", "query": "Which inn?"},
        lambda at: {
            "user_id": "ana", "conversation_id": "c1", "query": "Which inn?", **RECALL, **MARKS,
            "internet_search": True, "force_stop": True, "use_mem_os_cube": True,
            "source": "tests", "system_prompt": "Use {memories}.", "model_name": "qwen3-32b",
            "knowledgebase_ids": [at.base], "add_message_on_answer": False, "async_mode": False,
            "tags": ["hotel"], "info": {"scene": "trip"}, "max_tokens": 100, "temperature": 0.1,
            "allow_knowledgebase_ids": [at.base], "top_p": 0.5, "stream": False,
        },
    ),
    "create_knowledgebase": (
        lambda at: {"knowledgebase_name": "More"},
        lambda at: {"knowledgebase_name": "More", "knowledgebase_description": "More rules"},
    ),
    "delete_knowledgebase": (
        lambda at: {"knowledgebase_id": at.base},
        lambda at: {"knowledgebase_id": at.base},
    ),
    "add_knowledgebase_file_json": (
        lambda at: {"knowledgebase_id": at.base, "file": [{"content": "https://a.test/b.pdf"}]},
        lambda at: {
            "knowledgebase_id": at.base,
            "file": [{"content": "data:text/plain;base64,QQ==", "name": "a.txt",
                      "type": "document", "mime_type": "text/plain"}],
        },
    ),
    "add_knowledgebase_file_form": (
        lambda at: {"knowledgebase_id": at.base, "files": [at.path]},
        lambda at: {"knowledgebase_id": at.base, "files": [at.path] * 2, "type": "document"},
    ),
    "get_knowledgebase_file": (
        lambda at: {"file_ids": [at.file]},
        lambda at: {"knowledgebase_id": at.base, "type": "document", "page": 1, "page_size": 5},
    ),
    "delete_knowledgebase_file": (
        lambda at: {"file_ids": [at.file]},
        lambda at: {"file_ids": [at.file]},
    ),
    "bind_profile_template": (
        lambda at: {"bind_list": [{"user_id": "ben", "profile_template_id": at.template}]},
        lambda at: {
            "bind_list": [
                {"user_id": "ben", "agent_id": None, "profile_template_id": at.template},
                {"user_id": None, "agent_id": "new", "profile_template_id": at.template},
            ]
        },
    ),
    "edit_profile": (
        lambda at: {"user_id": "ana", "profile_template_id": at.template, "metadata": TREE},
        lambda at: {
            "agent_id": "bot", "profile_template_id": at.template, "metadata": TREE,
            "remove_fields": ["Basics.Job"],
        },
    ),
    "delete_profile": (
        lambda at: {"user_id": "ana", "profile_template_id": at.template},
        lambda at: {"agent_id": "bot", "profile_template_id": at.template},
    ),
}  # fmt: skip


def test_client_methods_are_all_covered(client_type: Any) -> None:
    assert {name for name in vars(client_type) if not name.startswith("_")} == set(METHODS)


@pytest.mark.parametrize("much", [0, 1], ids=["least", "most"])
@pytest.mark.parametrize("method", METHODS)
def test_method_gets_a_reply(
    client: Any, memos: Memos, place: KnownIds, method: str, much: int
) -> None:
    before = memos.journal.total
    answer = getattr(client, method)(**METHODS[method][much](place))
    envelope = answer if isinstance(answer, dict) else answer.model_dump()
    assert (envelope["code"], envelope["message"]) == (0, "ok")
    assert envelope["data"] is not None
    assert memos.journal.total == before + 1


def null_paths(body: bytes) -> Iterator[str]:
    yield from (name for name, value in json.loads(body).items() if value is None)


def test_omitted_arguments_mean_defaults(client: Any, memos: Memos, place: KnownIds) -> None:
    client.search_memory("Which inn did I book?", "ana")
    request = [exchange.request_body for exchange in memos.journal][-1]
    assert set(null_paths(request)) == {
        "conversation_id", "agent_id", "knowledgebase_ids", "filter", "relativity",
        "include_memory_view", "source",
    }  # fmt: skip
    result = client.search_memory("Which inn did I book?", "ana", relativity=0.45, filter={})
    assert [memory.id for memory in result.memories] == [place.memory]
