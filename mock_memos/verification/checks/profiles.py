"""Profiles: a template's fields, filled for one user."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import Made, said
from mock_memos.verification.checks.templates import NO_TEMPLATE, OTHER, TREE, make
from mock_memos.verification.expectations import ISO, Value, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

BIND, EDIT, DELETE = "bind/profile_template", "edit/profile", "delete/profile"
LIST, SEARCH, TEMPLATE = "get/memory", "search/memory", "get/profile_template"


class Profile(NamedTuple):
    """A user with a profile of a template."""

    user: str
    template: str
    bound: Answer

    @property
    def holder(self) -> dict[str, str]:
        return {"user_id": self.user, "profile_template_id": self.template}

    def shown(self, site: Site) -> Value:
        """The profile as it is now."""
        page = site.listed(self.user, include_memory_view=["profile"])
        return page["profile_detail_list"].some()[0]


def bind(site: Site, name: str) -> Profile:
    """A new template, and a profile of it."""
    template = ok(make(site, f"{name}-template"))["profile_template_id"].filled()
    user = site.name(name)
    binding = {"user_id": user, "profile_template_id": template}
    return Profile(user, template, site.post(BIND, bind_list=[binding]))


@setup
def profile(site: Site) -> Made:
    """A profile that no check changes."""
    bound = bind(site, "pat")
    yield
    return bound


@check("documented", BIND, LIST)
def a_profile_begins_with_its_template(site: Site, profile: Profile) -> None:
    """A binding makes a profile with the template's values, which get/memory lists."""
    ok(profile.bound)["success"].equals(True)
    shown = profile.shown(site)
    shown["id"].filled()
    shown["profile_template_id"].equals(profile.template)
    shown["properties"]["Basics"]["City"]["value"].equals("Lyon")
    shown["status"].equals("activated")


@check("documented", LIST)
def times_of_a_profile_are_iso(site: Site, profile: Profile) -> None:
    """created_at and updated_at of a profile are in ISO 8601."""
    shown = profile.shown(site)
    shown["created_at"].text(ISO, "a time in ISO 8601")
    shown["updated_at"].text(ISO, "a time in ISO 8601")


@check("observed", SEARCH)
def a_search_shows_profiles_by_field(site: Site, profile: Profile) -> None:
    """search/memory shows each field of a profile by itself: path, category, field and value."""
    found = _search(site, profile.user)
    found["memory"].equals("Basics.City: Lyon")
    found["profile_path"].equals("Basics.City")
    found["profile_category"].equals("Basics")
    found["profile_field"].equals("City")
    found["memory_type"].equals("ProfileMemory")
    found["template_id"].equals(profile.template)


@check("observed", SEARCH)
def a_found_field_has_numbers(site: Site, profile: Profile) -> None:
    """A field that is found has confidence, relativity and algorithm_updatable."""
    found = _search(site, profile.user)
    found["confidence"].number()
    found["relativity"].number()
    found["algorithm_updatable"].equals(False)


@check("documented", "list/profile_template", BIND)
def a_template_counts_its_profiles(site: Site, profile: Profile) -> None:
    """instance_count of a template is the number of its profiles."""
    shown = ok(site.post(TEMPLATE, profile_template_id=profile.template))["profile_template"]
    shown["instance_count"].equals(1)


@check("documented", EDIT, LIST, TEMPLATE)
def a_profile_can_be_written(site: Site) -> None:
    """edit/profile writes and removes fields of one profile; the template stays."""
    profile = bind(site, "ed")
    city = {"Basics": {"City": {"value": "Ghent", "algorithm_updatable": True}}}
    fields = {"metadata": city, "remove_fields": ["Basics.Job"]}
    edited = ok(site.post(EDIT, **profile.holder, **fields))
    shown = profile.shown(site)["properties"]
    template = ok(site.post(TEMPLATE, profile_template_id=profile.template))["profile_template"]
    _drop(site, profile)
    edited["success"].equals(True)
    shown["Basics"]["City"]["value"].equals("Ghent")
    shown["Basics"].lacks("Job")
    template["metadata"]["Basics"]["City"]["value"].equals("Lyon")


@check("assumed", BIND, LIST)
def binding_again_keeps_the_profile(site: Site) -> None:
    """A profile that is bound again keeps what was written to it."""
    profile = bind(site, "ron")
    city = {"Basics": {"City": {"value": "Ghent"}}}
    ok(site.post(EDIT, **profile.holder, metadata=city))
    ok(site.post(BIND, bind_list=[profile.holder]))
    shown = profile.shown(site)["properties"]
    _drop(site, profile)
    shown["Basics"]["City"]["value"].equals("Ghent")


@check("documented", "update/profile_template", LIST)
def profiles_follow_their_template(site: Site) -> None:
    """update/profile_template changes every profile: new fields come, removed fields go."""
    profile = bind(site, "fol")
    changed = {"name": site.name("follow"), "metadata": OTHER}
    answer = ok(
        site.post("update/profile_template", profile_template_id=profile.template, **changed)
    )
    shown = profile.shown(site)["properties"]
    _drop(site, profile)
    answer["affected_instances"].equals(1)
    shown["Basics"]["Language"]["value"].equals("Dutch")
    shown["Basics"].lacks("City")


@check("documented", "delete/profile_template", LIST)
def profiles_go_with_their_template(site: Site) -> None:
    """delete/profile_template deletes the profiles of the template, and counts them."""
    profile = bind(site, "gon")
    answer = ok(site.post("delete/profile_template", profile_template_id=profile.template))
    answer["deleted_instances"].equals(1)
    site.listed(profile.user)["profile_detail_list"].empty()


@check("documented", DELETE, LIST, TEMPLATE)
def a_profile_can_be_deleted(site: Site) -> None:
    """delete/profile takes the profile and leaves the template."""
    profile = bind(site, "del")
    deleted = ok(site.post(DELETE, **profile.holder))
    listed = site.listed(profile.user)["profile_detail_list"]
    template = ok(site.post(TEMPLATE, profile_template_id=profile.template))
    _drop(site, profile)
    deleted["success"].equals(True)
    listed.empty()
    template["profile_template"]["instance_count"].equals(0)


@check("assumed", DELETE, EDIT, errors=(40001,))
def a_deleted_profile_is_unknown(site: Site) -> None:
    """A profile that was deleted can neither be edited nor deleted: 40001."""
    profile = bind(site, "dan")
    ok(site.post(DELETE, **profile.holder))
    edited = site.post(EDIT, **profile.holder, metadata=TREE)
    deleted = site.post(DELETE, **profile.holder)
    _drop(site, profile)
    refused(edited, 40001)
    refused(deleted, 40001)


@check("documented", "add/message", LIST)
def messages_do_not_change_a_field_that_is_kept(site: Site) -> None:
    """A field with algorithm_updatable false is never changed by messages."""
    profile = bind(site, "fix")
    message = said("I moved to Ghent.")
    site.ended(site.task_of(site.post("add/message", user_id=profile.user, messages=message)))
    shown = profile.shown(site)["properties"]
    _drop(site, profile)
    shown["Basics"]["City"]["value"].equals("Lyon")


@check("assumed", BIND, EDIT, DELETE, errors=(40001,))
def a_profile_needs_its_template(site: Site) -> None:
    """A template that never was is refused with 40001: to bind, to edit, to delete a profile."""
    holder = {"user_id": site.name("nil"), "profile_template_id": NO_TEMPLATE}
    refused(site.post(BIND, bind_list=[holder]), 40001)
    refused(site.post(EDIT, **holder, metadata=TREE), 40001)
    refused(site.post(DELETE, **holder), 40001)


@check("documented", BIND, errors=(40002,))
def a_binding_needs_a_list(site: Site) -> None:
    """bind/profile_template without bind_list is refused with 40002."""
    refused(site.post(BIND), 40002)


@check("assumed", BIND, errors=(40003,))
def a_binding_is_not_empty(site: Site) -> None:
    """bind/profile_template with an empty bind_list is refused with 40003."""
    refused(site.post(BIND, bind_list=[]), 40003)


@check("assumed", BIND, errors=(40000,))
def at_most_twenty_are_bound(site: Site, profile: Profile) -> None:
    """bind/profile_template with 21 bindings is refused with 40000."""
    holders = [profile.holder | {"user_id": site.name(f"nil{number}")} for number in range(21)]
    refused(site.post(BIND, bind_list=holders), 40000)


@check("assumed", BIND, EDIT, DELETE, errors=(40000,))
def a_profile_has_one_holder(site: Site, profile: Profile) -> None:
    """A profile of a user and an Agent at once is refused with 40000."""
    both = profile.holder | {"user_id": site.name("nil"), "agent_id": site.name("bot")}
    refused(site.post(BIND, bind_list=[both]), 40000)
    refused(site.post(EDIT, **both, metadata=TREE), 40000)
    refused(site.post(DELETE, **both), 40000)


@check("documented", BIND, EDIT, DELETE, errors=(40010,))
def the_user_of_a_profile_is_limited(site: Site, profile: Profile) -> None:
    """A user_id of 101 characters is refused with 40010: to bind, to edit, to delete a profile."""
    holder = {"user_id": "u" * 101, "profile_template_id": profile.template}
    refused(site.post(BIND, bind_list=[holder]), 40010)
    refused(site.post(EDIT, **holder, metadata=TREE), 40010)
    refused(site.post(DELETE, **holder), 40010)


@check("sdk", EDIT, errors=(40002,))
def an_edit_changes_something(site: Site, profile: Profile) -> None:
    """edit/profile without metadata and remove_fields is refused with 40002."""
    refused(site.post(EDIT, **profile.holder), 40002)


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_template_and_subject(site: Site, profile: Profile) -> None:
    """delete/profile without profile_template_id, or without a subject, is refused with 40002."""
    refused(site.post(DELETE, user_id=site.name("nil")), 40002)
    refused(site.post(DELETE, profile_template_id=profile.template), 40002)


def _search(site: Site, user: str) -> Value:
    asked: dict[str, Any] = {"include_memory_view": ["profile"]}
    found = site.search(user, "Which city? Lyon", **asked)["profile_detail_list"]
    return found.some()[0]


def _drop(site: Site, profile: Profile) -> None:
    """The template of a check goes with all profiles of it."""
    ok(site.post("delete/profile_template", profile_template_id=profile.template))
