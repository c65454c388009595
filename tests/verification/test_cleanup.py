"""An interrupted run deletes or lists what it created."""

from typing import Any

import httpx
import pytest

from mock_memos.verification.cleanup import clean_up
from tests.support.check_runs import (
    ALL_CHECKS,
    Proxy,
    differences_of,
    edit_body,
    mock,
    operation_of,
    remaining_in,
    run_all,
    session,
)


class Interrupted(httpx.BaseTransport):
    """Interrupts the run during call number `at`."""

    def __init__(self, inner: httpx.BaseTransport, *at: int, reached: bool) -> None:
        self._inner, self._at, self._reached = inner, at, reached
        self.calls: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(operation_of(request))
        if len(self.calls) not in self._at:
            return self._inner.handle_request(request)
        if self._reached:
            self._inner.handle_request(request)
        raise KeyboardInterrupt


SOME = ALL_CHECKS[::5]
"""Checks that create every kind of resource."""


def calls_of_a_run() -> list[str]:
    proxy = Proxy(mock().transport())
    run_all(proxy, SOME)
    return proxy.calls


CALLS = calls_of_a_run()
ASKED = len(CALLS) - CALLS[::-1].index("add/knowledgebase-file")
"""The last call of the checks; later ones clean up."""
WRITES = ("create/knowledgebase", "add/profile_template", "add/message", "chat", "add/feedback")
PLACES = [at for at, name in enumerate(CALLS[:ASKED], 1) if name in WRITES or at % 20 == 1]


@pytest.mark.parametrize("reached", [True, False], ids=["reached", "unsent"])
@pytest.mark.parametrize("index", PLACES)
def test_interrupted_run_lists_all_that_remains(index: int, reached: bool) -> None:
    memos = mock()
    record = run_all(Interrupted(memos.transport(), index, reached=reached), SOME)
    assert (record.interrupted, record.status) == (True, 130)
    assert len(record.results) < len(SOME)
    remaining = remaining_in(memos)  # only a knowledge base can remain, and it is listed
    assert {resource.operation for resource in record.remaining} <= {"delete/knowledgebase"}
    assert set(remaining) <= {"knowledgebases"}
    assert remaining.get("knowledgebases", 0) <= len(record.remaining)


def test_knowledge_base_without_id_is_listed() -> None:
    memos, position = mock(), CALLS.index("create/knowledgebase") + 1
    record = run_all(Interrupted(memos.transport(), position, reached=True), SOME)
    (left,) = record.remaining
    assert left.description == "knowledge base 'verify-test-unlinked'"
    assert left.delete_command == (
        'curl "$MEMOS_BASE_URL/delete/knowledgebase" -H "Authorization: Token $MEMOS_API_KEY" '
        '-d \'{"knowledgebase_id": "<id>", "delete_all": true}\''
    )


def test_template_without_id_is_found_by_name() -> None:
    memos, position = mock(), CALLS.index("add/profile_template") + 1
    record = run_all(Interrupted(memos.transport(), position, reached=True), SOME)
    assert (record.remaining, remaining_in(memos)) == ([], {})


def test_interrupted_clean_up_lists_what_remains() -> None:
    memos = mock()
    transport = Interrupted(memos.transport(), ASKED, ASKED + 2, reached=False)
    record = run_all(transport, SOME)
    assert record.interrupted
    memos.run_until_idle()
    world = memos.snapshot()
    owners = {memory["scope"][1] for memory in world["memories"] if memory["view"] != "profile"}
    named = {value for trace in record.remaining for value in trace.body.values()}
    bases = {base["id"] for base in world["knowledgebases"]}
    templates = {template["id"] for template in world["templates"]}
    assert owners - bases <= named
    assert bases | templates <= named
    assert bases
    assert owners


def test_clean_up_ends_if_the_service_is_gone() -> None:
    memos, gone = mock(), False

    def before(request: httpx.Request) -> httpx.Request:
        if gone:
            raise httpx.ConnectError("connection refused", request=request)
        return request

    def after(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal gone
        gone = len(proxy.calls) >= ASKED // 2
        return response

    proxy = Proxy(memos.transport(), after, before)
    record = run_all(proxy, SOME)
    assert not record.interrupted
    assert record.remaining
    assert len(proxy.calls) < len(CALLS)
    assert record.results[-1].verdict == "skipped"
    assert "ConnectError" in record.results[-1].detail


def test_resources_of_a_lenient_service_are_deleted() -> None:
    """A service that creates knowledge bases and templates without a name."""
    memos = mock()

    def before(request: httpx.Request) -> httpx.Request:
        if operation_of(request) not in ("create/knowledgebase", "add/profile_template"):
            return request
        fields = {"knowledgebase_name": "x", "name": "x", "metadata": {"A": {"value": "x"}}}
        headers = {"authorization": request.headers["authorization"]}
        return httpx.Request("POST", request.url, headers=headers, json=fields)

    record = run_all(Proxy(memos.transport(), before=before))
    assert "a_base_needs_a_name" in differences_of(record)
    assert (record.remaining, remaining_in(memos)) == ([], {})


def test_memories_of_other_users_are_not_deleted() -> None:
    memos = mock(processing_delay=0)
    here = session(memos.transport())
    for user in ("ana", here.id_for("ana")):
        here.add_messages(user, "I moved to Ghent.", async_mode=False)
    assert [item.description for item in clean_up(here)] == ["user ana"]
    memos.run_until_idle()
    owners = {memory["scope"][1] for memory in memos.snapshot()["memories"]}
    assert owners == {"ana"}


@pytest.mark.parametrize("tags", [7, None, {"a": 1}, "mode:fast"])
def test_clean_up_survives_odd_responses(tags: object) -> None:
    memos = mock()

    def change(body: dict[str, Any]) -> None:
        body["data"]["memory_detail_list"] = [{"tags": tags}, tags]

    proxy = Proxy(memos.transport(), edit_body("get/memory", change))
    record = run_all(proxy, task_timeout=1)
    assert record.status == 1
    memos.run_until_idle()
    assert record.remaining == []
