"""Services with one deliberate defect each, which the checks find."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.check_runs import (
    ALL_CHECKS,
    Alter,
    Proxy,
    differences_of,
    edit_body,
    mock,
    operation_of,
    remaining_in,
    run_all,
    with_body,
)


class Defect(NamedTuple):
    """A defect of a service, and the fact that finds it."""

    name: str
    fact: str
    where: str
    """A part of the path of the difference."""
    after: Alter = lambda _, response: response
    before: Callable[[httpx.Request], httpx.Request] = lambda request: request
    settings: dict[str, Any] = {}


def in_lists(change: Callable[[dict[str, Any]], None]) -> Callable[[Any], None]:
    """Changes every memory of every list in `data`."""

    def altered(body: Any) -> None:
        for value in body["data"].values() if isinstance(body["data"], dict) else ():
            for item in value if isinstance(value, list) else ():
                change(item)

    return altered


def errors(change: Callable[[httpx.Response, dict[str, Any]], httpx.Response]) -> Alter:
    """Changes every reply that is an error."""

    def after(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        if response.status_code < 400:
            return response
        return change(response, json.loads(response.content))

    return after


def streams(change: Callable[[bytes], bytes], category: str = "text/event-stream") -> Alter:
    def after(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not response.headers["content-type"].startswith("text/event-stream"):
            return response
        headers = {"content-type": category}
        return httpx.Response(200, content=change(response.content), headers=headers)

    return after


def without(name: str) -> Callable[[httpx.Request], httpx.Request]:
    """A service that never reads this field of a request."""

    def before(request: httpx.Request) -> httpx.Request:
        try:
            body = json.loads(request.content)
        except ValueError:
            return request
        if not isinstance(body, dict):
            return request
        body.pop(name, None)
        return httpx.Request(request.method, request.url, headers=key_of(request), json=body)

    return before


def swallowing(operation: str) -> Callable[[httpx.Request], httpx.Request]:
    """A service that confirms an operation and does nothing."""

    def before(request: httpx.Request) -> httpx.Request:
        if operation_of(request) != operation:
            return request
        url = str(request.url).replace(operation, "extract/memory")
        arguments = {"messages": [{"role": "user", "content": "I moved to Ghent."}]}
        return httpx.Request("POST", url, headers=key_of(request), json=arguments)

    return before


def key_of(request: httpx.Request) -> dict[str, str]:
    return {"authorization": request.headers.get("authorization", "")}


def integers(item: dict[str, Any]) -> None:
    if isinstance(item.get("id"), str):
        item["id"] = int(item["id"].replace("-", "")[:8], 16) if item["id"][:1] != "m" else 7


def upside_down(body: Any) -> None:
    for name, value in body["data"].items():
        if isinstance(value, list):
            body["data"][name] = value[::-1]


def leaking(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Adds results of other users to every search."""
    if operation_of(request) != "search/memory" or response.status_code != 200:
        return response
    body = json.loads(response.content)
    asked_by = json.loads(request.content).get("user_id", "")
    rest = [item for user, item in _seen if user != asked_by]
    _seen.extend((asked_by, item) for item in body["data"]["memory_detail_list"])
    body["data"]["memory_detail_list"] += rest
    return with_body(response, body)


_seen: list[tuple[str, Any]] = []


def set_in(**fields: Any) -> Callable[[Any], None]:
    return lambda body: body["data"].update(fields)


DEFECTS = [
    Defect("a field is missing", "a_fact_has_its_texts", "memory_key",
           edit_body("search/memory", in_lists(lambda item: item.pop("memory_key", None)))),
    Defect("an empty list is null", "lists_of_memories_are_lists", "skill_detail_list",
           edit_body("search/memory", set_in(skill_detail_list=None))),
    Defect("a wrong code", "an_unknown_task_is_refused", "code",
           errors(lambda response, body: with_body(response, body | {"code": 50000}))),
    Defect("status 200 for an error", "a_wrong_request_has_the_status_400", "HTTP status",
           errors(lambda response, body: with_body(response, body, 200))),
    Defect("an error with an empty object as data", "an_error_has_no_data", "data",
           errors(lambda response, body: with_body(response, body | {"data": {}}))),
    Defect("an error with a text of its own", "an_error_has_its_text", "message",
           errors(lambda response, body: with_body(response, body | {"message": "Oops"}))),
    Defect("a task completes too early", "a_completed_task_has_no_fast_memory", "tags",
           edit_body("get/status", set_in(status="completed")), settings={"processing_delay": 300}),
    Defect("a new task is never running", "a_new_task_is_running", "status",
           edit_body("get/status", set_in(status="completed"))),
    Defect("an asynchronous add says completed", "an_add_answers_a_running_task", "status",
           edit_body("add/message", set_in(status="completed"))),
    Defect("a status is a list", "a_status_is_an_object", "get/status.data",
           edit_body("get/status", lambda body: body.update(data=[body["data"]]))),
    Defect("a task tells no changes", "a_completed_task_counts_its_changes", "memory_views",
           edit_body("get/status", lambda body: body["data"].pop("memory_views", None))),
    Defect("a search is not sorted", "the_best_is_first", "relativity",
           edit_body("search/memory", upside_down)),
    Defect("a page is not sorted", "the_newest_is_first", "create_time",
           edit_body("get/memory", upside_down)),
    Defect("the page number is not read", "the_next_page_goes_on", "id",
           before=without("page")),
    Defect("ids are numbers", "ids_are_texts", "id",
           edit_body("search/memory", in_lists(integers))),
    Defect("times are texts", "times_of_memories_are_milliseconds", "create_time",
           edit_body("get/memory", in_lists(lambda item: item.update(create_time="2025-12-10")))),
    Defect("a stream is called JSON", "a_stream_is_an_event_stream", "content-type",
           streams(lambda body: body, "application/json")),
    Defect("a stream ends with [DONE]", "nothing_comes_after_end", "last event",
           streams(lambda body: body + b"data: [DONE]\n\n")),
    Defect("a stream has no end", "a_stream_ends_with_end", "type",
           streams(lambda body: body.replace(b'"type":"end"', b'"type":"text"'))),
    Defect("events of a stream are bare texts", "an_event_has_type_and_data", "chat event",
           streams(lambda body: body.replace(b'{"type":"text","data":', b"").replace(b"}", b""))),
    Defect("the threshold is not read", "nothing_below_the_threshold_is_found", "relativity",
           before=without("relativity"),
           after=edit_body("search/memory", in_lists(lambda item: item.update(relativity=0.1)))),
    Defect("the limit is not read", "the_number_of_memories_is_limited", "memory_detail_list",
           before=without("memory_limit_number")),
    Defect("a filter is not read", "a_custom_field_filters", "id",
           before=without("filter")),
    Defect("views are not read", "only_named_views_are_searched", "memory_detail_list",
           before=without("include_memory_view")),
    Defect("a deleted memory is still found", "a_deleted_memory_is_gone_at_once", "id",
           before=swallowing("delete/memory")),
    Defect("memories of another user are found", "a_search_shows_one_user_alone", "memory_value",
           leaking),
    Defect("async_mode is not read", "a_synchronous_add_answers_when_it_is_done", "status",
           before=without("async_mode")),
    Defect("a chat is never written", "a_chat_is_stored", "", before=swallowing("get/message")),
    Defect("the envelope has no message", "a_success_says_ok", "message",
           edit_body("get/memory", lambda body: body.pop("message"))),
    Defect("a total counts one page", "the_total_is_that_of_the_largest_view", "total",
           edit_body("get/memory", set_in(total=1))),
    Defect("a rewritten memory stays as it was", "a_memory_can_be_rewritten", "content",
           before=swallowing("update/memory")),
    Defect("a ranking points nowhere", "an_index_points_into_the_request", "index",
           edit_body("rerank", in_lists(lambda item: item.update(index=9)))),
    Defect("raw memories have no tag", "a_fast_memory_has_the_tag", "tags",
           edit_body("search/memory", in_lists(lambda item: item.update(tags=[])))),
]  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_is_found_by_its_fact(defect: Defect) -> None:
    _seen.clear()
    (page,) = {check.page for check in ALL_CHECKS if check.name == defect.fact}
    proxy = Proxy(mock(**defect.settings).transport(), defect.after, defect.before)
    checks = [check for check in ALL_CHECKS if check.page == page]
    report = differences_of(run_all(proxy, checks, task_timeout=5))
    assert defect.fact in report, sorted(report)
    outcome = report[defect.fact]
    assert defect.where in outcome.path
    assert outcome.expected
    assert outcome.actual


@pytest.mark.parametrize("settings", [{"agent_memory": "on"}, {"status_format": "list"}])
def test_run_cleans_up_with_other_settings(settings: dict[str, Any]) -> None:
    memos = mock(**settings)
    record = run_all(memos.transport())
    assert (record.remaining, remaining_in(memos)) == ([], {})
