"""Hypothesis strategies for applications that use MemOS. Needs the extra `hypothesis`.

Values: `texts`, `messages`, `conversations`, `filters`, `profile_trees`. Requests: `valid_request`
and `invalid_request` for one operation, `call_sequences` for several, which `run_calls` sends.
`MemosMachine` compares an application with a small model of MemOS.
"""

from mock_memos.testing.strategies.call_sequences import (
    ApiCall,
    CallSequence,
    Wait,
    call_sequences,
    http_request,
    run_calls,
)
from mock_memos.testing.strategies.filters import filters, profile_trees
from mock_memos.testing.strategies.invalid_bodies import invalid_request, not_found_codes
from mock_memos.testing.strategies.messages import conversations, messages, tool_rounds
from mock_memos.testing.strategies.request_bodies import valid_request
from mock_memos.testing.strategies.state_machine import MemosMachine, SampleStatement
from mock_memos.testing.strategies.texts import (
    agent_ids,
    conversation_ids,
    tags,
    texts,
    times,
    user_ids,
)

__all__ = [
    "ApiCall", "CallSequence", "MemosMachine", "SampleStatement", "Wait", "agent_ids",
    "call_sequences", "conversation_ids", "conversations", "filters", "http_request",
    "invalid_request", "messages", "not_found_codes", "profile_trees", "run_calls", "tags",
    "texts", "times", "tool_rounds", "user_ids", "valid_request",
]  # fmt: skip
