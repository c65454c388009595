"""Request bodies are decoded to structs or rejected with the error of the service."""

import json
from typing import Any

import pytest

from mock_memos.api.decoding.body import MAX_DEPTH, decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.chat import Chat
from mock_memos.api.models.extraction import Rerank
from mock_memos.api.models.feedback import AddFeedback
from mock_memos.api.models.knowledgebases import (
    AddKnowledgebaseFile,
    DeleteKnowledgebaseFile,
    GetKnowledgebaseFile,
)
from mock_memos.api.models.memories import DeleteMemory, GetMemory, SearchMemory, UpdateMemory
from mock_memos.api.models.messages import AddMessage, GetStatus
from mock_memos.api.models.profiles import (
    AddProfileTemplate,
    BindProfileTemplate,
    DeleteProfile,
    ListProfileTemplate,
)
from tests.support.bodies import SMALLEST, body, refusal, refused

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


@every_request
def test_missing_required_field_is_rejected(model: type[Request]) -> None:
    for name in SMALLEST[model]:
        assert refusal(model, strict=True, **{name: None})[0] in (40000, 40002)


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
    assert refusal(SearchMemory, memory_limit_number=value)[0] == 40000


@pytest.mark.parametrize("value", ["true", "false", 1, 0, "", []])
def test_boolean_field_rejects_other_values(value: object) -> None:
    assert refusal(SearchMemory, include_preference=value)[0] == 40000


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
    assert refusal(SearchMemory, knowledgebase_ids="base1") == (
        40000, 'knowledgebase_ids is "base1"; allowed: a list, all',
    )  # fmt: skip


# --- codes and hints ---


@pytest.mark.parametrize(
    "content", [b"[1]", b'"x"', b"null", b"3", b"true", b"{", b"\xff", b" ", b"{'a':1}", b"{}x"]
)
def test_body_without_json_object_returns_40000(content: bytes) -> None:
    assert refused(content, GetStatus).code == 40000


def test_half_surrogate_pair_is_named_in_hint() -> None:
    assert "surrogate" in refused(b'{"task_id":"\\ud83d"}', GetStatus).hint


def test_wrong_type_hint_has_expected_and_received() -> None:
    code, hint = refusal(AddMessage, messages="hello")
    assert (code, hint.partition("; ")[0]) == (40000, 'messages: expected list, received "hello"')
    assert hint.endswith('; write {"role": "user", "content": "..."} in a list')
    assert refusal(AddMessage, tags="hello") == (
        40000, 'tags: expected list, received "hello"; put it in a list',
    )  # fmt: skip
    assert refusal(SearchMemory, include_skill="true") == (
        40000, 'include_skill: expected boolean, received "true"; write true without quotes',
    )  # fmt: skip
    assert refusal(AddMessage, user_id=3) == (40000, "user_id: expected string or list, received 3")
    assert refusal(AddMessage, info={"a": {}})[1].endswith("received an object")
    assert refusal(DeleteMemory, memory_ids=["m", None]) == (
        40000, "memory_ids[1]: expected string, received null",
    )  # fmt: skip


def test_unknown_enum_text_hint_lists_allowed_values() -> None:
    code, hint = refusal(UpdateMemory, status="archive")
    assert code == 40000
    assert hint.startswith('status is "archive"; allowed: activated, resolving, archived, deleted')
    assert hint.endswith("did you mean 'archived'?")
    assert refusal(SearchMemory, include_memory_view=["facts"])[1].startswith(
        'include_memory_view[0] is "facts"; allowed: detail_factual, preference'
    )
    assert "did you mean 'user'?" in refusal(AddMessage, messages=[{"role": "usr"}])[1]


def test_unsupported_part_or_file_type_returns_40006() -> None:
    part = {"role": "user", "content": [{"type": "video"}]}
    assert refusal(AddMessage, messages=[part]) == (
        40006, 'messages[0].content[0].type is "video"; allowed: text, image_url, file',
    )  # fmt: skip
    file = {"content": "IyBS", "type": "documents"}
    assert refusal(AddKnowledgebaseFile, file=[file]) == (
        40006, "file[0].type is \"documents\"; allowed: document, skill, did you mean 'document'?",
    )  # fmt: skip
    assert refusal(GetKnowledgebaseFile, type="documents")[0] == 40000


def test_missing_null_and_empty_field_have_own_hints() -> None:
    def hint(**query: object) -> str:
        return refused(json.dumps({"user_id": "ana"} | query).encode(), SearchMemory).hint

    assert hint() == "query is required, but absent"
    assert hint(query=None) == "query is required, but null"
    assert hint(query="") == "query is required, but empty"
    assert hint(Query="x", text="y") == (
        'query is required, but absent; unknown here: "Query", did you mean \'query\'? and "text"'
    )
    assert refusal(AddProfileTemplate, name="  ") == (40002, "name is required, but blank")


def test_missing_nested_field_hint_has_its_path() -> None:
    no_text = {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text"}]}
    no_tag = {"role": "user", "content": [{"text": "a"}]}
    empty_tag = {"role": "user", "content": [{"type": "", "text": "a"}]}
    no_url = {"role": "user", "content": [{"type": "image_url", "image_url": {}}]}
    for message, hint in (
        (no_url, "messages[0].content[0].image_url.url is required, but absent"),
        (no_text, "messages[0].content[1].text is required, but absent"),
        (no_tag, "messages[0].content[0].type is required, but absent"),
        (empty_tag, "messages[0].content[0].type is required, but empty"),
        ({"role": "user"}, "messages[0].content is required, but absent"),
    ):
        assert refusal(AddMessage, messages=[message]) == (40002, hint)
    assert refusal(BindProfileTemplate, bind_list=[{"profile_template_id": "t"}]) == (
        40002, "bind_list[0].user_id or agent_id is required, but absent",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (AddKnowledgebaseFile, "file"),
        (GetKnowledgebaseFile, "file_ids"),
        (DeleteKnowledgebaseFile, "file_ids"),
        (BindProfileTemplate, "bind_list"),
    ],
)
def test_empty_list_returns_40003_for_some_fields(model: type[Request], name: str) -> None:
    empty: dict[str, Any] = {name: []}
    assert refusal(model, **empty) == (40003, f"{name} is required, but empty")


@pytest.mark.parametrize(
    ("model", "name"),
    [(AddMessage, "messages"), (Rerank, "documents"), (DeleteMemory, "memory_ids")],
)
def test_empty_list_returns_40002_for_other_fields(model: type[Request], name: str) -> None:
    empty: dict[str, Any] = {name: []}
    assert refusal(model, **empty)[0] == 40002


def test_too_long_value_returns_code_of_its_field() -> None:
    long = "x" * 101
    assert refusal(SearchMemory, user_id=long) == (
        40010, "user_id has 101 characters; allowed: at most 100",
    )  # fmt: skip
    assert refusal(AddMessage, user_id=["a", long])[0] == 40010
    binding = {"user_id": long, "profile_template_id": "t"}
    assert refusal(BindProfileTemplate, bind_list=[binding])[0] == 40010
    assert refusal(Chat, conversation_id=long)[0] == 40011
    assert refusal(AddMessage, user_id=["a"] * 21) == (
        40000, "user_id has 21 elements; allowed: at most 20",
    )  # fmt: skip
    binding["user_id"] = "ana"
    assert refusal(BindProfileTemplate, bind_list=[binding] * 21)[0] == 40000
    assert decode_request(body(SearchMemory, user_id="é" * 100), SearchMemory).user_id == "é" * 100


@pytest.mark.parametrize(
    ("model", "change", "code"),
    [
        (SearchMemory, {"relativity": 1.01}, 40012),
        (SearchMemory, {"relativity": "-0.1"}, 40012),
        (Chat, {"relativity": 2}, 40012),
        (SearchMemory, {"relativity": "high"}, 40000),
        (Chat, {"temperature": 2.1}, 40000),
        (Chat, {"top_p": -1}, 40000),
        (Chat, {"max_tokens": -1}, 40000),
        (SearchMemory, {"memory_limit_number": -1}, 40000),
        (GetMemory, {"page": 0}, 40000),
        (GetMemory, {"current": 0}, 40000),
        (GetMemory, {"size": 0}, 40000),
        (GetKnowledgebaseFile, {"page_size": 0}, 40000),
        (Rerank, {"top_n": 0}, 40000),
        (ListProfileTemplate, {"page": -(10**30)}, 40000),
    ],
)
def test_number_out_of_range_returns_its_code(
    model: type[Request], change: dict[str, Any], code: int
) -> None:
    assert refusal(model, **change)[0] == code


def test_type_errors_precede_missing_fields_and_limits() -> None:
    long = "x" * 101
    typed = refusal(SearchMemory, query=None, user_id=long, filter=[])
    assert typed == (40000, "filter: expected object, received a list of 0")
    assert refusal(SearchMemory, query=None, user_id=long)[0] == 40002
    assert refusal(SearchMemory, user_id=long, relativity=3)[0] in (40010, 40012)
    assert refusal(GetKnowledgebaseFile, file_ids=["f"], page=0)[1].startswith("page is 0")


def test_decoder_text_in_values_does_not_confuse_hints() -> None:
    for text in ("x` - at `$.query", "Expected `int` >= 1", "`int`", "x - at `$.a[0].b`"):
        assert refusal(UpdateMemory, status=text)[0] == 40000
    info: dict[str, Any] = {"a` - at `$.b": {}, "a.b[0]": []}
    assert refusal(AddMessage, info=info)[0] == 40000


def test_hint_is_short() -> None:
    assert len(refusal(GetMemory, filter="x" * 10_000)[1]) < 200
    assert len(refusal(GetStatus, task_id=10**4000)[1]) < 200
    many = {f"field{n}" + "x" * 1000: 1 for n in range(1000)}
    assert len(refused(json.dumps(many).encode(), GetStatus).hint) < 600


def test_exclusive_fields_are_rejected() -> None:
    assert refusal(GetKnowledgebaseFile, file_ids=["f"]) == (
        40000, "send either file_ids or knowledgebase_id",
    )  # fmt: skip
    assert refusal(GetKnowledgebaseFile, knowledgebase_id=None)[0] == 40000
    assert refusal(DeleteProfile, agent_id="bot")[0] == 40000
    two = {"user_id": "ana", "agent_id": "bot", "profile_template_id": "t"}
    assert refusal(BindProfileTemplate, bind_list=[two]) == (
        40000, "bind_list[0]: received user_id and agent_id; a profile belongs to one of them",
    )  # fmt: skip
    assert refusal(DeleteMemory, memory_ids=None, user_ids=["a", "b"])[0] == 40000


# --- size and depth ---


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 5_000, 100_000])
@pytest.mark.parametrize("extra", [b"", b',"app_id":null'])
def test_too_deeply_nested_value_is_rejected(depth: int, extra: bytes) -> None:
    nested = b'{"and":' * depth + b"1" + b"}" * depth
    content = b'{"user_id":"a","query":"b","filter":' + nested + extra + b"}"
    error = refused(content, SearchMemory)
    assert error.code == 40000
    assert "nested" in error.hint


def test_body_with_many_problems_is_rejected_quickly() -> None:
    assert refusal(DeleteMemory, user_ids=["x" * 101] * 5_000)[1].startswith("user_ids[0] has 101")


# --- strict mode ---


def test_strict_mode_rejects_unknown_fields() -> None:
    assert refusal(SearchMemory, strict=True, knowledge_base_ids=[]) == (
        40000,
        "knowledge_base_ids is not a field of this request, did you mean 'knowledgebase_ids'?",
    )
    assert refusal(AddMessage, strict=True, messages=[{"role": "user", "contents": "x"}]) == (
        40000, "messages[0].contents is not a field of this request, did you mean 'content'?",
    )  # fmt: skip
    part = {"role": "user", "content": [{"type": "text", "text": "a", "txt": "b"}]}
    assert refusal(AddMessage, strict=True, messages=[part])[1].startswith(
        "messages[0].content[0].txt is not a field"
    )


def test_strict_mode_rejects_older_names() -> None:
    assert refusal(GetMemory, strict=True, current=1) == (
        40000, "current is not documented; the name of this field is page",
    )  # fmt: skip
    assert refusal(AddMessage, strict=True, asyncMode=False)[1].endswith("field is async_mode")


def test_strict_mode_accepts_null_as_absent() -> None:
    nulls = body(GetMemory, current=None, framework=None)
    assert decode_request(nulls, GetMemory, strict=True) == decode_request(
        body(GetMemory), GetMemory
    )


def test_strict_mode_ignores_names_in_untyped_values() -> None:
    free = {"and": [{"scene": "billing"}]}
    assert decode_request(body(SearchMemory, filter=free), SearchMemory, strict=True).filter == free


def test_strict_mode_rejects_numbers_above_maximum() -> None:
    assert refusal(GetMemory, strict=True, size=60) == (
        40000, "size is 60; the documented maximum is 50",
    )  # fmt: skip


def test_strict_mode_rejects_fields_without_effect() -> None:
    assert refusal(SearchMemory, strict=True, agent_id="bot")[0] == 40000
    assert refusal(GetMemory, strict=True, agent_id="bot")[0] == 40000
    assert refusal(
        GetKnowledgebaseFile, strict=True, file_ids=["f"], knowledgebase_id=None, page=1
    ) == (40000, "page has no effect together with file_ids")
    assert decode_request(body(SearchMemory, agent_id="bot"), SearchMemory).agent_id == "bot"


def test_strict_mode_requires_feedback_conversation() -> None:
    assert refusal(AddFeedback, strict=True, conversation_id=None) == (
        40002, "conversation_id is required, but null",
    )  # fmt: skip
    assert (
        decode_request(body(AddFeedback, conversation_id=None), AddFeedback).conversation_id == ""
    )
