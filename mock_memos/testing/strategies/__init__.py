"""Hypothesis strategies for applications that use MemOS. Needs the extra `hypothesis`.

Values: `texts`, `messages`, `conversations`, `filters`, `trees`. Calls: `request` and
`bad_request` for one operation, `programs` for several in a row, which `play` carries out.
`MemosMachine` drives an application against the double and a small model of MemOS.
"""

from mock_memos.testing.strategies.call_sequences import Ask, Program, Wait, line, play, programs
from mock_memos.testing.strategies.filters import filters, trees
from mock_memos.testing.strategies.invalid_bodies import absences, bad_request
from mock_memos.testing.strategies.messages import conversations, messages, tool_rounds
from mock_memos.testing.strategies.request_bodies import request
from mock_memos.testing.strategies.state_machine import MemosMachine, Statement
from mock_memos.testing.strategies.texts import (
    agent_ids,
    conversation_ids,
    tags,
    texts,
    times,
    user_ids,
)

__all__ = [
    "Ask",
    "MemosMachine",
    "Program",
    "Statement",
    "Wait",
    "absences",
    "agent_ids",
    "bad_request",
    "conversation_ids",
    "conversations",
    "filters",
    "line",
    "messages",
    "play",
    "programs",
    "request",
    "tags",
    "texts",
    "times",
    "tool_rounds",
    "trees",
    "user_ids",
]
