"""The error code of each operation for invalid values of its fields."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

LONG = "x" * 101
MESSAGES = [{"role": "user", "content": "I like tea."}]
TREE = {"City": {"value": "Lyon"}}
NO_TEMPLATE = {"profile_template_id": "tpl_none"}

VALID: dict[str, dict[str, Any]] = {
    "search/memory": {"user_id": "ana", "query": "hotel"},
    "get/memory": {"user_id": "ana"},
    "get/message": {"user_id": "ana", "conversation_id": "c1"},
    "add/feedback": {"user_id": "ana", "conversation_id": "c2", "feedback_content": "No tea."},
    "extract/memory": {"messages": MESSAGES},
    "rerank": {"query": "chess", "documents": ["chess"]},
    "chat": {"user_id": "ana", "conversation_id": "c2", "query": "Which inn?"},
}
"""Bodies that the fields of an invalid request are added to."""

INVALID: dict[str, dict[int, list[dict[str, Any]]]] = {
    "search/memory": {
        40002: [
            {"query": None}, {"query": ""}, {"user_id": None}, {"user_id": "", "agent_id": ""},
        ],
        40000: [
            {"query": 7}, {"query": ["hotel"]}, {"user_id": ["ana"]}, {"memory_limit_number": -1},
            {"memory_limit_number": "many"}, {"memory_limit_number": 1.5},
            {"memory_limit_number": True}, {"preference_limit_number": -1},
            {"tool_memory_limit_number": -1}, {"skill_limit_number": -1},
            {"include_memory_view": ["facts"]}, {"include_memory_view": "preference"},
            {"include_preference": "true"}, {"knowledgebase_ids": "base1"},
            {"knowledgebase_ids": {}}, {"filter": []}, {"filter": {"and": {}}},
            {"relativity": "high"},
        ],
        40012: [{"relativity": -0.01}, {"relativity": 1.01}, {"relativity": "2"}],
        40010: [{"user_id": LONG}],
        40011: [{"conversation_id": LONG}],
    },
    "get/memory": {
        40002: [{"user_id": None}, {"user_id": "", "agent_id": None}],
        40000: [
            {"user_id": 7}, {"page": 0}, {"page": -1}, {"current": 0}, {"size": 0}, {"size": -5},
            {"size": "ten"}, {"include_memory_view": ["facts"]}, {"filter": "app_id"},
            {"filter": {"not": []}},
        ],
        40010: [{"user_id": LONG}],
    },
    "get/message": {
        40002: [{"user_id": None}, {"conversation_id": ""}],
        40000: [
            {"user_id": ["ana"]}, {"message_limit_number": -1}, {"message_limit_number": "many"},
            {"message_limit_number": 1.5},
        ],
        40010: [{"user_id": LONG}],
        40011: [{"conversation_id": LONG}],
    },
    "add/feedback": {
        40002: [{"user_id": None}, {"feedback_content": ""}],
        40000: [
            {"feedback_content": ["x"]}, {"user_id": ["ana"]}, {"allow_public": "true"},
            {"allow_knowledgebase_ids": "x"},
        ],
        40010: [{"user_id": LONG}],
        40011: [{"conversation_id": LONG}],
        50123: [{"allow_knowledgebase_ids": ["zz"]}],
    },
    "extract/memory": {
        40002: [
            {"messages": []}, {"messages": None}, {"messages": [{"role": "user", "content": ""}]},
            {"messages": [{"content": "hi"}]},
        ],
        40000: [
            {"messages": "hi"}, {"messages": [{"role": "tool", "content": "hi"}]},
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]},
            {"extraction_types": ["skill"]}, {"extraction_types": "memory"},
        ],
        40010: [{"user_id": LONG}],
        40011: [{"conversation_id": LONG}],
    },
    "rerank": {
        40002: [{"query": ""}, {"documents": []}, {"documents": None}],
        40000: [
            {"documents": "chess"}, {"documents": [{"text": "chess"}]}, {"top_n": 0},
            {"top_n": -1}, {"top_n": 1.5}, {"model": 7},
        ],
    },
    "chat": {
        40002: [{"user_id": None}, {"conversation_id": ""}, {"query": ""}],
        40000: [
            {"query": 7}, {"stream": "yes"}, {"temperature": 2.1}, {"temperature": -0.1},
            {"top_p": 1.1}, {"top_p": -1}, {"max_tokens": -1}, {"memory_limit_number": -1},
            {"info": {"a": 1}}, {"filter": {"not": [{"app_id": "x"}]}},
        ],
        40010: [{"user_id": LONG}],
        40011: [{"conversation_id": LONG}],
        40012: [{"relativity": 1.5}, {"relativity": -1}],
        50123: [{"knowledgebase_ids": ["zz"]}, {"allow_knowledgebase_ids": ["zz"]}],
    },
    "create/knowledgebase": {
        40002: [{}, {"knowledgebase_name": ""}],
        40000: [{"knowledgebase_name": 7}],
    },
    "delete/knowledgebase": {40002: [{}], 40000: [{"knowledgebase_id": "x", "delete_all": "yes"}]},
    "get/knowledgebase-file": {
        40000: [
            {}, {"file_ids": ["f"], "knowledgebase_id": "b"}, {"knowledgebase_id": "b", "page": 0},
            {"knowledgebase_id": "b", "page_size": -1}, {"file_ids": "f"},
        ],
        40003: [{"file_ids": []}],
        40001: [{"file_ids": ["none"]}],
    },
    "delete/knowledgebase-file": {
        40002: [{}, {"file_ids": None}],
        40003: [{"file_ids": []}],
        40000: [{"file_ids": "f"}],
        40001: [{"file_ids": ["none"]}],
    },
    "add/profile_template": {
        40002: [
            {"metadata": TREE}, {"name": "  ", "metadata": TREE}, {"name": "Guest"},
            {"name": "Guest", "metadata": {}},
        ],
        40000: [
            {"name": 7, "metadata": TREE}, {"name": "Guest", "metadata": {"City": "Lyon"}},
            {"name": "Guest", "metadata": {"A": {"B": {"C": {"D": {}}}}}},
        ],
    },
    "list/profile_template": {40000: [{"page": 0}, {"size": 0}, {"size": "ten"}]},
    "get/profile_template": {40002: [{}], 40001: [NO_TEMPLATE]},
    "update/profile_template": {
        40002: [NO_TEMPLATE | {"name": "x"}, {"name": "x", "metadata": TREE}],
        40001: [NO_TEMPLATE | {"name": "x", "metadata": TREE}],
    },
    "delete/profile_template": {40002: [{}], 40001: [NO_TEMPLATE]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "code", "fields"),
    [
        (operation, code, fields)
        for operation, by_code in INVALID.items()
        for code, requests in by_code.items()
        for fields in requests
    ],
)
def test_invalid_request_returns_its_code(
    operation: str, code: int, fields: dict[str, Any]
) -> None:
    Client().fails(code, operation, VALID.get(operation, {}) | fields)
