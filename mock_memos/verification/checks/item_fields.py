"""What memories look like: the fields of each view."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import LISTS, CompletedAdd, Traveller
from mock_memos.verification.expectations import MIN_TIME_MS, UUID, Value, ok
from mock_memos.verification.session import Session, first_of

SEARCH, LIST = "search/memory", "get/memory"


def both(traveller: Traveller, view: str) -> list[Value]:
    """A memory of this view as search/memory shows it, and one as get/memory does."""
    name = LISTS[view]
    return [
        first_of(ok(answer)[name].items(), f"memory of the view {view}")
        for answer in (traveller.search_result, traveller.memory_list)
    ]


@check("documented", SEARCH, LIST)
def a_fact_has_its_texts(session: Session, traveller: Traveller) -> None:
    """A fact has id, memory_key, memory_value, memory_type and conversation_id."""
    for fact in both(traveller, "detail_factual"):
        for name in ("id", "memory_key", "memory_value", "memory_type", "conversation_id"):
            fact[name].non_empty_text()


@check("documented", SEARCH, LIST)
def a_fact_has_tags(session: Session, traveller: Traveller) -> None:
    """The tags of a fact are a list of texts."""
    for fact in both(traveller, "detail_factual"):
        fact["tags"].texts()


@check("observed", SEARCH, LIST)
def ids_of_facts_are_uuids(session: Session, traveller: Traveller) -> None:
    """The id of a fact is a UUID."""
    for fact in both(traveller, "detail_factual"):
        fact["id"].text(UUID, "a UUID")


@check("documented", SEARCH, LIST)
def ids_are_texts(session: Session, traveller: Traveller) -> None:
    """The id of a memory is a text, in every view."""
    for answer in (traveller.search_result, traveller.memory_list):
        for name in LISTS.values():
            for item in ok(answer)[name].items():
                item["id"].non_empty_text()
    traveller.facts()


@check("observed", SEARCH, LIST)
def a_fact_has_a_confidence(session: Session, traveller: Traveller) -> None:
    """The confidence of a fact is a number from 0 to 1."""
    for fact in both(traveller, "detail_factual"):
        fact["confidence"].number()


@check("observed", SEARCH, LIST, backs=("setting memory_time_format",))
def times_of_memories_are_milliseconds(session: Session, traveller: Traveller) -> None:
    """create_time and update_time of a memory are milliseconds since the epoch."""
    for view in ("detail_factual", "preference", "event"):
        for item in both(traveller, view):
            item["create_time"].integer(MIN_TIME_MS)
            item["update_time"].integer(MIN_TIME_MS)


@check("documented", SEARCH)
def a_relativity_is_within_0_and_1(session: Session, traveller: Traveller) -> None:
    """The relativity of what is found is a number from 0 to 1."""
    for name in LISTS.values():
        for item in ok(traveller.search_result)[name].items():
            item["relativity"].number()
    both(traveller, "detail_factual")


@check("documented", SEARCH, LIST)
def only_activated_memories_are_shown(session: Session, traveller: Traveller) -> None:
    """Memories that are found or listed have the status activated."""
    for fact in both(traveller, "detail_factual"):
        fact["status"].equals("activated")


@check("documented", SEARCH, LIST)
def a_preference_has_its_fields(session: Session, traveller: Traveller) -> None:
    """A preference has preference, reasoning, preference_type, id and conversation_id."""
    for item in both(traveller, "preference"):
        for name in ("id", "preference", "reasoning", "conversation_id"):
            item[name].non_empty_text()
        item["preference_type"].one_of("explicit_preference", "implicit_preference")


@check("documented", SEARCH)
def a_stated_liking_becomes_a_preference(session: Session, traveller: Traveller) -> None:
    """What a user says to like becomes an explicit preference that mentions it."""
    result = ok(traveller.search_result)["preference_detail_list"].non_empty_list()[0]
    result["preference"].mentions("view")
    result["preference_type"].equals("explicit_preference")


@check("documented", SEARCH, LIST)
def an_event_has_its_fields(session: Session, traveller: Traveller) -> None:
    """An event has event_key, event_value and the type EventMemory."""
    for item in both(traveller, "event"):
        item["id"].non_empty_text()
        item["event_key"].non_empty_text()
        item["event_value"].non_empty_text()
        item["event_type"].equals("EventMemory")


@check("documented", SEARCH, LIST)
def an_event_has_time_location_and_roles(session: Session, traveller: Traveller) -> None:
    """event_time, event_location and event_roles of an event are lists of texts."""
    for item in both(traveller, "event"):
        for name in ("event_time", "event_location", "event_roles"):
            item[name].texts()


@check("documented", LIST)
def a_listed_fact_has_its_custom_fields(session: Session, traveller: Traveller) -> None:
    """info of a listed fact is what was added with its messages."""
    for fact in traveller.travel_facts():
        fact["info"].equals({"scene": "trip", "nights": 3})


@check(
    "assumed", LIST, backs=("ListedFact.sources", "ListedPreference.sources", "ListedEvent.sources")
)
def a_listed_memory_names_its_sources(session: Session, traveller: Traveller) -> None:
    """sources of a listed fact, preference or event are the messages it was created from."""
    for view in ("detail_factual", "preference", "event"):
        source = both(traveller, view)[1]["sources"].non_empty_list()[0]
        source["role"].one_of("user", "assistant")
        source["content"].non_empty_text()


@check("documented", LIST, "add/message")
def calls_of_tools_become_tool_memories(session: Session, tools: CompletedAdd) -> None:
    """Messages of the role tool become trajectories: what was asked, called and returned."""
    result = ok(tools.memory_list)["tool_memory_detail_list"].non_empty_list()
    kinds = [item["tool_type"].non_empty_text() for item in result]
    item = result[kinds.index("ToolTrajectoryMemory") if "ToolTrajectoryMemory" in kinds else 0]
    item["tool_type"].equals("ToolTrajectoryMemory")
    item["tool_value"].non_empty_text()


@check("documented", LIST)
def a_trajectory_has_tool_statistics(session: Session, tools: CompletedAdd) -> None:
    """tool_used_status of a trajectory names each tool, its errors and its rate of success."""
    for used in _trajectory(tools)["tool_used_status"].non_empty_list():
        used["used_tool"].non_empty_text()
        used["error_type"].text()
        used["success_rate"].number()


@check("documented", LIST, "add/message", backs=("setting tool_schema_format",))
def a_tool_schema_becomes_a_text(session: Session, tools: CompletedAdd) -> None:
    """A tool's schema in a system message becomes a memory of type ToolSchema, with a text."""
    result = ok(tools.memory_list)["tool_memory_detail_list"].non_empty_list()
    schemas = [item for item in result if item["tool_type"].raw != "ToolTrajectoryMemory"]
    item = first_of(schemas, "memory of a tool's schema")
    item["tool_type"].equals("ToolSchema")
    item["tool_value"].non_empty_text()


@check("documented", LIST, "add/message")
def five_rounds_of_tools_become_a_skill(session: Session, tools: CompletedAdd) -> None:
    """Five rounds of tool calls become a skill with name, description and procedure."""
    skill = ok(tools.memory_list)["skill_detail_list"].non_empty_list()[0]["skill_value"]
    for name in ("name", "description", "procedure"):
        skill[name].non_empty_text()


@check("documented", LIST)
def a_skill_has_lists_and_objects(session: Session, tools: CompletedAdd) -> None:
    """experience, preference and examples of a skill are lists, script and others are objects."""
    result = first_of(ok(tools.memory_list)["skill_detail_list"].items(), "skill")["skill_value"]
    for name in ("experience", "preference", "examples"):
        result[name].texts()
    for name in ("script", "others"):
        result[name].fields()


@check("assumed", LIST, backs=("SkillItem.skill_type", "SkillItem.skill_url"))
def a_skill_made_of_talk_is_called_generated(session: Session, tools: CompletedAdd) -> None:
    """skill_type of a skill that was made of messages is generated, and skill_url is filled."""
    skill = first_of(ok(tools.memory_list)["skill_detail_list"].items(), "skill")
    skill["skill_type"].equals("generated")
    skill["skill_url"].non_empty_text()


def _trajectory(tools: CompletedAdd) -> Value:
    result = ok(tools.memory_list)["tool_memory_detail_list"].items()
    return first_of([item for item in result if "tool_used_status" in item.fields()], "trajectory")
