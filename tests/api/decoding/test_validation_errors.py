"""Error codes and hints of rejected request bodies."""

import json
from typing import Any

import pytest

from mock_memos.api.decoding.body import MAX_DEPTH, decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.chat import Chat
from mock_memos.api.models.extraction import Rerank
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
from tests.support.bodies import body, code_and_hint, expect_decode_error


@pytest.mark.parametrize(
    "content", [b"[1]", b'"x"', b"null", b"3", b"true", b"{", b"\xff", b" ", b"{'a':1}", b"{}x"]
)
def test_body_without_json_object_returns_40000(content: bytes) -> None:
    assert expect_decode_error(content, GetStatus).code == 40000


def test_half_surrogate_pair_is_named_in_hint() -> None:
    assert "surrogate" in expect_decode_error(b'{"task_id":"\\ud83d"}', GetStatus).hint


def test_wrong_type_hint_has_expected_and_received() -> None:
    code, hint = code_and_hint(AddMessage, messages="hello")
    assert (code, hint.partition("; ")[0]) == (40000, 'messages: expected list, received "hello"')
    assert hint.endswith('; write {"role": "user", "content": "..."} in a list')
    assert code_and_hint(AddMessage, tags="hello") == (
        40000, 'tags: expected list, received "hello"; put it in a list',
    )  # fmt: skip
    assert code_and_hint(SearchMemory, include_skill="true") == (
        40000, 'include_skill: expected boolean, received "true"; write true without quotes',
    )  # fmt: skip
    assert code_and_hint(AddMessage, user_id=3) == (
        40000,
        "user_id: expected string or list, received 3",
    )
    assert code_and_hint(AddMessage, info={"a": {}})[1].endswith("received an object")
    assert code_and_hint(DeleteMemory, memory_ids=["m", None]) == (
        40000, "memory_ids[1]: expected string, received null",
    )  # fmt: skip


def test_unknown_enum_text_hint_lists_allowed_values() -> None:
    code, hint = code_and_hint(UpdateMemory, status="archive")
    assert code == 40000
    assert hint.startswith('status is "archive"; allowed: activated, resolving, archived, deleted')
    assert hint.endswith("did you mean 'archived'?")
    assert code_and_hint(SearchMemory, include_memory_view=["facts"])[1].startswith(
        'include_memory_view[0] is "facts"; allowed: detail_factual, preference'
    )
    assert "did you mean 'user'?" in code_and_hint(AddMessage, messages=[{"role": "usr"}])[1]


def test_unsupported_part_or_file_type_returns_40006() -> None:
    part = {"role": "user", "content": [{"type": "video"}]}
    assert code_and_hint(AddMessage, messages=[part]) == (
        40006, 'messages[0].content[0].type is "video"; allowed: text, image_url, file',
    )  # fmt: skip
    file = {"content": "IyBS", "type": "documents"}
    assert code_and_hint(AddKnowledgebaseFile, file=[file]) == (
        40006, "file[0].type is \"documents\"; allowed: document, skill, did you mean 'document'?",
    )  # fmt: skip
    assert code_and_hint(GetKnowledgebaseFile, type="documents")[0] == 40000


def test_missing_null_and_empty_field_have_own_hints() -> None:
    def hint(**query: object) -> str:
        return expect_decode_error(
            json.dumps({"user_id": "ana"} | query).encode(), SearchMemory
        ).hint

    assert hint() == "query is required, but absent"
    assert hint(query=None) == "query is required, but null"
    assert hint(query="") == "query is required, but empty"
    assert hint(Query="x", text="y") == (
        'query is required, but absent; unknown here: "Query", did you mean \'query\'? and "text"'
    )
    assert code_and_hint(AddProfileTemplate, name="  ") == (40002, "name is required, but blank")


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
        assert code_and_hint(AddMessage, messages=[message]) == (40002, hint)
    assert code_and_hint(BindProfileTemplate, bind_list=[{"profile_template_id": "t"}]) == (
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
    assert code_and_hint(model, **empty) == (40003, f"{name} is required, but empty")


@pytest.mark.parametrize(
    ("model", "name"),
    [(AddMessage, "messages"), (Rerank, "documents"), (DeleteMemory, "memory_ids")],
)
def test_empty_list_returns_40002_for_other_fields(model: type[Request], name: str) -> None:
    empty: dict[str, Any] = {name: []}
    assert code_and_hint(model, **empty)[0] == 40002


def test_too_long_value_returns_code_of_its_field() -> None:
    long = "x" * 101
    assert code_and_hint(SearchMemory, user_id=long) == (
        40010, "user_id has 101 characters; allowed: at most 100",
    )  # fmt: skip
    assert code_and_hint(AddMessage, user_id=["a", long])[0] == 40010
    binding = {"user_id": long, "profile_template_id": "t"}
    assert code_and_hint(BindProfileTemplate, bind_list=[binding])[0] == 40010
    assert code_and_hint(Chat, conversation_id=long)[0] == 40011
    assert code_and_hint(AddMessage, user_id=["a"] * 21) == (
        40000, "user_id has 21 elements; allowed: at most 20",
    )  # fmt: skip
    binding["user_id"] = "ana"
    assert code_and_hint(BindProfileTemplate, bind_list=[binding] * 21)[0] == 40000
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
    assert code_and_hint(model, **change)[0] == code


def test_type_errors_precede_missing_fields_and_limits() -> None:
    long = "x" * 101
    typed = code_and_hint(SearchMemory, query=None, user_id=long, filter=[])
    assert typed == (40000, "filter: expected object, received a list of 0")
    assert code_and_hint(SearchMemory, query=None, user_id=long)[0] == 40002
    assert code_and_hint(SearchMemory, user_id=long, relativity=3)[0] in (40010, 40012)
    assert code_and_hint(GetKnowledgebaseFile, file_ids=["f"], page=0)[1].startswith("page is 0")


def test_decoder_text_in_values_does_not_confuse_hints() -> None:
    for text in ("x` - at `$.query", "Expected `int` >= 1", "`int`", "x - at `$.a[0].b`"):
        assert code_and_hint(UpdateMemory, status=text)[0] == 40000
    info: dict[str, Any] = {"a` - at `$.b": {}, "a.b[0]": []}
    assert code_and_hint(AddMessage, info=info)[0] == 40000


def test_hint_is_short() -> None:
    assert len(code_and_hint(GetMemory, filter="x" * 10_000)[1]) < 200
    assert len(code_and_hint(GetStatus, task_id=10**4000)[1]) < 200
    many = {f"field{n}" + "x" * 1000: 1 for n in range(1000)}
    assert len(expect_decode_error(json.dumps(many).encode(), GetStatus).hint) < 600


def test_exclusive_fields_are_rejected() -> None:
    assert code_and_hint(GetKnowledgebaseFile, file_ids=["f"]) == (
        40000, "send either file_ids or knowledgebase_id",
    )  # fmt: skip
    assert code_and_hint(GetKnowledgebaseFile, knowledgebase_id=None)[0] == 40000
    assert code_and_hint(DeleteProfile, agent_id="bot")[0] == 40000
    two = {"user_id": "ana", "agent_id": "bot", "profile_template_id": "t"}
    assert code_and_hint(BindProfileTemplate, bind_list=[two]) == (
        40000, "bind_list[0]: received user_id and agent_id; a profile belongs to one of them",
    )  # fmt: skip
    assert code_and_hint(DeleteMemory, memory_ids=None, user_ids=["a", "b"])[0] == 40000


# --- size and depth ---


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 5_000, 100_000])
@pytest.mark.parametrize("extra", [b"", b',"app_id":null'])
def test_too_deeply_nested_value_is_rejected(depth: int, extra: bytes) -> None:
    nested = b'{"and":' * depth + b"1" + b"}" * depth
    content = b'{"user_id":"a","query":"b","filter":' + nested + extra + b"}"
    error = expect_decode_error(content, SearchMemory)
    assert error.code == 40000
    assert "nested" in error.hint


def test_body_with_many_problems_is_rejected_quickly() -> None:
    assert code_and_hint(DeleteMemory, user_ids=["x" * 101] * 5_000)[1].startswith(
        "user_ids[0] has 101"
    )
