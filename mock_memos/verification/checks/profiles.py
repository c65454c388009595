"""Profiles: a template's fields, filled for one user."""

from typing import Any, NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import FixtureSteps, user_messages
from mock_memos.verification.checks.templates import NO_TEMPLATE, OTHER, TREE, make
from mock_memos.verification.expectations import ISO, Value, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

BIND, EDIT, DELETE = "bind/profile_template", "edit/profile", "delete/profile"
LIST, SEARCH, TEMPLATE = "get/memory", "search/memory", "get/profile_template"


class BoundProfile(NamedTuple):
    """A user with a profile of a template."""

    user: str
    template: str
    bound: ServiceResponse

    @property
    def holder(self) -> dict[str, str]:
        return {"user_id": self.user, "profile_template_id": self.template}

    def current(self, session: Session) -> Value:
        """Returns the current profile."""
        page = session.list_memories(self.user, include_memory_view=["profile"])
        return page["profile_detail_list"].non_empty_list()[0]


def bind(session: Session, name: str) -> BoundProfile:
    """A new template, and a profile of it."""
    template = ok(make(session, f"{name}-template"))["profile_template_id"].non_empty_text()
    user = session.id_for(name)
    binding = {"user_id": user, "profile_template_id": template}
    return BoundProfile(user, template, session.post(BIND, bind_list=[binding]))


@fixture
def profile(session: Session) -> FixtureSteps:
    """A profile that no check changes."""
    bound = bind(session, "pat")
    yield
    return bound


@check("documented", BIND, LIST)
def a_profile_begins_with_its_template(session: Session, profile: BoundProfile) -> None:
    """A binding makes a profile with the template's values, which get/memory lists."""
    ok(profile.bound)["success"].equals(True)
    current = profile.current(session)
    current["id"].non_empty_text()
    current["profile_template_id"].equals(profile.template)
    current["properties"]["Basics"]["City"]["value"].equals("Lyon")
    current["status"].equals("activated")


@check("documented", LIST)
def times_of_a_profile_are_iso(session: Session, profile: BoundProfile) -> None:
    """created_at and updated_at of a profile are in ISO 8601."""
    current = profile.current(session)
    current["created_at"].text(ISO, "a time in ISO 8601")
    current["updated_at"].text(ISO, "a time in ISO 8601")


@check("observed", SEARCH)
def a_search_shows_profiles_by_field(session: Session, profile: BoundProfile) -> None:
    """search/memory shows each field of a profile separately: path, category, field and value."""
    result = _search(session, profile.user)
    result["memory"].equals("Basics.City: Lyon")
    result["profile_path"].equals("Basics.City")
    result["profile_category"].equals("Basics")
    result["profile_field"].equals("City")
    result["memory_type"].equals("ProfileMemory")
    result["template_id"].equals(profile.template)


@check("observed", SEARCH)
def a_found_field_has_numbers(session: Session, profile: BoundProfile) -> None:
    """A field that is found has confidence, relativity and algorithm_updatable."""
    result = _search(session, profile.user)
    result["confidence"].number()
    result["relativity"].number()
    result["algorithm_updatable"].equals(False)


@check("documented", "list/profile_template", BIND)
def a_template_counts_its_profiles(session: Session, profile: BoundProfile) -> None:
    """instance_count of a template is the number of its profiles."""
    current = ok(session.post(TEMPLATE, profile_template_id=profile.template))["profile_template"]
    current["instance_count"].equals(1)


@check("documented", EDIT, LIST, TEMPLATE)
def a_profile_can_be_written(session: Session) -> None:
    """edit/profile writes and removes fields of one profile; the template stays."""
    profile = bind(session, "ed")
    city = {"Basics": {"City": {"value": "Ghent", "algorithm_updatable": True}}}
    fields = {"metadata": city, "remove_fields": ["Basics.Job"]}
    edited = ok(session.post(EDIT, **profile.holder, **fields))
    current = profile.current(session)["properties"]
    template = ok(session.post(TEMPLATE, profile_template_id=profile.template))["profile_template"]
    _drop(session, profile)
    edited["success"].equals(True)
    current["Basics"]["City"]["value"].equals("Ghent")
    current["Basics"].lacks_field("Job")
    template["metadata"]["Basics"]["City"]["value"].equals("Lyon")


@check("assumed", BIND, LIST)
def binding_again_keeps_the_profile(session: Session) -> None:
    """A profile that is bound again keeps what was written to it."""
    profile = bind(session, "ron")
    city = {"Basics": {"City": {"value": "Ghent"}}}
    ok(session.post(EDIT, **profile.holder, metadata=city))
    ok(session.post(BIND, bind_list=[profile.holder]))
    current = profile.current(session)["properties"]
    _drop(session, profile)
    current["Basics"]["City"]["value"].equals("Ghent")


@check("documented", "update/profile_template", LIST)
def profiles_follow_their_template(session: Session) -> None:
    """update/profile_template changes every profile: new fields come, removed fields go."""
    profile = bind(session, "fol")
    changed = {"name": session.id_for("follow"), "metadata": OTHER}
    answer = ok(
        session.post("update/profile_template", profile_template_id=profile.template, **changed)
    )
    current = profile.current(session)["properties"]
    _drop(session, profile)
    answer["affected_instances"].equals(1)
    current["Basics"]["Language"]["value"].equals("Dutch")
    current["Basics"].lacks_field("City")


@check("documented", "delete/profile_template", LIST)
def profiles_go_with_their_template(session: Session) -> None:
    """delete/profile_template deletes the profiles of the template, and counts them."""
    profile = bind(session, "gon")
    answer = ok(session.post("delete/profile_template", profile_template_id=profile.template))
    answer["deleted_instances"].equals(1)
    session.list_memories(profile.user)["profile_detail_list"].empty_list()


@check("documented", DELETE, LIST, TEMPLATE)
def a_profile_can_be_deleted(session: Session) -> None:
    """delete/profile takes the profile and leaves the template."""
    profile = bind(session, "del")
    deleted = ok(session.post(DELETE, **profile.holder))
    listed = session.list_memories(profile.user)["profile_detail_list"]
    template = ok(session.post(TEMPLATE, profile_template_id=profile.template))
    _drop(session, profile)
    deleted["success"].equals(True)
    listed.empty_list()
    template["profile_template"]["instance_count"].equals(0)


@check("assumed", DELETE, EDIT, errors=(40001,))
def a_deleted_profile_is_unknown(session: Session) -> None:
    """A profile that was deleted can neither be edited nor deleted: 40001."""
    profile = bind(session, "dan")
    ok(session.post(DELETE, **profile.holder))
    edited = session.post(EDIT, **profile.holder, metadata=TREE)
    deleted = session.post(DELETE, **profile.holder)
    _drop(session, profile)
    refused(edited, 40001)
    refused(deleted, 40001)


@check("documented", "add/message", LIST)
def messages_do_not_change_a_field_that_is_kept(session: Session) -> None:
    """A field with algorithm_updatable false is never changed by messages."""
    profile = bind(session, "fix")
    message = user_messages("I moved to Ghent.")
    session.wait_for_task(
        session.task_id_of(session.post("add/message", user_id=profile.user, messages=message))
    )
    current = profile.current(session)["properties"]
    _drop(session, profile)
    current["Basics"]["City"]["value"].equals("Lyon")


@check("assumed", BIND, EDIT, DELETE, errors=(40001,))
def a_profile_needs_its_template(session: Session) -> None:
    """bind, edit and delete of a profile of an unknown template return 40001."""
    holder = {"user_id": session.unused_id, "profile_template_id": NO_TEMPLATE}
    refused(session.post(BIND, bind_list=[holder]), 40001)
    refused(session.post(EDIT, **holder, metadata=TREE), 40001)
    refused(session.post(DELETE, **holder), 40001)


@check("documented", BIND, errors=(40002,))
def a_binding_needs_a_list(session: Session) -> None:
    """bind/profile_template without bind_list returns 40002."""
    refused(session.post(BIND), 40002)


@check("assumed", BIND, errors=(40003,))
def a_binding_is_not_empty(session: Session) -> None:
    """bind/profile_template with an empty bind_list returns 40003."""
    refused(session.post(BIND, bind_list=[]), 40003)


@check("assumed", BIND, errors=(40000,))
def a_binding_has_at_most_twenty_entries(session: Session, profile: BoundProfile) -> None:
    """bind/profile_template with 21 bindings returns 40000."""
    holders = [profile.holder | {"user_id": session.id_for(f"nil{number}")} for number in range(21)]
    refused(session.post(BIND, bind_list=holders), 40000)


@check("assumed", BIND, EDIT, DELETE, errors=(40000,))
def a_profile_has_one_holder(session: Session, profile: BoundProfile) -> None:
    """bind, edit and delete of a profile with a user and an Agent return 40000."""
    both = profile.holder | {"user_id": session.unused_id, "agent_id": session.id_for("bot")}
    refused(session.post(BIND, bind_list=[both]), 40000)
    refused(session.post(EDIT, **both, metadata=TREE), 40000)
    refused(session.post(DELETE, **both), 40000)


@check("documented", BIND, EDIT, DELETE, errors=(40010,))
def the_user_of_a_profile_is_limited(session: Session, profile: BoundProfile) -> None:
    """bind, edit and delete of a profile with a user_id of 101 characters return 40010."""
    holder = {"user_id": "u" * 101, "profile_template_id": profile.template}
    refused(session.post(BIND, bind_list=[holder]), 40010)
    refused(session.post(EDIT, **holder, metadata=TREE), 40010)
    refused(session.post(DELETE, **holder), 40010)


@check("sdk", EDIT, errors=(40002,))
def an_edit_changes_something(session: Session, profile: BoundProfile) -> None:
    """edit/profile without metadata and remove_fields returns 40002."""
    refused(session.post(EDIT, **profile.holder), 40002)


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_template_and_subject(session: Session, profile: BoundProfile) -> None:
    """delete/profile without profile_template_id, or without a subject, returns 40002."""
    refused(session.post(DELETE, user_id=session.unused_id), 40002)
    refused(session.post(DELETE, profile_template_id=profile.template), 40002)


def _search(session: Session, user: str) -> Value:
    request: dict[str, Any] = {"include_memory_view": ["profile"]}
    result = session.search(user, "Which city? Lyon", **request)["profile_detail_list"]
    return result.non_empty_list()[0]


def _drop(session: Session, profile: BoundProfile) -> None:
    """The template of a check goes with all profiles of it."""
    ok(session.post("delete/profile_template", profile_template_id=profile.template))
