"""Request bodies are decoded to structs or rejected with the error of the service."""

import json
from typing import Any

import pytest

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.chat import Chat
from mock_memos.api.models.memories import GetMemory, SearchMemory
from mock_memos.api.models.messages import AddMessage
from mock_memos.api.models.profiles import ListProfileTemplate
from tests.support.bodies import SMALLEST, body, code_and_hint

every_request = pytest.mark.parametrize("model", SMALLEST, ids=lambda model: model.__name__)


# --- what is accepted ---


@every_request
def test_smallest_body_is_accepted(model: type[Request]) -> None:
    assert decode_request(body(model), model) == decode_request(body(model), model, strict=True)


@every_request
def test_null_is_absent_for_every_field(model: type[Request]) -> None:
    nulls = dict.fromkeys(model.__struct_fields__)
    assert decode_request(json.dumps(nulls | SMALLEST[model]).encode(), model) == decode_request(
        body(model), model
    )


@every_request
def test_unknown_fields_are_ignored(model: type[Request]) -> None:
    strange = body(model, framework="cli", top_k=3, metadata_={"a": [None]}, nothing=None)
    assert decode_request(strange, model) == decode_request(body(model), model)


def test_null_is_absent_at_every_depth() -> None:
    message = {
        "role": "user",
        "content": [{"type": "text", "text": "hi", "x": None}],
        "role_id": None,
    }
    request = decode_request(
        body(AddMessage, messages=[message], info={"a": None, "b": 1}), AddMessage
    )
    assert request.info == {"b": 1}
    assert request.messages[0].role_id == ""


def test_null_is_absent_in_untyped_values() -> None:
    conditions = {"user": None, "and": [{"a": None, "b": [{"c": None}]}]}
    cleaned: dict[str, Any] = {"and": [{"b": [{}]}]}
    assert decode_request(body(SearchMemory, filter=conditions), SearchMemory).filter == cleaned
    # the same with another null, which takes the other way through the reader
    assert (
        decode_request(body(SearchMemory, filter=conditions, app_id=None), SearchMemory).filter
        == cleaned
    )


def test_empty_body_is_an_empty_object() -> None:
    assert decode_request(b"", ListProfileTemplate) == decode_request(b"{}", ListProfileTemplate)


@pytest.mark.parametrize("number", [9, 9.0, "9", "9.0", "09"])
def test_integer_field_accepts_integral_numbers_and_texts(number: object) -> None:
    result = decode_request(
        body(SearchMemory, memory_limit_number=number), SearchMemory
    ).memory_limit_number
    assert result == 9
    assert isinstance(result, int)


@pytest.mark.parametrize(("text", "number"), [("0.5", 0.5), ("1", 1.0), (0, 0.0), ("-0", 0.0)])
def test_number_field_accepts_decimal_text(text: object, number: float) -> None:
    assert decode_request(body(SearchMemory, relativity=text), SearchMemory).relativity == number


def test_several_values_may_be_coerced() -> None:
    request = decode_request(
        body(Chat, relativity="0", temperature="1.5", max_tokens="10", info=None, tags=None), Chat
    )
    assert (request.relativity, request.temperature, request.max_tokens) == (0, 1.5, 10)


@pytest.mark.parametrize("value", [9.5, "9.5", "nine", "", "1e1", "٣", True, "true", [], {}])
def test_integer_field_rejects_other_values(value: object) -> None:
    assert code_and_hint(SearchMemory, memory_limit_number=value)[0] == 40000


@pytest.mark.parametrize("value", ["true", "false", 1, 0, "", []])
def test_boolean_field_rejects_other_values(value: object) -> None:
    assert code_and_hint(SearchMemory, include_preference=value)[0] == 40000


def test_text_field_keeps_decimal_text() -> None:
    assert decode_request(body(SearchMemory, query="42"), SearchMemory).query == "42"
    assert decode_request(body(AddMessage, info={"a": "1", "b": 1, "c": 1.5}), AddMessage).info == {
        "a": "1", "b": 1, "c": 1.5,
    }  # fmt: skip


def test_number_above_maximum_becomes_maximum() -> None:
    request = decode_request(
        body(SearchMemory, memory_limit_number=40, skill_limit_number="999"), SearchMemory
    )
    assert (request.memory_limit_number, request.skill_limit_number) == (25, 25)
    assert decode_request(body(GetMemory, size=51), GetMemory).size == 50
    assert decode_request(body(ListProfileTemplate, size=10**30), ListProfileTemplate).size == 100


def test_limit_of_zero_is_accepted() -> None:
    assert (
        decode_request(body(SearchMemory, memory_limit_number=0), SearchMemory).memory_limit_number
        == 0
    )


def test_all_knowledgebases_may_be_text_or_list() -> None:
    for all_of_them in ("all", ["all"]):
        request = decode_request(body(SearchMemory, knowledgebase_ids=all_of_them), SearchMemory)
        assert request.knowledgebase_ids == all_of_them
    assert code_and_hint(SearchMemory, knowledgebase_ids="base1") == (
        40000, 'knowledgebase_ids is "base1"; allowed: a list, all',
    )  # fmt: skip


# --- strict mode ---


def test_strict_mode_rejects_unknown_fields() -> None:
    assert code_and_hint(SearchMemory, strict=True, knowledge_base_ids=[]) == (
        40000,
        "knowledge_base_ids is not a field of this request, did you mean 'knowledgebase_ids'?",
    )
    assert code_and_hint(AddMessage, strict=True, messages=[{"role": "user", "contents": "x"}]) == (
        40000, "messages[0].contents is not a field of this request, did you mean 'content'?",
    )  # fmt: skip
    part = {"role": "user", "content": [{"type": "text", "text": "a", "txt": "b"}]}
    assert code_and_hint(AddMessage, strict=True, messages=[part])[1].startswith(
        "messages[0].content[0].txt is not a field"
    )


def test_strict_mode_rejects_older_names() -> None:
    assert code_and_hint(GetMemory, strict=True, current=1) == (
        40000, "current is not documented; the name of this field is page",
    )  # fmt: skip
    assert code_and_hint(AddMessage, strict=True, asyncMode=False)[1].endswith(
        "field is async_mode"
    )


def test_strict_mode_ignores_names_in_untyped_values() -> None:
    free = {"and": [{"scene": "billing"}]}
    assert decode_request(body(SearchMemory, filter=free), SearchMemory, strict=True).filter == free
