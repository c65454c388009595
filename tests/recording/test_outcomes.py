"""What a recording becomes: delays, stages, ends, scores, and what was there before."""

from typing import Any

import msgspec
import pytest

from mock_memos.recording.drafting.composer import Composed, compose
from mock_memos.recording.exchange import Exchange
from mock_memos.testing.in_process import MockMemos
from tests.support.recording import Session

NOON = 1765368000000


def asked(
    seconds: float, path: str, request: dict[str, Any], data: Any, status: int = 200, code: int = 0
) -> Exchange:
    """A call of a service that we make up, so many seconds after noon."""
    answer = {"code": code, "data": data, "message": "ok" if code == 0 else "no"}
    return Exchange(
        time=NOON + round(seconds * 1000),
        method="POST",
        path=path,
        request=msgspec.json.encode(request),
        status=status,
        reply=msgspec.json.encode(answer),
    )


def add(
    seconds: float, text: str = "I like tea.", task: str = "task-0001", **more: Any
) -> Exchange:
    said = {"user_id": "ana", "conversation_id": "c1"}
    body = said | {"messages": [{"role": "user", "content": text}]} | more
    data = {"success": True, "task_id": task, "status": "running"}
    return asked(seconds, "add/message", body, data)


def poll(seconds: float, status: str, task: str = "task-0001", **views: Any) -> Exchange:
    data = {"task_id": task, "status": status} | ({"memory_views": views} if views else {})
    return asked(seconds, "get/status", {"task_id": task}, data)


def views(*ids: str) -> dict[str, Any]:
    counted = {"added": len(ids), "updated": 0, "deleted": 0}
    return counted | {"detail_factual": {"memory_ids": list(ids)}}


def fact(memory_id: str, value: str, seconds: float, relativity: float = 0.9) -> dict[str, Any]:
    moment = NOON + round(seconds * 1000)
    return {
        "id": memory_id, "memory_key": value, "memory_value": value, "relativity": relativity,
        "memory_type": "WorkingMemory", "create_time": moment, "update_time": moment,
        "conversation_id": "c1", "status": "activated", "confidence": 0.99, "tags": [],
    }  # fmt: skip


def search(seconds: float, *facts: dict[str, Any], user: str = "ana") -> Exchange:
    lists = {"memory_detail_list": list(facts), "preference_detail_list": []}
    return asked(seconds, "search/memory", {"user_id": user, "query": "tea"}, lists)


def thens(composed: Composed) -> list[dict[str, Any]]:
    return [script["then"] for script in composed.document["rules"]]


def test_a_delay_is_the_moment_at_which_a_memory_was_made() -> None:
    found = search(9, fact("memory-01", "Tea.", 4.25))
    composed = compose(
        [add(0), poll(3, "running"), poll(8, "completed", **views("memory-01")), found]
    )
    assert thens(composed)[0] == {"memories": ["Tea."], "task": {"after_seconds": 4.25}}


def test_without_a_memory_to_tell_a_delay_ends_at_the_poll_that_saw_the_end() -> None:
    composed = compose([add(0), poll(3, "running"), poll(8, "completed")])
    assert thens(composed)[0] == {"no_memories": True, "task": {"after_seconds": 8}}


def test_a_memory_that_was_never_shown_is_there_and_no_search_finds_it() -> None:
    composed = compose([add(0), poll(8, "completed", **views("memory-01")), search(9)])
    (entry,) = thens(composed)[0]["memories"]
    assert entry["relativity"] == 0
    assert "memory-01" not in composed.text


@pytest.mark.parametrize(
    ("polls", "task"),
    [
        ([poll(2, "running")], {"hold": True}),
        ([poll(2, "running"), poll(7, "failed")], {"after_seconds": 7, "failed": True}),
        (
            [asked(2, "get/status", {"task_id": "task-0001"}, None, 500, 50131)],
            {"unknown_to_status": True},
        ),
    ],
)
def test_a_task_gets_to_the_end_that_was_seen(polls: list[Exchange], task: Any) -> None:
    assert thens(compose([add(0), *polls]))[0]["task"] == task


def test_a_failure_that_left_something_behind_is_a_late_one() -> None:
    made = search(9, fact("memory-01", "Tea.", 6), fact("memory-02", "Cake.", 6))
    composed = compose([add(0), poll(8, "failed", **views("memory-01", "memory-02")), made])
    then = thens(composed)[0]
    assert then["task"] == {"after_seconds": 6, "partial_failure": True}
    assert then["memories"][:2] == ["Tea.", "Cake."]
    assert len(then["memories"]) == 3, "the other half, which was lost"


def test_what_is_said_twice_and_becomes_two_things_are_stages() -> None:
    composed = compose(
        [
            add(0, task="task-0001"),
            poll(5, "completed", "task-0001", **views("memory-01")),
            search(6, fact("memory-01", "Tea.", 4)),
            add(10, task="task-0002"),
            poll(15, "completed", "task-0002"),
        ]
    )
    first, second = composed.document["rules"][:2]
    assert first["when"] == second["when"]
    assert (first["times"], first["then"]["memories"]) == (1, ["Tea."])
    assert ("times" in second, second["then"]["no_memories"]) == (False, True)


def test_what_two_users_say_is_told_apart_by_the_user() -> None:
    composed = compose(
        [
            add(0, task="task-0001"),
            add(0, task="task-0002", user_id="ben"),
            poll(5, "completed", "task-0001", **views("memory-01")),
            poll(5, "completed", "task-0002"),
            search(6, fact("memory-01", "Tea.", 4)),
        ]
    )
    whens = [script["when"] for script in composed.document["rules"][:2]]
    assert [when.get("user_id") for when in whens] == ["ana", "ben"]


def test_the_same_for_everybody_is_one_script() -> None:
    polls = [poll(5, "completed", "task-0001"), poll(6, "completed", "task-0002")]
    composed = compose([add(0), add(1, task="task-0002", user_id="ben"), *polls])
    assert [script["when"] for script in composed.document["rules"]] == [
        {"operation": "add/message", "text": "I like tea."}
    ]


def test_a_memory_nobody_made_was_there_before() -> None:
    composed = compose([search(0, fact("memory-01", "Tea.", -60))])
    assert composed.document["given"] == {
        "users": {
            "ana": {
                "memories": [
                    {"value": "Tea.", "conversation_id": "c1", "time": "2025-12-10T11:59:00.000Z"}
                ]
            }
        }
    }


def test_a_memory_that_two_users_see_is_public() -> None:
    seen = fact("memory-01", "Tea.", -60)
    given = compose([search(0, seen), search(1, seen, user="ben")]).document["given"]
    assert list(given) == ["public"]


def test_scores_that_words_do_not_explain_are_pinned() -> None:
    composed = compose([search(0, fact("memory-01", "Coffee.", -60, 0.731))])
    assert thens(composed) == [
        {"search": {"scores": [{"text": "Coffee.", "relativity": 0.731}], "relativity": 0}}
    ]


def test_a_refusal_of_the_service_is_a_fault_that_strikes_this_call() -> None:
    refused = asked(1, "add/message", {"user_id": "ana", "messages": []}, None, 403, 40300)
    composed = compose([add(0), refused, add(2, task="task-0002")])
    (fault,) = composed.document["faults"]
    assert fault["fault"] == "error"
    assert fault["options"] == {"code": 40300, "message": "no"}
    assert composed.rehearsal.wrong == []


HERE = {"user_id": "ana", "conversation_id": "c1"}


@pytest.mark.parametrize(
    ("settings", "operation", "body"),
    [
        ({"status_format": "list"}, "get/status", {"task_id": "{task}"}),
        ({"rerank_format": "bare"}, "rerank", {"query": "a", "documents": ["a"]}),
        ({"rerank_format": "envelope"}, "rerank", {"query": "a", "documents": ["a"]}),
        ({"memory_time_format": "iso"}, "get/memory", {"user_id": "ana"}),
        ({"message_time_format": "ms"}, "get/message", HERE),
        ({"include_empty_lists": "requested"}, "search/memory", {"user_id": "ana", "query": "a"}),
        ({"http_status": "always-200"}, "search/memory", {"query": ""}),
        ({"time_zone": "Asia/Shanghai"}, "get/memory", {"user_id": "ana"}),
        ({"sse_done_marker": True}, "chat", HERE | {"query": "a", "stream": True}),
    ],
)
def test_the_shape_of_answers_is_a_setting(
    settings: dict[str, Any], operation: str, body: dict[str, Any]
) -> None:
    session = Session(MockMemos(clock="manual", **settings))
    said = HERE | {"messages": [{"role": "user", "content": "I live in Lyon."}]}
    _, added = session.send("POST", "/add/message", said)
    known = {"{task}": added["data"]["task_id"]}
    asked = {name: known.get(str(value), value) for name, value in body.items()}
    session.send("POST", f"/{operation}", asked)
    composed = compose(session.exchanges)
    assert composed.document["settings"] == {"start_time": "2025-12-10T09:00:00.000Z"} | settings
    assert composed.kept == 0


def test_a_call_that_no_step_can_make_is_told_and_left_out() -> None:
    memos = MockMemos(clock="manual")
    session = Session(memos)
    session.ask("POST", "/no/such", b"{}")
    session.ask("POST", "/chat", b"no object")
    session.send("POST", "/search/memory", {"user_id": "ana", "query": "tea"})
    steps = compose(session.exchanges).document["steps"]
    why = "A step can only call an operation, with an object as its body."
    assert [step["note"] for step in steps if "note" in step][1:] == [
        f"Left out: POST no/such, answered with 404. {why}",
        f"Left out: POST chat, answered with 400. {why}",
    ]
    assert steps[-1]["call"] == "search/memory"


def test_a_form_becomes_the_json_that_says_the_same() -> None:
    memos = MockMemos(clock="manual")
    session = Session(memos)
    _, made = session.send("POST", "/create/knowledgebase", {"knowledgebase_name": "rules"})
    form = (
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="rules.md"\r\n\r\n'
        b"# Rules\r\n--x--\r\n"
    )
    place = f"/add/knowledgebase-file?knowledgebase_id={made['data']['id']}"
    status, _, _ = session.ask("POST", place, form, "multipart/form-data; boundary=x")
    assert status == 200
    composed = compose(session.exchanges)
    (file,) = composed.document["steps"][-1]["body"]["file"]
    assert (file["name"], file["type"]) == ("rules.md", "document")
    assert composed.rehearsal.wrong == []


def test_nothing_that_was_said_is_taken_for_something_to_fill_in() -> None:
    memos = MockMemos(clock="manual")
    session = Session(memos)
    said = "I pay ${price} for {{tea}}."
    turn = {"user_id": "ana", "messages": [{"role": "user", "content": said}]}
    session.send("POST", "/add/message", turn)
    session.send("POST", "/search/memory", {"user_id": "ana", "query": said})
    assert compose(session.exchanges).rehearsal.wrong == []


def test_an_answer_that_broke_off_is_no_part_of_the_story() -> None:
    broken = msgspec.structs.replace(search(1), whole=False)
    assert len(compose([search(0), broken]).rehearsal.played) == 1


def test_nothing_recorded_is_nothing_to_play() -> None:
    assert compose([]).rehearsal.played == ()
