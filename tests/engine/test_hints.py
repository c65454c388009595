"""More than fifty mistakes of application developers, and the hints that explain them.

A hint names the field or path, the received and the expected value. The journal has it too.
"""

import json
from typing import Any, NamedTuple

import pytest

from tests.support.engine_client import BASE, Client

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn."}]
ADD: dict[str, Any] = {"user_id": "ana", "messages": MESSAGES}
ASK: dict[str, Any] = {"user_id": "ana", "query": "hotel"}
KEY = {"authorization": "Token key"}


class Mistake(NamedTuple):
    """A call, the code of its answer, and the words of its hint."""

    what: str
    operation: str
    body: Any
    code: int
    hint: tuple[str, ...]
    method: str = "POST"
    base: str = BASE
    headers: dict[str, str] = KEY
    strict: bool = False


def message(**fields: Any) -> dict[str, Any]:
    return {"user_id": "ana", "messages": [fields]}


def where(**conditions: Any) -> dict[str, Any]:
    return ASK | {"filter": {"and": [conditions]}}


def M(*what: Any, **how: Any) -> Mistake:  # noqa: N802  a table reads best in short words
    name, operation, body, code, *hint = what
    return Mistake(name, operation, body, code, tuple(hint), **how)


MISTAKES = [
    # the address
    M("the base path without its version", "add/message", ADD, 40001,
      "/api/openmem/add/message", "below /api/openmem/v1", base="/api/openmem"),
    M("no base path at all", "add/message", ADD, 40001,
      "below /api/openmem/v1", "Nearest: POST /api/openmem/v1/add/message", base=""),
    M("the next version of the base path", "add/message", ADD, 40001,
      "/api/openmem/v2", "below /api/openmem/v1", base="/api/openmem/v2"),
    M("the open-source server's path", "add", ADD, 40001,
      "/product/add", "Nearest: POST /api/openmem/v1/add/message", base="/product"),
    M("a misspelled operation", "add/mesage", ADD, 40001, "'add/mesage'", "'add/message'"),
    M("an operation in the plural", "search/memories", ASK, 40001, "'search/memory'"),
    M("an operation in camel case", "searchMemory", ASK, 40001, "'search/memory'"),
    M("an operation the other way round", "memory/search", ASK, 40001,
      "Nearest: POST /api/openmem/v1/search/memory"),
    M("an operation of the SDK's name", "get_memory", {"user_id": "ana"}, 40001, "'get/memory'"),
    M("an operation that is only announced", "chat/completions", ADD, 40001,
      "Nearest: POST /api/openmem/v1/chat", "unknown field messages", "query"),
    M("a slash at the end", "search/memory/", ASK, 40001, "must not end in a slash"),
    M("GET instead of POST", "get/status", b"", 40001,
      "takes POST with a JSON body, not GET", method="GET"),
    M("PUT instead of POST", "update/memory", {"memory_id": "m", "content": "x"}, 40001,
      "takes POST", "not PUT", method="PUT"),
    M("DELETE instead of POST", "delete/memory", {"memory_ids": ["m"]}, 40001,
      "takes POST", "not DELETE", method="DELETE"),
    M("POST instead of GET", "get/memory/m", {}, 40001,
      "get/memory/{memory_id} takes GET without a body, not POST", "Nearest: GET "),
    M("a memory without its id", "get/memory/", b"", 40001, "id is missing", method="GET"),
    # the key
    M("no key", "search/memory", ASK, 40100, "Authorization", "Token <key>", headers={}),
    M("the key in a header of its own", "search/memory", ASK, 40100,
      "Authorization is absent", "x-api-key is not read", "Token <key>",
      headers={"x-api-key": "key"}),
    M("a bare key", "search/memory", ASK, 40132,
      "has no scheme", "Token <key>", headers={"authorization": "mpg-secret"}),
    M("a scheme without its key", "search/memory", ASK, 40132,
      "has no key", "Token <key>", headers={"authorization": "Token "}),
    M("Basic", "search/memory", ASK, 40132,
      "'basic'", "Token <key>", headers={"authorization": "Basic c2VjcmV0"}),
    M("Bearer", "search/memory", ASK, 40132,
      "'Bearer'", "Token <key>", headers={"authorization": "Bearer key"}, strict=True),
    # the body as a whole
    M("a form", "search/memory", b"user_id=ana&query=hotel", 40000, "form", "application/json"),
    M("a multipart form", "search/memory", b"--x--", 40000, "takes JSON, not multipart",
      headers=KEY | {"content-type": "multipart/form-data; boundary=x"}),
    M("no body", "search/memory", b"", 40002, "query is required", "the body has no field"),
    M("a JSON text", "search/memory", b'"hotel"', 40000, "expected object", '"hotel"'),
    M("JSON encoded twice", "search/memory", json.dumps(json.dumps(ASK)).encode(), 40000,
      "expected object", "encode it once"),
    M("a list", "add/message", MESSAGES, 40000, "expected object", "a list of 1"),
    M("a Python dictionary", "search/memory", str(ASK).encode(), 40000, "json.dumps"),
    M("a byte order mark", "search/memory", b"\xef\xbb\xbf{}", 40000,
      "byte order mark", "UTF-8 without"),
    M("UTF-16", "search/memory", json.dumps(ASK).encode("utf-16"), 40000, "UTF-8"),
    M("a comma too many", "search/memory", b'{"query": "x",}', 40000, "trailing comma"),
    # names of fields
    M("camel case", "add/message", {"userId": "ana", "messages": MESSAGES}, 40002,
      "user_id", "absent", "\"userId\", did you mean 'user_id'?"),
    M("camel case where the field is optional", "add/message", ADD | {"conversationId": "c"}, 40000,
      "conversationId", "'conversation_id'", strict=True),
    M("an older SDK's name", "add/message", ADD | {"asyncMode": False}, 40000,
      "asyncMode", "async_mode", strict=True),
    M("top_k", "search/memory", ASK | {"top_k": 3}, 40000,
      "top_k", "'memory_limit_number'", strict=True),
    M("threshold", "search/memory", ASK | {"threshold": 0.3}, 40000,
      "threshold", "'relativity'", strict=True),
    M("metadata", "add/message", ADD | {"metadata": {"a": "b"}}, 40000,
      "metadata", "'info'", strict=True),
    M("text instead of content", "add/message", message(role="user", text="hi"), 40002,
      "messages[0].content is required", "\"text\", did you mean 'content'?"),
    M("messages instead of query", "chat", ADD | {"conversation_id": "c"}, 40002,
      "query is required", "\"messages\", did you mean 'query'?"),
    M("feedback instead of feedback_content", "add/feedback", {"user_id": "ana", "feedback": "no"},
      40002, "feedback_content is required", "\"feedback\", did you mean 'feedback_content'?"),
    M("memory_id instead of memory_ids", "delete/memory", {"memory_id": "m"}, 40002,
      "memory_ids", "required", "\"memory_id\", did you mean 'memory_ids'?"),
    M("name instead of knowledgebase_name", "create/knowledgebase", {"name": "Rules"}, 40002,
      "knowledgebase_name is required", "\"name\", did you mean 'knowledgebase_name'?"),
    M("files instead of file", "add/knowledgebase-file", {"knowledgebase_id": "b", "files": []},
      40002, "file is required", "\"files\", did you mean 'file'?"),
    # what is missing
    M("no subject", "add/message", {"messages": MESSAGES}, 40002, "user_id or agent_id", "absent"),
    M("no query", "search/memory", {"user_id": "ana"}, 40002, "query is required, but absent"),
    M("an empty query", "search/memory", ASK | {"query": ""}, 40002, "query", "empty"),
    M("no messages", "add/message", ADD | {"messages": []}, 40002, "messages", "empty"),
    M("no conversation in chat", "chat", ASK, 40002, "conversation_id is required, but absent"),
    M("no conversation with feedback", "add/feedback", {"user_id": "ana", "feedback_content": "no"},
      40002, "conversation_id is required, but absent", strict=True),
    M("an update of nothing", "update/memory", {"memory_id": "m"}, 40002,
      "content or title or status", "absent"),
    M("no selector in delete", "delete/memory", {}, 40002, "memory_ids or user_id", "absent"),
    M("an empty list of bindings", "bind/profile_template", {"bind_list": []}, 40003,
      "bind_list is required, but empty"),
    # types and values
    M("a number for an id", "add/message", ADD | {"user_id": 7}, 40000,
      "user_id: expected string or list, received 7"),
    M("messages as a text", "add/message", ADD | {"messages": "hi"}, 40000,
      "messages: expected list", '"hi"', '{"role": "user", "content": "..."} in a list'),
    M("one message without a list", "add/message", ADD | {"messages": MESSAGES[0]}, 40000,
      "messages: expected list, received an object; put it in a list"),
    M("messages as texts", "add/message", ADD | {"messages": ["hi"]}, 40000,
      "messages[0]: expected object", '"hi"', 'write {"role": "user", "content": "..."}'),
    M("a message without a role", "add/message", message(content="hi"), 40002,
      "messages[0].role is required"),
    M("a role of another library", "add/message", message(role="human", content="hi"), 40000,
      'messages[0].role is "human"', "'user'"),
    M("a message without content", "add/message", message(role="user"), 40002,
      "messages[0].content is required, but absent"),
    M("a part of another library", "add/message",
      message(role="user", content=[{"type": "image", "url": "x"}]), 40006,
      'messages[0].content[0].type is "image"', "'image_url'"),
    M("an image's address without its object", "add/message",
      message(role="user", content=[{"type": "image_url", "image_url": "https://x/y.png"}]), 40000,
      "messages[0].content[0].image_url: expected object", "https://x/y.png",
      'write {"url": "https://..."}'),
    M("a boolean as a text", "add/message", ADD | {"async_mode": "false"}, 40000,
      "async_mode: expected boolean", '"false"', "write false without quotes"),
    M("a text for a list", "add/message", ADD | {"tags": "hotel"}, 40000,
      "tags: expected list", '"hotel"', "put it in a list"),
    M("info within info", "add/message", ADD | {"info": {"a": {"b": 1}}}, 40000,
      "info.a: expected", "received an object"),
    M("an unknown view", "search/memory", ASK | {"include_memory_view": ["facts"]}, 40000,
      'include_memory_view[0] is "facts"', "detail_factual"),
    M("one knowledge base without a list", "search/memory", ASK | {"knowledgebase_ids": "b1"},
      40000, 'knowledgebase_ids is "b1"', "a list"),
    M("several users in a search", "search/memory", ASK | {"user_id": ["ana", "ben"]}, 40000,
      "user_id: expected string, received a list of 2"),
    M("a user id that is too long", "search/memory", ASK | {"user_id": "u" * 101}, 40010,
      "user_id has 101 characters", "at most 100"),
    M("a relativity in words", "search/memory", ASK | {"relativity": "high"}, 40000,
      "relativity: expected number", '"high"'),
    M("a relativity in per cent", "search/memory", ASK | {"relativity": 45}, 40012,
      "relativity is 45", "at most 1"),
    M("a limit below zero", "search/memory", ASK | {"memory_limit_number": -1}, 40000,
      "memory_limit_number is -1", "at least 0"),
    M("a limit in words", "search/memory", ASK | {"memory_limit_number": "ten"}, 40000,
      "memory_limit_number: expected integer", '"ten"'),
    M("a limit over the maximum", "search/memory", ASK | {"memory_limit_number": 100}, 40000,
      "memory_limit_number is 100", "25", strict=True),
    M("page 0", "get/memory", {"user_id": "ana", "page": 0}, 40000, "page is 0", "at least 1"),
    M("documents as objects", "rerank", {"query": "x", "documents": [{"text": "y"}]}, 40000,
      "documents[0]: expected string, received an object"),
    # filters
    M("a filter as a list", "search/memory", ASK | {"filter": [{"app_id": "web"}]}, 40000,
      "filter: expected object, received a list of 1"),
    M("a group as an object", "search/memory", ASK | {"filter": {"and": {"app_id": "web"}}}, 40000,
      "filter.and is an object", "a list of conditions"),
    M("a filter with not", "search/memory", ASK | {"filter": {"not": [{"app_id": "web"}]}}, 40000,
      "filter.not", "and", "or"),
    M("an unknown operator", "search/memory", where(tags={"in": ["hotel"]}), 40000,
      "filter.and[0].tags.in", "contains"),
    M("another database's operator", "search/memory", where(create_time={"$gt": "2025-01-01"}),
      40000, "filter.and[0].create_time.$gt", "'gt'"),
    M("another country's date", "search/memory", where(create_time={"gt": "01/02/2025"}), 40000,
      "filter.and[0].create_time.gt", "'01/02/2025'", "YYYY-MM-DD"),
    M("info around its keys", "search/memory", where(info={"scene": "x"}), 40000,
      "filter.and[0].info.scene", "without info around it"),
    M("a bare condition", "search/memory", ASK | {"filter": {"app_id": "web"}}, 40000,
      "filter", "and or or", strict=True),
    # unknown ids, and fields that cannot be combined
    M("an unknown task", "get/status", {"task_id": "t-1"}, 50131, "'t-1'", "this API key"),
    M("an unknown memory", "delete/memory", {"memory_ids": ["m-1"]}, 40307, "'m-1'"),
    M("a user who never wrote", "delete/memory", {"user_id": "zoe"}, 40308, "'zoe'", "written"),
    M("an unknown knowledge base", "delete/knowledgebase", {"knowledgebase_id": "b1"}, 50120,
      "'b1'"),
    M("a knowledge base that is not linked", "search/memory", ASK | {"knowledgebase_ids": ["b1"]},
      50123, "'b1'", "not linked"),
    M("two selectors in delete", "delete/memory", {"user_id": "ana", "memory_ids": ["m"]}, 40000,
      "memory_ids and user_id", "exactly one"),
    M("two subjects in a search", "search/memory", ASK | {"agent_id": "bot"}, 40000,
      "user_id and agent_id", "one of them", strict=True),
    M("an older switch beside views", "search/memory",
      ASK | {"include_memory_view": ["preference"], "include_skill": True}, 40000,
      "include_skill is true", "include_memory_view", strict=True),
    M("files by id and by base", "get/knowledgebase-file",
      {"file_ids": ["f"], "knowledgebase_id": "b"}, 40000, "either file_ids or knowledgebase_id"),
    M("a profile leaf without its value", "add/profile_template",
      {"name": "Guest", "metadata": {"City": "Lyon"}}, 40000, "metadata.City", "'value'", "'Lyon'"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_mistake_has_code_and_hint(mistake: Mistake) -> None:
    client = Client(strict=mistake.strict)
    answer = client.send(
        mistake.operation,
        mistake.body,
        method=mistake.method,
        base=mistake.base,
        headers=mistake.headers,
    )
    assert answer.json["code"] == mistake.code
    for word in mistake.hint:
        assert word in answer.hint
    assert "secret" not in answer.hint
    known = mistake.headers.get("authorization") in ("Token key", "Bearer key")
    journal = client.world.journal if known else client.engine.unauthenticated
    (noted,) = journal
    assert (noted.code, noted.hint) == (mistake.code, answer.hint)
    assert noted.unmatched is (mistake.code in (40001, 40100, 40132))


def test_fifty_different_mistakes_are_tested() -> None:
    assert len({mistake.what for mistake in MISTAKES}) == len(MISTAKES) >= 50


# --- mistakes with a successful answer ---


def test_limit_zero_is_noted_in_the_journal() -> None:
    client = Client()
    client.ok("search/memory", **ASK, memory_limit_number=0)
    assert "memory_limit_number is 0" in list(client.world.journal)[-1].hint


def test_stalled_poll_is_noted_in_the_journal() -> None:
    client = Client(clock="manual")
    task = client.ok("add/message", **ADD)["task_id"]
    for _ in range(3):
        assert client.status(task) == "running"
    hint = list(client.world.journal)[-1].hint
    assert task in hint
    assert "the clock is manual" in hint


def test_task_of_another_key_is_50131() -> None:
    ours = Client()
    theirs = Client(ours.engine, "other")
    task = theirs.ok("add/message", **ADD)["task_id"]
    hint = ours.fails(50131, "get/status", task_id=task)
    assert task in hint
    assert "this API key" in hint


def test_get_status_hint_recognises_a_memory_id() -> None:
    client = Client()
    client.add_sync("I own a boat.")
    memory = client.facts()[0]["id"]
    assert "it is the id of a memory" in client.fails(50131, "get/status", task_id=memory)
