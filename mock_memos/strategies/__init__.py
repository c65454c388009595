"""Hypothesis strategies for applications that use MemOS. Needs the extra `hypothesis`.

Values: `texts`, `messages`, `conversations`, `filters`, `trees`. Calls: `request` and
`bad_request` for one operation, `programs` for several in a row, which `play` carries out.
`MemosMachine` drives an application against the double and a small model of MemOS.
"""

from mock_memos.strategies.bodies import request
from mock_memos.strategies.filters import filters, trees
from mock_memos.strategies.machine import MemosMachine, Statement
from mock_memos.strategies.messages import conversations, messages, tool_rounds
from mock_memos.strategies.mistakes import absences, bad_request
from mock_memos.strategies.programs import Ask, Program, Wait, line, play, programs
from mock_memos.strategies.texts import agent_ids, conversation_ids, tags, texts, times, user_ids

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
