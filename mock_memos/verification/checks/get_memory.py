"""get/memory and get/memory/{memory_id}."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import LISTS, NO_ID, Traveller
from mock_memos.verification.expectations import ISO, Value, descending, ok, refused
from mock_memos.verification.session import Session, first_of

LIST, SHOW = "get/memory", "get/memory/{memory_id}"


@check("documented", LIST)
def a_page_has_total_size_current_and_pages(session: Session, traveller: Traveller) -> None:
    """A page of memories has total, size, current and pages."""
    page = ok(traveller.memory_list)
    page["total"].integer(1)
    page["size"].equals(50)
    page["current"].equals(1)
    page["pages"].integer(1)


@check("documented", LIST)
def the_total_is_that_of_the_largest_view(session: Session, traveller: Traveller) -> None:
    """total is the largest count among the views."""
    page = ok(traveller.memory_list)
    page["total"].equals(max(len(page[name].items()) for name in LISTS.values()))


@check("documented", LIST)
def a_page_holds_ten_by_default(session: Session, traveller: Traveller) -> None:
    """Without page and size the first page of ten comes."""
    page = session.list_memories(traveller.user)
    page["size"].equals(10)
    page["current"].equals(1)
    page["memory_detail_list"].non_empty_list()


@check("documented", LIST)
def size_limits_each_view(session: Session, traveller: Traveller) -> None:
    """size is the maximum number of memories of each view per page."""
    page = session.list_memories(traveller.user, size=1)
    for name in LISTS.values():
        page[name].expect(len(page[name].items()) <= 1, "at most one memory")
    page["memory_detail_list"].non_empty_list()


@check("documented", LIST)
def the_next_page_goes_on(session: Session, traveller: Traveller) -> None:
    """Page 2 shows another memory than page 1."""
    first, second = (
        _first(session.list_memories(traveller.user, size=1, page=number)) for number in (1, 2)
    )
    second.expect(second.raw != first.raw, "another id than on page 1")


@check("assumed", LIST, backs=("MemoryPage.pages",))
def pages_are_rounded_up(session: Session, traveller: Traveller) -> None:
    """pages is total divided by size, rounded up; 0 for a user without messages."""
    page = session.list_memories(traveller.user, size=3)
    page["pages"].equals(-(-page["total"].integer() // 3))
    session.list_memories(session.unused_id)["pages"].equals(0)


@check("assumed", LIST)
def a_page_beyond_the_end_is_empty(session: Session, traveller: Traveller) -> None:
    """A page after the last one has empty lists and the true total."""
    page = session.list_memories(traveller.user, page=99)
    page["memory_detail_list"].empty_list()
    page["total"].equals(ok(traveller.memory_list)["total"].raw)


@check("assumed", LIST)
def the_newest_is_first(session: Session, traveller: Traveller) -> None:
    """Within a page create_time never increases."""
    descending(traveller.facts(), "create_time")


@check("documented", LIST)
def only_named_views_are_listed(session: Session, traveller: Traveller) -> None:
    """include_memory_view lists memories of the named views alone."""
    page = session.list_memories(traveller.user, include_memory_view=["preference"])
    page["preference_detail_list"].non_empty_list()
    for view, name in LISTS.items():
        if view != "preference" and name in page.fields():
            page[name].empty_list()


@check("documented", LIST)
def every_view_is_listed_by_default(session: Session, traveller: Traveller) -> None:
    """Without include_memory_view facts, preferences and events are listed."""
    for view in ("detail_factual", "preference", "event"):
        ok(traveller.memory_list)[LISTS[view]].non_empty_list()


@check("sdk", LIST)
def the_mcp_name_of_page_works(session: Session, traveller: Traveller) -> None:
    """current, as the MCP client writes it, means page."""
    page = session.list_memories(traveller.user, size=1, current=2)
    page["current"].equals(2)
    page["memory_detail_list"].non_empty_list()


@check("assumed", LIST)
def a_size_over_50_is_lowered(session: Session, traveller: Traveller) -> None:
    """size over 50 is read as 50."""
    page = session.list_memories(traveller.user, size=1000)
    page["size"].equals(50)


@check("assumed", LIST)
def a_listed_memory_has_no_relativity(session: Session, traveller: Traveller) -> None:
    """Without a query the relativity of a fact is 0."""
    traveller.facts()[0]["relativity"].equals(0)


@check("assumed", LIST)
def an_unknown_user_has_an_empty_page(session: Session) -> None:
    """get/memory of a user without messages is a success without memories."""
    page = session.list_memories(session.unused_id)
    page["memory_detail_list"].empty_list()
    page["total"].equals(0)


@check("documented", LIST, errors=(40002,))
def a_list_needs_a_subject(session: Session) -> None:
    """get/memory with neither user_id nor agent_id returns 40002."""
    refused(session.post(LIST), 40002)


@check("assumed", LIST, errors=(40000,))
def pages_count_from_one(session: Session) -> None:
    """get/memory with page 0, or with size 0, returns 40000."""
    refused(session.post(LIST, user_id=session.unused_id, page=0), 40000)
    refused(session.post(LIST, user_id=session.unused_id, size=0), 40000)


@check("documented", LIST, errors=(40000,))
def a_size_is_a_number(session: Session) -> None:
    """get/memory with a list as size returns 40000."""
    refused(session.post(LIST, user_id=session.unused_id, size=[10]), 40000)


@check("documented", LIST, errors=(40010,))
def the_user_of_a_list_is_limited(session: Session) -> None:
    """get/memory with a user_id of 101 characters returns 40010."""
    refused(session.post(LIST, user_id="u" * 101), 40010)


@check("documented", SHOW)
def a_memory_is_shown_by_its_id(session: Session, traveller: Traveller) -> None:
    """GET get/memory/{memory_id} shows the memory with its view, text and status."""
    fact = traveller.travel_facts()[0]
    memory = _show(session, fact)
    memory["id"].equals(fact["id"].raw)
    memory["memory_view"].equals("detail_factual")
    memory["content"].equals(fact["memory_value"].raw)
    memory["title"].equals(fact["memory_key"].raw)
    memory["status"].equals("activated")


@check("documented", SHOW)
def a_shown_memory_has_tags_and_custom_fields(session: Session, traveller: Traveller) -> None:
    """A memory that is shown by its id has tags, info and algorithm_updatable."""
    fact = traveller.travel_facts()[0]
    memory = _show(session, fact)
    memory["tags"].equals(fact["tags"].raw)
    memory["info"].equals(fact["info"].raw)
    memory["algorithm_updatable"].boolean()


@check("documented", SHOW)
def a_shown_memory_names_its_owner(session: Session, traveller: Traveller) -> None:
    """A memory that is shown by its id names its user and conversation."""
    memory = _show(session, traveller.travel_facts()[0])
    memory["user_id"].equals(traveller.user)
    memory["conversation_id"].equals(traveller.conversation)


@check("documented", SHOW)
def a_preference_can_be_shown_too(session: Session, traveller: Traveller) -> None:
    """Memories of every view can be shown by their id."""
    preferences = ok(traveller.memory_list)["preference_detail_list"].items()
    memory = _show(session, first_of(preferences, "preference"))
    memory["memory_view"].equals("preference")


@check("documented", SHOW)
def a_shown_memory_names_its_messages(session: Session, traveller: Traveller) -> None:
    """message_ids of a memory that is shown by its id is a list of texts."""
    _show(session, traveller.travel_facts()[0])["message_ids"].texts()


@check("assumed", SHOW, backs=("MemoryDetail.created_at", "MemoryDetail.updated_at"))
def times_of_a_shown_memory_are_iso(session: Session, traveller: Traveller) -> None:
    """created_at and updated_at of a memory that is shown by its id are in ISO 8601."""
    memory = _show(session, traveller.travel_facts()[0])
    memory["created_at"].text(ISO, "a time in ISO 8601")
    memory["updated_at"].text(ISO, "a time in ISO 8601")


@check("sdk", SHOW, backs=("setting memory_detail_fields",))
def a_shown_memory_has_its_raw_node(session: Session, traveller: Traveller) -> None:
    """A memory that is shown by its id has memory and metadata, which the CLI client reads."""
    memory = _show(session, traveller.travel_facts()[0])
    memory["memory"].non_empty_text()
    metadata = memory["metadata"]
    for name in ("memory_type", "status", "key"):
        metadata[name].non_empty_text()


@check("assumed", SHOW, errors=(40001,))
def an_unknown_memory_is_not_shown(session: Session) -> None:
    """GET get/memory/{memory_id} of an id that does not exist returns 40001."""
    refused(session.get(f"get/memory/{NO_ID}"), 40001)


def _first(page: Value) -> Value:
    return page["memory_detail_list"].non_empty_list()[0]["id"]


def _show(session: Session, memory: Value) -> Value:
    return ok(session.get(f"get/memory/{memory['id'].non_empty_text()}"))
