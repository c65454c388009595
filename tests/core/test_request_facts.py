"""The facts of one request."""

from typing import Any

import pytest

from mock_memos.core.request_facts import RequestFacts


def test_facts_are_decoded_once() -> None:
    facts = RequestFacts("search/memory", b'{"user_id": ["ana", ""], "query": "tea"}')
    assert facts.fields is facts.fields
    assert facts.texts is facts.texts
    assert (facts.user_ids, facts.agent_ids, facts.text) == (("ana",), (), "tea")


@pytest.mark.parametrize("body", [b"", b"[1]", b"{broken", b"\xff"])
def test_body_that_is_not_an_object_has_no_fields(body: bytes) -> None:
    facts = RequestFacts("chat", body)
    assert (facts.fields, facts.texts, facts.conversation_id) == ({}, (), "")


def test_path_parameter_is_a_field() -> None:
    facts = RequestFacts.of_request("get/memory/{memory_id}", "/api/get/memory/m1", b"")
    assert facts.fields == {"memory_id": "m1"}


@pytest.mark.parametrize(
    ("fields", "conversation_id"), [({"conversation_id": "c1"}, "c1"), ({"conversation_id": 1}, "")]
)
def test_conversation_id_is_a_string(fields: dict[str, Any], conversation_id: str) -> None:
    assert RequestFacts.of("chat", fields).conversation_id == conversation_id
