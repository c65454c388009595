"""update/memory and delete/memory."""

from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

TALK = "I booked the Harbour Inn. I like quiet rooms. Last Tuesday I met Li in Paris."
TREE = {"Basics": {"City": {"value": "Lyon"}, "Job": {"value": "baker"}}}


def only_fact(client: Client) -> Any:
    client.add_sync("I booked the Harbour Inn.", conversation_id="c1")
    [fact] = client.facts()
    return fact


def profile_of_ana(client: Client) -> str:
    """Creates a profile of Ana and returns the id of its template."""
    added = client.ok("add/profile_template", name="Guest", metadata=TREE)
    template: str = added["profile_template_id"]
    client.ok(
        "bind/profile_template", bind_list=[{"user_id": "ana", "profile_template_id": template}]
    )
    return template


def profile_hits(client: Client, query: str) -> list[Any]:
    hits: list[Any] = client.ok(
        "search/memory", user_id="ana", query=query, include_memory_view=["profile"]
    )["profile_detail_list"]
    return hits


def properties(client: Client) -> Any:
    return client.page()["profile_detail_list"][0]["properties"]


# --- update/memory ---


def test_update_keeps_the_memory_id(client: Client) -> None:
    fact = only_fact(client)
    client.advance(60)
    result = client.ok("update/memory", memory_id=fact["id"], content="The garden house is booked.")
    assert result == {"success": True}
    [after] = client.facts()
    assert after["memory_value"] == "The garden house is booked."
    assert after["memory_key"] == fact["memory_key"]
    assert after["create_time"] == fact["create_time"]
    assert after["update_time"] == fact["update_time"] + 60_000
    assert client.search("garden") == ["The garden house is booked."]


def test_search_does_not_find_old_text_after_update(client: Client) -> None:
    fact = only_fact(client)
    client.ok("update/memory", memory_id=fact["id"], content="Nothing at all.", title="Empty")
    assert client.search("Harbour") == []


def test_update_may_change_only_the_title(client: Client) -> None:
    fact = only_fact(client)
    client.ok("update/memory", memory_id=fact["id"], title="Where to sleep")
    [after] = client.facts()
    assert after["memory_key"] == "Where to sleep"
    assert after["memory_value"] == fact["memory_value"]


def test_views_without_title_ignore_it(client: Client) -> None:
    client.add_sync("I like quiet rooms.")
    [before] = client.page()["preference_detail_list"]
    client.ok("update/memory", memory_id=before["id"], title="x", content="Noise is fine.")
    [after] = client.page()["preference_detail_list"]
    assert after["preference"] == "Noise is fine."
    assert client.get_memory(before["id"])["title"] != "x"


@pytest.mark.parametrize("status", ["resolving", "archived", "deleted"])
def test_memory_with_other_status_is_hidden(client: Client, status: str) -> None:
    fact = only_fact(client)
    client.ok("update/memory", memory_id=fact["id"], status=status)
    assert client.search("Harbour") == []
    assert client.facts() == []
    assert client.get_memory(fact["id"])["status"] == status
    client.ok("update/memory", memory_id=fact["id"], status="activated")
    assert len(client.search("Harbour")) == 1


def test_update_may_change_a_profile_field(client: Client) -> None:
    profile_of_ana(client)
    [hit] = profile_hits(client, "Lyon")
    client.ok("update/memory", memory_id=hit["id"], content="Paris")
    assert properties(client)["Basics"]["City"]["value"] == "Paris"
    [after] = profile_hits(client, "Paris")
    assert (after["id"], after["memory"]) == (hit["id"], "Basics.City: Paris")


def test_update_may_change_an_event(client: Client) -> None:
    client.add_sync(TALK)
    [event] = client.page()["event_detail_list"]
    client.ok("update/memory", memory_id=event["id"], title="Meeting", content="They met.")
    [after] = client.page()["event_detail_list"]
    assert (after["event_key"], after["event_value"]) == ("Meeting", "They met.")


@pytest.mark.parametrize("shape", ["string", "object"])
def test_update_may_set_any_text_for_tool_schema(shape: str) -> None:
    client = Client(tool_schema_format=shape)
    schema = '<tool_schema>[{"name":"rain"}]</tool_schema>'
    messages = [{"role": "system", "content": schema}]
    client.ok("add/message", user_id="ana", messages=messages, async_mode=False)
    [tool] = client.page()["tool_memory_detail_list"]
    for text in ("no JSON", "[1]", "7", '{"name":"sun"}'):
        client.ok("update/memory", memory_id=tool["id"], content=text)
        client.page()
        client.get_memory(tool["id"])


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        (40002, {"memory_id": None, "content": "x"}),
        (40002, {"memory_id": "", "content": "x"}),
        (40002, {}),
        (40002, {"content": "", "title": None, "status": ""}),
        (40000, {"status": "gone"}),
        (40000, {"content": 7}),
        (40000, {"memory_id": 7, "content": "x"}),
        (40307, {"memory_id": "none", "content": "x"}),
    ],
)
def test_invalid_update_returns_its_code(client: Client, code: int, fields: dict[str, Any]) -> None:
    fact = only_fact(client)
    client.fails(code, "update/memory", {"memory_id": fact["id"]} | fields)


# --- delete/memory ---


def test_deleted_ids_disappear_at_once(client: Client) -> None:
    client.add_sync("I own a boat. I own a car.", conversation_id="c1")
    deleted, other = client.facts()
    ids = [deleted["id"], deleted["id"]]
    assert client.ok("delete/memory", memory_ids=ids) == {"success": True}
    assert [fact["id"] for fact in client.facts()] == [other["id"]]
    assert client.search("boat car") == [other["memory_value"]]
    assert client.send(f"get/memory/{deleted['id']}", method="GET").json["code"] == 40001


def test_delete_leaves_messages_and_tasks(client: Client) -> None:
    task_id = client.add("I own a boat.", conversation_id="c1")["task_id"]
    client.advance(3)
    client.ok("delete/memory", user_id="ana")
    listed = client.ok("get/message", user_id="ana", conversation_id="c1")["message_detail_list"]
    assert len(listed) == 1
    assert client.status(task_id) == "completed"


@pytest.mark.parametrize("selector", [{"user_id": "ana"}, {"user_ids": ["ana"]}])
def test_delete_by_user_removes_all_views_and_profiles(
    client: Client, selector: dict[str, Any]
) -> None:
    client.add_sync(TALK)
    client.add_sync("I own a boat.", user_id="bo")
    profile_of_ana(client)
    client.ok("delete/memory", **selector)
    listed = client.page()
    assert listed["total"] == 0
    assert listed["profile_detail_list"] == []
    assert profile_hits(client, "Lyon") == []
    assert len(client.facts("bo")) == 1


def test_second_delete_by_user_succeeds(client: Client) -> None:
    client.add_sync(TALK)
    for _ in range(2):
        client.ok("delete/memory", user_id="ana")


def test_user_with_only_a_profile_exists(client: Client) -> None:
    profile_of_ana(client)
    client.ok("delete/memory", user_id="ana")


def test_copies_of_deleted_user_stay(client: Client) -> None:
    base = client.ok("create/knowledgebase", knowledgebase_name="x")["id"]
    client.add_sync("I own a boat.", allow_public=True, allow_knowledgebase_ids=[base])
    client.ok("delete/memory", user_id="ana")
    assert len(client.search("boat", user_id="bo")) == 1
    assert len(client.search("boat", user_id="bo", knowledgebase_ids=[base])) == 1


def test_running_task_creates_memories_after_delete(client: Client) -> None:
    client.add("I own a boat.")
    assert len(client.facts()) == 1
    client.ok("delete/memory", user_id="ana")
    assert client.facts() == []
    client.advance(3)
    assert len(client.facts()) == 1


def test_delete_by_agent_leaves_user_memories(client: Client) -> None:
    client.add_sync("I own a boat.", agent_id="bot")
    messages = [{"role": "user", "content": "I own a car."}]
    client.ok("add/message", agent_id="bot", messages=messages, async_mode=False)
    client.ok("delete/memory", agent_id="bot")
    assert client.ok("get/memory", agent_id="bot")["total"] == 0
    assert len(client.facts()) == 1


def test_delete_by_filter_removes_matches_in_project(client: Client) -> None:
    client.add_sync("I own a boat. I like tea.", app_id="web")
    client.add_sync("I own a car.", user_id="bo", app_id="web")
    client.add_sync("I own a bike.", user_id="bo", app_id="phone")
    chosen = {"and": [{"app_id": "web"}]}
    client.ok("delete/memory", filter=chosen, memory_type="preference")
    assert client.page()["preference_detail_list"] == []
    assert len(client.facts()) == 1
    client.ok("delete/memory", filter=chosen)
    assert client.facts() == []
    assert [fact["memory_value"] for fact in client.facts("bo")] == ["The user owns a bike."]


def test_deleted_profile_value_disappears_everywhere(client: Client) -> None:
    template = profile_of_ana(client)
    [hit] = profile_hits(client, "Lyon")
    client.ok("delete/memory", memory_ids=[hit["id"]])
    assert profile_hits(client, "Lyon") == []
    assert "Lyon" not in str(properties(client))
    assert len(profile_hits(client, "baker")) == 1
    metadata = {"Basics": {"City": {"value": "Lyon"}}}
    client.ok("edit/profile", user_id="ana", profile_template_id=template, metadata=metadata)
    assert len(profile_hits(client, "Lyon")) == 1


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        (40002, {}),
        (40002, {"memory_ids": []}),
        (40002, {"memory_ids": None, "user_id": "", "agent_id": None, "filter": {}}),
        (40002, {"memory_type": "preference"}),
        (40000, {"memory_ids": ["x"], "user_id": "ana"}),
        (40000, {"user_id": "ana", "agent_id": "bot"}),
        (40000, {"memory_ids": ["x"], "filter": {"and": [{"app_id": "web"}]}}),
        (40000, {"user_ids": ["ana", "bo"]}),
        (40000, {"memory_ids": "x"}),
        (40000, {"memory_ids": [7]}),
        (40000, {"user_id": ["ana"]}),
        (40000, {"filter": {"and": 7}}),
        (40010, {"user_id": "u" * 101}),
        (40307, {"memory_ids": ["none"]}),
        (40308, {"user_id": "nobody"}),
        (40308, {"user_ids": ["nobody"]}),
        (40308, {"agent_id": "nobody"}),
    ],
)
def test_invalid_delete_returns_its_code(client: Client, code: int, fields: dict[str, Any]) -> None:
    only_fact(client)
    client.fails(code, "delete/memory", fields)


def test_one_unknown_id_deletes_nothing(client: Client) -> None:
    fact = only_fact(client)
    assert "none" in client.fails(40307, "delete/memory", memory_ids=[fact["id"], "none"])
    assert len(client.facts()) == 1


def test_user_ids_with_other_selector_are_ignored(client: Client) -> None:
    fact = only_fact(client)
    client.add_sync("I own a boat.", user_id="bo")
    client.ok("delete/memory", memory_ids=[fact["id"]], user_ids=["bo"])
    assert client.facts() == []
    assert len(client.facts("bo")) == 1


def test_ids_of_another_project_are_unknown(client: Client) -> None:
    fact = only_fact(client)
    other = Client(client.engine, key="other")
    other.add_sync("I own a boat.")
    for operation, fields in [
        ("delete/memory", {"memory_ids": [fact["id"]]}),
        ("update/memory", {"memory_id": fact["id"], "content": "x"}),
    ]:
        answer = other.send(operation, fields)
        assert answer.json["code"] == 40307
    assert client.facts() == [fact]


def test_empty_id_list_does_not_delete_by_user(client: Client) -> None:
    fact = only_fact(client)
    for beside in ({"user_id": "ana"}, {"user_ids": ["ana"]}, {"agent_id": "g"}):
        client.fails(40002, "delete/memory", memory_ids=[], **beside)
    assert client.facts() == [fact]


@pytest.mark.parametrize(
    "raw", [{"and": []}, {"or": []}, {"and": [{}]}, {"user": {}}, {"user": {"and": []}}]
)
def test_filter_without_condition_deletes_nothing(client: Client, raw: dict[str, Any]) -> None:
    fact = only_fact(client)
    client.fails(40002, "delete/memory", filter=raw)
    assert client.facts() == [fact]


def test_filter_of_one_source_leaves_other_sources(client: Client) -> None:
    client.add_sync("I own a boat.", allow_public=True)
    condition = {"and": [{"user_id": "ana"}]}
    client.ok("delete/memory", filter={"user": condition})
    assert client.search("boat", user_id="bo") == ["The user owns a boat."]
