"""Profiles and profile templates."""

import re
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

TREE = {
    "Basics": {
        "City": {"value": "Lyon", "algorithm_updatable": False},
        "Job": {"value": "", "algorithm_updatable": True},
    }
}


@pytest.fixture
def template(client: Client) -> str:
    return add_template(client)


def add_template(client: Client, name: str = "Guest", metadata: Any = TREE) -> str:
    added = client.ok("add/profile_template", name=name, metadata=metadata)
    template_id: str = added["profile_template_id"]
    return template_id


def bind(client: Client, template: str, *users: str) -> Any:
    bindings = [{"user_id": user, "profile_template_id": template} for user in users or ("ana",)]
    return client.ok("bind/profile_template", bind_list=bindings)


def edit(client: Client, template: str, **fields: Any) -> Any:
    body = {"user_id": "ana", "profile_template_id": template}
    return client.ok("edit/profile", **body | fields)


def properties_of(client: Client, user_id: str = "ana") -> Any:
    [profile] = client.page(user_id)["profile_detail_list"]
    return profile["properties"]


def search_profiles(client: Client, query: str, user_id: str = "ana") -> list[Any]:
    hits: list[Any] = client.ok(
        "search/memory", user_id=user_id, query=query, include_memory_view=["profile"]
    )["profile_detail_list"]
    return hits


def leaf(value: str, *, updatable: bool = True) -> dict[str, Any]:
    return {"value": value, "algorithm_updatable": updatable}


# --- binding ---


def test_bound_template_is_listed_as_one_profile(client: Client, template: str) -> None:
    assert bind(client, template) == {"success": True}
    [profile] = client.page()["profile_detail_list"]
    assert set(profile) == {
        "id",
        "project_id",
        "profile_template_id",
        "properties",
        "status",
        "created_at",
        "updated_at",
    }
    assert profile["profile_template_id"] == template
    assert profile["properties"] == TREE
    assert profile["created_at"] == "2025-12-10T09:00:00.000Z"


def test_search_returns_each_profile_field_with_value(client: Client, template: str) -> None:
    bind(client, template)
    [hit] = search_profiles(client, "Lyon")
    relativity = hit.pop("relativity")
    assert 0.45 < relativity <= 1
    assert re.fullmatch(rf"memos[0-9a-f]{{32}}_{template}_[0-9a-f]{{12}}", hit.pop("id"))
    assert hit == {
        "memory": "Basics.City: Lyon",
        "memory_type": "ProfileMemory",
        "template_id": template,
        "profile_category": "Basics",
        "profile_field": "City",
        "profile_path": "Basics.City",
        "status": "activated",
        "confidence": 0.99,
        "algorithm_updatable": False,
        "created_at": "2025-12-10T09:00:00.000Z",
        "updated_at": "2025-12-10T09:00:00.000Z",
    }
    assert search_profiles(client, "Job") == []


def test_second_binding_keeps_the_profile(client: Client, template: str) -> None:
    bind(client, template, "ana", "ana")
    edit(client, template, metadata={"Basics": {"City": leaf("Paris")}})
    before = client.page()["profile_detail_list"]
    bind(client, template)
    assert client.page()["profile_detail_list"] == before


def test_user_may_have_several_profiles(client: Client, template: str) -> None:
    other = add_template(client, "Other", {"Pet": leaf("cat")})
    bind(client, template)
    bind(client, other)
    listed = client.page()["profile_detail_list"]
    assert {item["profile_template_id"] for item in listed} == {template, other}


def test_agent_may_have_a_profile(client: Client, template: str) -> None:
    binding = {"agent_id": "bot", "profile_template_id": template}
    client.ok("bind/profile_template", bind_list=[binding])
    assert len(client.ok("get/memory", agent_id="bot")["profile_detail_list"]) == 1
    assert client.page("bot")["profile_detail_list"] == []


def test_earlier_conversations_do_not_fill_a_new_profile(client: Client, template: str) -> None:
    client.add_sync("I work as a baker.")
    bind(client, template)
    assert properties_of(client)["Basics"]["Job"]["value"] == ""


def test_messages_fill_updatable_fields(client: Client, template: str) -> None:
    bind(client, template)
    task_id = client.add("I live in Paris. I work as a baker.")["task_id"]
    client.advance(3)
    basics = properties_of(client)["Basics"]
    assert basics["City"]["value"] == "Lyon"
    assert basics["Job"]["value"] == "baker"
    views = client.ok("get/status", task_id=task_id)["memory_views"]
    assert views["profile"]["memory_ids"] == [
        item["id"] for item in search_profiles(client, "baker")
    ]


def test_messages_without_profile_view_fill_nothing(client: Client, template: str) -> None:
    bind(client, template)
    client.add_sync("I work as a baker.", allow_memory_view=["detail_factual"])
    assert properties_of(client)["Basics"]["Job"]["value"] == ""


@pytest.mark.parametrize(
    ("code", "bindings"),
    [
        (40002, None),
        (40003, []),
        (40000, "ana"),
        (40000, [{"user_id": "ana", "profile_template_id": "T"}] * 21),
        (40000, [{"user_id": "ana", "agent_id": "bot", "profile_template_id": "T"}]),
        (40002, [{"profile_template_id": "T"}]),
        (40002, [{"user_id": "ana"}]),
        (40001, [{"user_id": "ana", "profile_template_id": "tpl_none"}]),
        (40001, [
            {"user_id": "ana", "profile_template_id": "T"},
            {"user_id": "ana", "profile_template_id": "tpl_none"},
        ]),
        (40010, [{"user_id": "u" * 101, "profile_template_id": "T"}]),
    ],
)  # fmt: skip
def test_invalid_binding_creates_no_profile(
    client: Client, template: str, code: int, bindings: Any
) -> None:
    if isinstance(bindings, list):
        real = {"T": template}
        bindings = [
            {name: real.get(id_, id_) for name, id_ in binding.items()} for binding in bindings
        ]
    client.fails(code, "bind/profile_template", bind_list=bindings)


# --- editing ---


def test_edit_writes_fields_of_one_profile_only(client: Client, template: str) -> None:
    bind(client, template, "ana", "bo")
    edit(client, template, metadata={"Basics": {"City": leaf("Paris")}, "Pet": leaf("cat")})
    assert properties_of(client) == {
        "Basics": {"City": leaf("Paris"), "Job": leaf("")},
        "Pet": leaf("cat"),
    }
    assert properties_of(client, "bo") == TREE
    stored = client.ok("get/profile_template", profile_template_id=template)
    assert stored["profile_template"]["metadata"] == TREE
    assert [item["memory"] for item in search_profiles(client, "cat")] == ["Pet: cat"]
    assert search_profiles(client, "Lyon") == []


def test_field_is_updatable_by_default(client: Client, template: str) -> None:
    bind(client, template)
    edit(client, template, metadata={"Pet": {"value": "cat"}})
    assert properties_of(client)["Pet"] == leaf("cat")


def test_edit_removes_fields_after_writing(client: Client, template: str) -> None:
    bind(client, template)
    edit(
        client, template, metadata={"Pet": leaf("cat"), "Car": leaf("red")},
        remove_fields=["Basics.City", "Pet", "No.Such"],
    )  # fmt: skip
    assert properties_of(client) == {"Basics": {"Job": leaf("")}, "Car": leaf("red")}
    assert search_profiles(client, "Lyon") == []


def test_edit_may_remove_a_category(client: Client, template: str) -> None:
    bind(client, template)
    edit(client, template, remove_fields=["Basics"], metadata={"Pet": leaf("cat")})
    assert properties_of(client) == {"Pet": leaf("cat")}


def test_profile_may_have_three_levels(client: Client, template: str) -> None:
    bind(client, template)
    edit(client, template, metadata={"Home": {"Pets": {"Cat": leaf("Tom")}}})
    [hit] = search_profiles(client, "Tom")
    assert (hit["profile_category"], hit["profile_field"]) == ("Home", "Cat")
    assert hit["profile_path"] == "Home.Pets.Cat"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        (40002, {}),
        (40002, {"metadata": {}, "remove_fields": []}),
        (40002, {"metadata": {"Pet": leaf("cat")}, "user_id": None}),
        (40002, {"metadata": {"Pet": leaf("cat")}, "profile_template_id": ""}),
        (40000, {"metadata": {"Pet": leaf("cat")}, "agent_id": "bot"}),
        (40000, {"metadata": {"Pet": "cat"}}),
        (40000, {"metadata": {"Pet": {}}}),
        (40000, {"metadata": {"Pet": {"value": 7}}}),
        (40000, {"metadata": {"Pet": {"value": "cat", "algorithm_updatable": "no"}}}),
        (40000, {"metadata": {"A": {"B": {"C": {"D": leaf("deep")}}}}}),
        (40000, {"metadata": ["Pet"]}),
        (40000, {"remove_fields": "Pet"}),
        (40001, {"metadata": {"Pet": leaf("cat")}, "user_id": "nobody"}),
        (40001, {"metadata": {"Pet": leaf("cat")}, "profile_template_id": "tpl_none"}),
        (40010, {"metadata": {"Pet": leaf("cat")}, "user_id": "u" * 101}),
    ],
)
def test_invalid_edit_returns_its_code(
    client: Client, template: str, code: int, fields: dict[str, Any]
) -> None:
    bind(client, template)
    client.fails(code, "edit/profile", {"user_id": "ana", "profile_template_id": template} | fields)


def test_deleted_profile_leaves_template_and_others(client: Client, template: str) -> None:
    bind(client, template, "ana", "bo")
    body = {"user_id": "ana", "profile_template_id": template}
    assert client.ok("delete/profile", **body) == {"success": True}
    assert client.page()["profile_detail_list"] == []
    assert search_profiles(client, "Lyon") == []
    assert len(search_profiles(client, "Lyon", "bo")) == 1
    client.fails(40001, "delete/profile", body)
    client.fails(40002, "delete/profile", user_id="ana")
    client.fails(40002, "delete/profile", profile_template_id=template)
    client.fails(40000, "delete/profile", body | {"agent_id": "bot"})
    bind(client, template)
    assert properties_of(client) == TREE


# --- templates ---


def test_get_template_returns_it_as_created(client: Client) -> None:
    template = add_template(client)
    assert re.fullmatch(r"tpl_[0-9a-f]{12}", template)
    result = client.ok("get/profile_template", profile_template_id=template)["profile_template"]
    assert isinstance(result.pop("project_id"), str)
    assert result == {
        "profile_template_id": template,
        "name": "Guest",
        "instance_count": 0,
        "create_time": "2025-12-10T09:00:00.000Z",
        "update_time": "2025-12-10T09:00:00.000Z",
        "metadata": TREE,
    }


def test_templates_are_ordered_newest_first_then_by_id(client: Client) -> None:
    old = add_template(client)
    client.advance(1)
    new = sorted(add_template(client) for _ in range(3))
    listed = client.ok("list/profile_template")
    ids = [template["profile_template_id"] for template in listed["profile_templates"]]
    assert ids == [*reversed(new), old]
    assert "metadata" not in listed["profile_templates"][0]
    assert (listed["total"], listed["current"], listed["size"], listed["pages"]) == (4, 1, 10, 1)


def test_templates_are_listed_in_pages(client: Client) -> None:
    for _ in range(5):
        add_template(client)
    second = client.ok("list/profile_template", page=2, size=3)
    assert len(second["profile_templates"]) == 2
    assert (second["total"], second["current"], second["size"], second["pages"]) == (5, 2, 3, 2)
    beyond = client.ok("list/profile_template", page=9, size=3)
    assert (beyond["profile_templates"], beyond["total"], beyond["pages"]) == ([], 5, 2)
    assert client.ok("list/profile_template", size=101)["size"] == 100


def test_empty_template_list_has_no_pages(client: Client) -> None:
    listed = client.ok("list/profile_template")
    assert (listed["profile_templates"], listed["total"], listed["pages"]) == ([], 0, 0)


def test_template_update_changes_every_profile(client: Client, template: str) -> None:
    bind(client, template, "ana", "bo")
    edit(client, template, metadata={"Basics": {"Job": leaf("baker")}, "Own": leaf("mine")})
    client.advance(60)
    after = {"Basics": {"Job": leaf(""), "City": leaf("Rome")}, "Pet": leaf("cat")}
    result = client.ok(
        "update/profile_template", profile_template_id=template, name="Host", metadata=after
    )
    assert result == {"success": True, "profile_template_id": template, "affected_instances": 2}
    assert properties_of(client) == {
        "Basics": {"Job": leaf("baker"), "City": leaf("Rome")},
        "Pet": leaf("cat"),
        "Own": leaf("mine"),
    }
    assert properties_of(client, "bo") == after
    stored = client.ok("get/profile_template", profile_template_id=template)["profile_template"]
    assert (stored["name"], stored["metadata"], stored["instance_count"]) == ("Host", after, 2)
    assert stored["update_time"] > stored["create_time"]
    assert search_profiles(client, "Lyon") == []
    assert len(search_profiles(client, "Rome")) == 1


def test_removed_template_field_is_removed_with_its_value(client: Client, template: str) -> None:
    bind(client, template)
    client.ok(
        "update/profile_template",
        profile_template_id=template,
        name="Guest",
        metadata={"Basics": {"Job": leaf("")}},
    )
    assert properties_of(client) == {"Basics": {"Job": leaf("")}}
    assert search_profiles(client, "Lyon") == []


def test_deleted_template_deletes_its_profiles(client: Client, template: str) -> None:
    other = add_template(client, "Other", {"Pet": leaf("cat")})
    bind(client, template, "ana", "bo")
    bind(client, other)
    client.add_sync("I own a boat.")
    result = client.ok("delete/profile_template", profile_template_id=template)
    assert result == {"success": True, "profile_template_id": template, "deleted_instances": 2}
    assert search_profiles(client, "Lyon") == []
    assert properties_of(client) == {"Pet": leaf("cat")}
    assert len(client.facts()) == 1
    result = client.ok("delete/profile_template", profile_template_id=add_template(client))
    assert result["deleted_instances"] == 0
