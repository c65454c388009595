"""What memories look like: the fields of each view."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import LISTS, Told, Trip
from mock_memos.verification.expectations import MILLISECONDS, UUID, Value, ok
from mock_memos.verification.session import Site, one_of

SEARCH, LIST = "search/memory", "get/memory"


def both(trip: Trip, view: str) -> list[Value]:
    """A memory of this view as search/memory shows it, and one as get/memory does."""
    name = LISTS[view]
    return [
        one_of(ok(answer)[name].items(), f"memory of the view {view}")
        for answer in (trip.hits, trip.listed)
    ]


@check("documented", SEARCH, LIST)
def a_fact_has_its_texts(site: Site, trip: Trip) -> None:
    """A fact has id, memory_key, memory_value, memory_type and conversation_id."""
    for fact in both(trip, "detail_factual"):
        for name in ("id", "memory_key", "memory_value", "memory_type", "conversation_id"):
            fact[name].filled()


@check("documented", SEARCH, LIST)
def a_fact_has_tags(site: Site, trip: Trip) -> None:
    """The tags of a fact are a list of texts."""
    for fact in both(trip, "detail_factual"):
        fact["tags"].texts()


@check("observed", SEARCH, LIST)
def ids_of_facts_are_uuids(site: Site, trip: Trip) -> None:
    """The id of a fact is a UUID."""
    for fact in both(trip, "detail_factual"):
        fact["id"].text(UUID, "a UUID")


@check("documented", SEARCH, LIST)
def ids_are_texts(site: Site, trip: Trip) -> None:
    """The id of a memory is a text, in every view."""
    for answer in (trip.hits, trip.listed):
        for name in LISTS.values():
            for one in ok(answer)[name].items():
                one["id"].filled()
    trip.facts()


@check("observed", SEARCH, LIST)
def a_fact_has_a_confidence(site: Site, trip: Trip) -> None:
    """The confidence of a fact is a number from 0 to 1."""
    for fact in both(trip, "detail_factual"):
        fact["confidence"].number()


@check("observed", SEARCH, LIST, backs=("switch memory_time_format",))
def times_of_memories_are_milliseconds(site: Site, trip: Trip) -> None:
    """create_time and update_time of a memory are milliseconds since the epoch."""
    for view in ("detail_factual", "preference", "event"):
        for one in both(trip, view):
            one["create_time"].integer(MILLISECONDS)
            one["update_time"].integer(MILLISECONDS)


@check("documented", SEARCH)
def a_relativity_is_within_0_and_1(site: Site, trip: Trip) -> None:
    """The relativity of what is found is a number from 0 to 1."""
    for name in LISTS.values():
        for one in ok(trip.hits)[name].items():
            one["relativity"].number()
    both(trip, "detail_factual")


@check("documented", SEARCH, LIST)
def only_activated_memories_are_shown(site: Site, trip: Trip) -> None:
    """Memories that are found or listed have the status activated."""
    for fact in both(trip, "detail_factual"):
        fact["status"].equals("activated")


@check("documented", SEARCH, LIST)
def a_preference_has_its_fields(site: Site, trip: Trip) -> None:
    """A preference has preference, reasoning, preference_type, id and conversation_id."""
    for one in both(trip, "preference"):
        for name in ("id", "preference", "reasoning", "conversation_id"):
            one[name].filled()
        one["preference_type"].among("explicit_preference", "implicit_preference")


@check("documented", SEARCH)
def a_stated_liking_becomes_a_preference(site: Site, trip: Trip) -> None:
    """What a user says to like becomes an explicit preference that names it."""
    found = ok(trip.hits)["preference_detail_list"].some()[0]
    found["preference"].mentions("view")
    found["preference_type"].equals("explicit_preference")


@check("documented", SEARCH, LIST)
def an_event_has_its_fields(site: Site, trip: Trip) -> None:
    """An event has event_key, event_value and the type EventMemory."""
    for one in both(trip, "event"):
        one["id"].filled()
        one["event_key"].filled()
        one["event_value"].filled()
        one["event_type"].equals("EventMemory")


@check("documented", SEARCH, LIST)
def an_event_tells_when_where_and_who(site: Site, trip: Trip) -> None:
    """event_time, event_location and event_roles of an event are lists of texts."""
    for one in both(trip, "event"):
        for name in ("event_time", "event_location", "event_roles"):
            one[name].texts()


@check("documented", LIST)
def a_listed_fact_has_its_custom_fields(site: Site, trip: Trip) -> None:
    """info of a listed fact is what was added with its messages."""
    for fact in trip.of_trip():
        fact["info"].equals({"scene": "trip", "nights": 3})


@check(
    "assumed",
    LIST,
    backs=("ListedFact.sources", "ListedPreference.sources", "ListedEvent.sources"),
)
def a_listed_memory_names_its_sources(site: Site, trip: Trip) -> None:
    """sources of a listed fact, preference or event are the messages it was made from."""
    for view in ("detail_factual", "preference", "event"):
        source = both(trip, view)[1]["sources"].some()[0]
        source["role"].among("user", "assistant")
        source["content"].filled()


@check("documented", LIST, "add/message")
def calls_of_tools_become_tool_memories(site: Site, tools: Told) -> None:
    """Messages of the role tool become trajectories: what was asked, called and returned."""
    found = ok(tools.listed)["tool_memory_detail_list"].some()
    kinds = [one["tool_type"].filled() for one in found]
    one = found[kinds.index("ToolTrajectoryMemory") if "ToolTrajectoryMemory" in kinds else 0]
    one["tool_type"].equals("ToolTrajectoryMemory")
    one["tool_value"].filled()


@check("documented", LIST)
def a_trajectory_tells_how_tools_did(site: Site, tools: Told) -> None:
    """tool_used_status of a trajectory names each tool, its errors and its rate of success."""
    for used in _trajectory(tools)["tool_used_status"].some():
        used["used_tool"].filled()
        used["error_type"].text()
        used["success_rate"].number()


@check("documented", LIST, "add/message", backs=("switch tool_schema_format",))
def a_tool_schema_becomes_a_text(site: Site, tools: Told) -> None:
    """A tool's schema in a system message becomes a memory of type ToolSchema, with a text."""
    found = ok(tools.listed)["tool_memory_detail_list"].some()
    schemas = [one for one in found if one["tool_type"].raw != "ToolTrajectoryMemory"]
    one = one_of(schemas, "memory of a tool's schema")
    one["tool_type"].equals("ToolSchema")
    one["tool_value"].filled()


@check("documented", LIST, "add/message")
def five_rounds_of_tools_become_a_skill(site: Site, tools: Told) -> None:
    """Five rounds of tool calls become a skill with name, description and procedure."""
    skill = ok(tools.listed)["skill_detail_list"].some()[0]["skill_value"]
    for name in ("name", "description", "procedure"):
        skill[name].filled()


@check("documented", LIST)
def a_skill_has_lists_and_objects(site: Site, tools: Told) -> None:
    """experience, preference and examples of a skill are lists, script and others are objects."""
    found = one_of(ok(tools.listed)["skill_detail_list"].items(), "skill")["skill_value"]
    for name in ("experience", "preference", "examples"):
        found[name].texts()
    for name in ("script", "others"):
        found[name].fields()


@check("assumed", LIST, backs=("SkillItem.skill_type", "SkillItem.skill_url"))
def a_skill_made_of_talk_is_called_generated(site: Site, tools: Told) -> None:
    """skill_type of a skill that was made of messages is generated, and skill_url is filled."""
    skill = one_of(ok(tools.listed)["skill_detail_list"].items(), "skill")
    skill["skill_type"].equals("generated")
    skill["skill_url"].filled()


def _trajectory(tools: Told) -> Value:
    found = ok(tools.listed)["tool_memory_detail_list"].items()
    return one_of([one for one in found if "tool_used_status" in one.fields()], "trajectory")
