"""Descriptions, schemas and JSON of request and response structs."""

import json
from typing import Any, get_type_hints

import msgspec
import pytest

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models import (
    chat,
    extraction,
    feedback,
    items,
    knowledgebases,
    memories,
    messages,
    profiles,
)
from mock_memos.api.models.base import Model, Request
from mock_memos.api.models.inspection import allowed_values, fields_info, inspect_model
from mock_memos.api.models.memories import DeleteMemory, GetMemory, SearchMemory, UpdateMemory

PAGES = (chat, extraction, feedback, items, knowledgebases, memories, messages, profiles)
STRUCTS = list(
    dict.fromkeys(
        struct
        for page in PAGES
        for struct in vars(page).values()
        if isinstance(struct, type)
        and issubclass(struct, Request | Model)
        and struct not in (Request, Model)
    )
)
REQUESTS = [struct for struct in STRUCTS if issubclass(struct, Request)]


# --- description ---


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda struct: struct.__name__)
def test_every_request_field_has_a_default(request_type: type[Request]) -> None:
    request_type()


def test_every_field_has_a_description() -> None:
    mute = [
        f"{struct.__name__}.{name}"
        for struct in STRUCTS
        for name, hint in get_type_hints(struct, include_extras=True).items()
        if name in struct.__struct_fields__
        and struct is not messages.MemoryViews
        and not any(meta.description for meta in getattr(hint, "__metadata__", ()))
    ]
    assert mute == []


def test_every_struct_has_a_unique_schema_name() -> None:
    _, schemas = msgspec.json.schema_components(STRUCTS)
    assert {struct.__name__ for struct in STRUCTS} == set(schemas)


def test_schema_has_limits_and_examples() -> None:
    _, schemas = msgspec.json.schema_components([SearchMemory])
    fields = schemas["SearchMemory"]["properties"]
    assert (
        fields["relativity"] | {"minimum": 0, "maximum": 1, "default": 0.45} == fields["relativity"]
    )
    assert fields["user_id"]["maxLength"] == 100
    assert fields["query"]["examples"] == ["Which hotel did I book?"]


def test_alias_refers_to_field_of_same_request() -> None:
    for struct in REQUESTS:
        for text in fields_info(struct).values():
            assert text.alias_of == "" or text.alias_of in struct.__struct_fields__


def test_allowed_values_follow_the_path() -> None:
    assert allowed_values(messages.AddMessage, ("messages", 0, "role")) == [
        "user", "assistant", "system", "tool",
    ]  # fmt: skip
    assert allowed_values(messages.AddMessage, ("messages", 3, "content", 1, "type")) == [
        "text", "image_url", "file",
    ]  # fmt: skip
    assert allowed_values(SearchMemory, ("knowledgebase_ids",)) == ["all"]
    assert allowed_values(SearchMemory, ("query",)) == []


def test_model_is_inspected_once() -> None:
    assert inspect_model(SearchMemory) is inspect_model(SearchMemory)


# --- what official clients send ---

SDK: dict[type[Request], dict[str, Any]] = {
    messages.AddMessage: {
        "messages": [{"role": "user", "content": "hi"}], "user_id": "ana", "conversation_id": None,
        "info": None, "source": None, "app_id": None, "agent_id": None, "allow_public": False,
        "allow_knowledgebase_ids": None, "allow_memory_view": None, "tags": None,
        "async_mode": True,
    },
    messages.GetMessage: {
        "user_id": "ana", "conversation_id": "c", "conversation_limit_number": 6,
        "message_limit_number": 6, "source": None,
    },
    SearchMemory: {
        "query": "hotel", "user_id": "ana", "agent_id": None, "conversation_id": None,
        "filter": None, "knowledgebase_ids": None, "source": None, "relativity": None,
        "include_memory_view": None, "memory_limit_number": 6, "include_preference": True,
        "preference_limit_number": 6, "include_tool_memory": False, "tool_memory_limit_number": 6,
        "include_skill": False, "skill_limit_number": 6, "context_format": "memory",
    },
    GetMemory: {
        "user_id": "ana", "agent_id": None, "page": 1, "size": 10, "include_preference": True,
        "include_tool_memory": True, "include_memory_view": None, "filter": None,
    },
    UpdateMemory: {"memory_id": "m", "content": "new", "title": None, "status": None},
    feedback.AddFeedback: {
        "feedback_content": "no", "user_id": "ana", "conversation_id": "c", "agent_id": None,
        "app_id": None, "feedback_time": None, "allow_public": False,
        "allow_knowledgebase_ids": None,
    },
    extraction.ExtractMemory: {
        "messages": [{"role": "user", "content": "hi", "chat_time": "now"}],
        "extraction_types": None, "model": None,
    },
    extraction.Rerank: {"query": "q", "documents": ["d"], "model": None, "top_n": None},
    chat.Chat: {
        "user_id": "ana", "conversation_id": "c", "query": "q", "internet_search": False,
        "force_stop": False, "use_mem_os_cube": False, "source": None, "system_prompt": None,
        "model_name": None, "knowledgebase_ids": None, "filter": None,
        "add_message_on_answer": True, "app_id": None, "agent_id": None, "async_mode": True,
        "tags": None, "info": None, "allow_public": False, "allow_knowledgebase_ids": None,
        "max_tokens": 8192, "temperature": 0.7, "top_p": 0.95, "include_preference": True,
        "preference_limit_number": 6, "memory_limit_number": 6, "stream": False,
        "include_tool_memory": False, "tool_memory_limit_number": 6, "relativity": None,
    },
    knowledgebases.GetKnowledgebaseFile: {
        "file_ids": None, "knowledgebase_id": "base1", "type": None, "page": None,
        "page_size": None,
    },
    profiles.EditProfile: {
        "user_id": None, "agent_id": "bot", "profile_template_id": "t", "metadata": {"A": {}},
        "remove_fields": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("model", SDK, ids=lambda model: model.__name__)
def test_requests_of_official_sdk_pass_strict_mode(model: type[Request]) -> None:
    decode_request(json.dumps(SDK[model]).encode(), model, strict=True)


# --- what a request means ---


def test_search_limits_default_to_facts_and_preferences() -> None:
    assert SearchMemory().limits() == {"detail_factual": 9, "preference": 9}


def test_legacy_switches_have_their_own_limits() -> None:
    search = SearchMemory(
        include_preference=False, include_tool_memory=True, include_skill=True, skill_limit_number=2
    )
    assert search.limits() == {"detail_factual": 9, "tool_memory": 6, "skill": 2}


def test_include_memory_view_overrides_switches() -> None:
    search = SearchMemory(include_memory_view=["event"], include_skill=True, memory_limit_number=4)
    assert search.limits() == {"event": 4}


def test_get_memory_has_every_view_by_default() -> None:
    assert len(GetMemory().views) == 6
    assert "preference" not in GetMemory(include_preference=False).views
    assert "tool_memory" not in GetMemory(include_tool_memory=False).views
    request = GetMemory(include_memory_view=["skill", "skill"], include_preference=True)
    assert request.views == ("skill",)


def test_file_page_size_defaults_to_20() -> None:
    listing = knowledgebases.GetKnowledgebaseFile(knowledgebase_id="base1")
    assert (listing.page_number, listing.size) == (1, 20)


def test_delete_lists_received_selectors() -> None:
    assert DeleteMemory(memory_ids=["m"], user_ids=["ana"]).selectors == ["memory_ids"]
    assert DeleteMemory(user_id="ana", agent_id="bot").selectors == ["user_id", "agent_id"]
    assert DeleteMemory(filter={"and": []}, memory_type="event").selectors == ["filter"]


def test_user_ids_with_one_id_select_that_user() -> None:
    assert DeleteMemory(user_ids=["ana"]).user == "ana"
    assert DeleteMemory(user_id="bob", user_ids=["ana"]).user == "bob"
    assert DeleteMemory(memory_ids=["m"], user_ids=["ana"]).user == ""


def test_extraction_wants_both_types_by_default() -> None:
    assert extraction.ExtractMemory().wants("memory")
    assert not extraction.ExtractMemory(extraction_types=["preference"]).wants("memory")


# --- on the wire ---

FACT = {
    "id": "a1", "memory_key": "k", "memory_value": "v", "memory_type": "WorkingMemory",
    "create_time": 1765359875901, "update_time": 1765359875902, "conversation_id": "c1",
    "status": "activated", "confidence": 0.99, "tags": ["hotel"], "relativity": 0.71,
}  # fmt: skip


def test_fact_fields_are_in_documented_order() -> None:
    assert json.loads(msgspec.json.encode(msgspec.convert(FACT, items.Fact))) == FACT
    assert list(items.Fact.__struct_fields__) == list(FACT)
    assert items.ListedFact.__struct_fields__[-2:] == ("sources", "info")


def test_unrequested_lists_may_be_absent() -> None:
    result = memories.SearchResult(memory_detail_list=[])
    assert msgspec.json.encode(result) == b'{"memory_detail_list":[],"preference_note":""}'
    page = memories.MemoryPage(skill_detail_list=[], total=0, size=10, current=1, pages=0)
    assert msgspec.json.encode(page) == (
        b'{"skill_detail_list":[],"total":0,"size":10,"current":1,"pages":0}'
    )
    assert msgspec.json.encode(extraction.Extraction()) == b'{"success":true}'


def test_result_lists_are_in_documented_order() -> None:
    views = (
        "memory_detail_list", "preference_detail_list", "profile_detail_list",
        "event_detail_list", "tool_memory_detail_list", "skill_detail_list",
    )  # fmt: skip
    assert memories.SearchResult.__struct_fields__ == (*views, "preference_note")
    assert memories.MemoryPage.__struct_fields__ == (*views, "total", "size", "current", "pages")


def test_tool_schema_has_no_trajectory_fields() -> None:
    tool = items.ToolItem(
        id="a", create_time=1, update_time=1, conversation_id="c", status="activated",
        relativity=0.5, tool_type="ToolSchema", tool_value="{}",
    )  # fmt: skip
    sent = json.loads(msgspec.json.encode(tool))
    assert list(sent)[-2:] == ["tool_type", "tool_value"]
    assert sent.keys().isdisjoint({"tool_used_status", "experience"})
