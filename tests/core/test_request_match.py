"""One way to say "a request like this"."""

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from mock_memos.api.routes import API
from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.request_match import (
    OPERATIONS,
    Match,
    find_value,
    json_equal,
    unknown_operation,
)

BODY: dict[str, Any] = {
    "user_id": ["ana", "ben"],
    "agent_id": "bot-1",
    "conversation_id": "c1",
    "messages": [
        {"role": "user", "content": "I booked the Harbour Inn."},
        {"role": "user", "content": [{"type": "text", "text": "For two nights"}]},
    ],
    "info": {"scene": "travel", "nights": 2},
}
SUBJECT = RequestFacts.of("add/message", BODY)


@pytest.mark.parametrize(
    "match",
    [
        Match(),
        Match(operation="add/message"),
        Match(operation="add/*"),
        Match(user_id="ben"),
        Match(user_id="a*"),
        Match(agent_id="bot-?"),
        Match(conversation_id="c1"),
        Match(text="HARBOUR inn"),
        Match(text="two nights"),
        Match(pattern=r"booked .* Inn"),
        Match(fields={"info.nights": 2, "messages.0.role": "user"}),
        Match(fields={"app_id": None, "info": {"scene": "travel", "nights": 2}}),
    ],
)
def test_matching_request_has_no_mismatch(match: Match) -> None:
    assert match.mismatch(SUBJECT) is None


@pytest.mark.parametrize(
    ("match", "reason"),
    [
        (Match(operation="chat"), "operation is 'add/message', not 'chat'"),
        (Match(user_id="zoe"), "user_id is 'ana', 'ben', not 'zoe'"),
        (Match(agent_id="bot-2"), "agent_id is 'bot-1', not 'bot-2'"),
        (Match(conversation_id="c2"), "conversation_id is 'c1', not 'c2'"),
        (
            Match(text="garden"),
            "text 'garden' is not in 'I booked the Harbour Inn.\\nFor two nights'",
        ),
        (
            Match(pattern="^two"),
            "pattern '^two' does not match 'I booked the Harbour Inn.\\nFor two nights'",
        ),
        (Match(fields={"info.nights": 3}), "info.nights is 2, not 3"),
        (Match(fields={"app_id": "web"}), "app_id is absent, not 'web'"),
        (Match(fields={"conversation_id": None}), "conversation_id is 'c1', not absent"),
    ],
)
def test_mismatch_returns_the_first_reason(match: Match, reason: str) -> None:
    assert match.mismatch(SUBJECT) == reason


def test_mismatch_calls_missing_fields_absent() -> None:
    subject = RequestFacts.of("search/memory", {"query": "hotel"})
    assert Match(user_id="ana").mismatch(subject) == "user_id is absent, not 'ana'"
    assert Match(conversation_id="*").mismatch(subject) is None
    assert Match(conversation_id="c").mismatch(subject) == "conversation_id is absent, not 'c'"


def test_mismatch_shortens_long_texts() -> None:
    subject = RequestFacts.of("search/memory", {"query": "x" * 500})
    reason = Match(text="hotel").mismatch(subject)
    assert reason is not None
    assert len(reason) < 100


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"query": "which hotel"}, "which hotel"),
        ({"feedback_content": "not so"}, "not so"),
        ({"query": "best", "documents": ["one", "two"]}, "best\none\ntwo"),
        ({"file": [{"name": "rules.md"}]}, "rules.md"),
        ({"messages": "no list", "query": 7, "file": [None], "documents": None}, ""),
    ],
)
def test_text_is_collected_from_every_type_of_request(body: dict[str, Any], text: str) -> None:
    assert RequestFacts.of("any", body).text == text


def test_match_refuses_invalid_regex() -> None:
    with pytest.raises(InvalidValueError, match=r"pattern: invalid regular expression '\('"):
        Match(pattern="(")


def test_match_refuses_unknown_keys() -> None:
    with pytest.raises(msgspec.ValidationError, match="user"):
        msgspec.convert({"user": "ana"}, Match)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("info.scene", "travel"),
        ("messages.1.content.0.text", "For two nights"),
        ("messages.2", UNSET),
        ("messages.-1", UNSET),
        ("messages.²", UNSET),
        ("messages.99999999999999999999", UNSET),
        ("info.scene.deeper", UNSET),
        ("nowhere", UNSET),
    ],
)
def test_find_value_returns_value_or_unset(path: str, value: object) -> None:
    assert find_value(BODY, path) == value


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1, {"a": [True]}], [1.0, {"a": [True]}], True),
        ([1], [True], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ("1", 1, False),
        (None, None, True),
    ],
)
def test_json_equal_compares_as_json(left: object, right: object, equal: bool) -> None:
    assert json_equal(left, right) is equal


def test_unknown_operation_proposes_the_similar_name() -> None:
    assert unknown_operation("add/mesage") == (
        "unknown operation 'add/mesage', did you mean 'add/message'?"
    )
    with pytest.raises(InvalidValueError, match="operation: unknown operation 'add/mesage'"):
        Match(operation="add/mesage")
    assert unknown_operation("delete/*") is None
    assert all(unknown_operation(operation) is None for operation in OPERATIONS)


def test_operations_are_the_served_operations() -> None:
    assert {route.path for route in API} == set(OPERATIONS)
