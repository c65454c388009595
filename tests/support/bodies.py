"""Request bodies, and the results of decoding them."""

import json
from typing import Any

import pytest

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.chat import Chat
from mock_memos.api.models.extraction import ExtractMemory, Rerank
from mock_memos.api.models.feedback import AddFeedback
from mock_memos.api.models.knowledgebases import (
    AddKnowledgebaseFile,
    CreateKnowledgebase,
    DeleteKnowledgebase,
    DeleteKnowledgebaseFile,
    GetKnowledgebaseFile,
)
from mock_memos.api.models.memories import DeleteMemory, GetMemory, SearchMemory, UpdateMemory
from mock_memos.api.models.messages import AddMessage, GetMessage, GetStatus
from mock_memos.api.models.profiles import (
    AddProfileTemplate,
    BindProfileTemplate,
    DeleteProfile,
    DeleteProfileTemplate,
    EditProfile,
    GetProfileTemplate,
    ListProfileTemplate,
    UpdateProfileTemplate,
)
from mock_memos.core.service_errors import ApiError

SMALLEST: dict[type[Request], dict[str, Any]] = {
    AddMessage: {"user_id": "ana", "messages": [{"role": "user", "content": "hi"}]},
    GetStatus: {"task_id": "t"},
    GetMessage: {"user_id": "ana", "conversation_id": "c1"},
    SearchMemory: {"user_id": "ana", "query": "hotel"},
    GetMemory: {"user_id": "ana"},
    UpdateMemory: {"memory_id": "m", "content": "new"},
    DeleteMemory: {"memory_ids": ["m"]},
    AddFeedback: {"user_id": "ana", "conversation_id": "c1", "feedback_content": "no"},
    ExtractMemory: {"messages": [{"role": "user", "content": "hi"}]},
    Rerank: {"query": "hobby", "documents": ["plays chess"]},
    Chat: {"user_id": "ana", "conversation_id": "c1", "query": "where?"},
    CreateKnowledgebase: {"knowledgebase_name": "rules"},
    DeleteKnowledgebase: {"knowledgebase_id": "base1"},
    AddKnowledgebaseFile: {"knowledgebase_id": "base1", "file": [{"content": "IyBS"}]},
    GetKnowledgebaseFile: {"knowledgebase_id": "base1"},
    DeleteKnowledgebaseFile: {"file_ids": ["f"]},
    BindProfileTemplate: {"bind_list": [{"user_id": "ana", "profile_template_id": "tpl_1"}]},
    EditProfile: {"user_id": "ana", "profile_template_id": "tpl_1", "remove_fields": ["A.B"]},
    DeleteProfile: {"user_id": "ana", "profile_template_id": "tpl_1"},
    AddProfileTemplate: {"name": "Guest", "metadata": {"City": {"value": ""}}},
    ListProfileTemplate: {},
    GetProfileTemplate: {"profile_template_id": "tpl_1"},
    UpdateProfileTemplate: {
        "profile_template_id": "tpl_1", "name": "Guest", "metadata": {"City": {"value": ""}},
    },
    DeleteProfileTemplate: {"profile_template_id": "tpl_1"},
}  # fmt: skip
"""The smallest body that each operation accepts."""


def body(model: type[Request], **changes: Any) -> bytes:
    return json.dumps(SMALLEST[model] | changes).encode()


def expect_decode_error(content: bytes, model: type[Request], *, strict: bool = False) -> ApiError:
    with pytest.raises(ApiError) as caught:
        decode_request(content, model, strict=strict)
    return caught.value


def code_and_hint(model: type[Request], *, strict: bool = False, **changes: Any) -> tuple[int, str]:
    error = expect_decode_error(body(model, **changes), model, strict=strict)
    return error.code, error.hint
