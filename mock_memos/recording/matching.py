"""Matches for single recorded requests."""

from typing import Any, Final

import msgspec

from mock_memos.core.request_match import Match
from mock_memos.recording.recorded_calls import RecordedCall

When = dict[str, Any]
_OWN_KEYS: Final = {"user_id", "agent_id", "conversation_id", "query", "feedback_content"}
"""Request fields that a match has keys for."""


def match_of(call: RecordedCall) -> When:
    """Returns the narrowest match for a request."""
    facts = call.facts
    keys = {
        "operation": call.operation,
        "text": facts.text,
        "user_id": next(iter(facts.user_ids), ""),
        "agent_id": next(iter(facts.agent_ids), ""),
        "conversation_id": facts.conversation_id,
        "fields": {
            name: value
            for name, value in call.body.items()
            if name not in _OWN_KEYS and "." not in name and _is_flat(value)
        },
    }
    return {name: value for name, value in keys.items() if value}


def _is_flat(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return not any(isinstance(item, dict | list) or item is None for item in items)


def matches(when: When, call: RecordedCall) -> bool:
    """Returns whether a match fits a request."""
    return msgspec.convert(when, Match).mismatch(call.facts) is None
