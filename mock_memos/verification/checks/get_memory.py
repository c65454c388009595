"""get/memory and get/memory/{memory_id}."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import LISTS, NO_ID, Trip
from mock_memos.verification.expectations import ISO, Value, descending, ok, refused
from mock_memos.verification.session import Site, one_of

LIST, SHOW = "get/memory", "get/memory/{memory_id}"


@check("documented", LIST)
def a_page_tells_its_place(site: Site, trip: Trip) -> None:
    """A page of memories tells total, size, current and pages."""
    page = ok(trip.listed)
    page["total"].integer(1)
    page["size"].equals(50)
    page["current"].equals(1)
    page["pages"].integer(1)


@check("documented", LIST)
def the_total_is_that_of_the_largest_view(site: Site, trip: Trip) -> None:
    """total is the largest count among the views."""
    page = ok(trip.listed)
    page["total"].equals(max(len(page[name].items()) for name in LISTS.values()))


@check("documented", LIST)
def a_page_holds_ten_by_default(site: Site, trip: Trip) -> None:
    """Without page and size the first page of ten comes."""
    page = site.listed(trip.user)
    page["size"].equals(10)
    page["current"].equals(1)
    page["memory_detail_list"].some()


@check("documented", LIST)
def size_limits_each_view(site: Site, trip: Trip) -> None:
    """size is how many memories of each view stand on a page at most."""
    page = site.listed(trip.user, size=1)
    for name in LISTS.values():
        page[name].must(len(page[name].items()) <= 1, "at most one memory")
    page["memory_detail_list"].some()


@check("documented", LIST)
def the_next_page_goes_on(site: Site, trip: Trip) -> None:
    """Page 2 shows another memory than page 1."""
    first, second = (_first(site.listed(trip.user, size=1, page=number)) for number in (1, 2))
    second.must(second.raw != first.raw, "another id than on page 1")


@check("assumed", LIST, backs=("MemoryPage.pages",))
def pages_are_rounded_up(site: Site, trip: Trip) -> None:
    """pages is total divided by size, rounded up; 0 for a user who never wrote."""
    page = site.listed(trip.user, size=3)
    page["pages"].equals(-(-page["total"].integer() // 3))
    site.listed(site.name("nil"))["pages"].equals(0)


@check("assumed", LIST)
def a_page_beyond_the_end_is_empty(site: Site, trip: Trip) -> None:
    """A page beyond the end has empty lists and the true total."""
    page = site.listed(trip.user, page=99)
    page["memory_detail_list"].empty()
    page["total"].equals(ok(trip.listed)["total"].raw)


@check("assumed", LIST)
def the_newest_stands_first(site: Site, trip: Trip) -> None:
    """Within a page create_time never rises."""
    descending(trip.facts(), "create_time")


@check("documented", LIST)
def only_named_views_are_listed(site: Site, trip: Trip) -> None:
    """include_memory_view lists memories of the named views alone."""
    page = site.listed(trip.user, include_memory_view=["preference"])
    page["preference_detail_list"].some()
    for view, name in LISTS.items():
        if view != "preference" and name in page.fields():
            page[name].empty()


@check("documented", LIST)
def every_view_is_listed_by_default(site: Site, trip: Trip) -> None:
    """Without include_memory_view facts, preferences and events are listed."""
    for view in ("detail_factual", "preference", "event"):
        ok(trip.listed)[LISTS[view]].some()


@check("sdk", LIST)
def the_mcp_name_of_page_works(site: Site, trip: Trip) -> None:
    """current, as the MCP client writes it, stands for page."""
    page = site.listed(trip.user, size=1, current=2)
    page["current"].equals(2)
    page["memory_detail_list"].some()


@check("assumed", LIST)
def a_size_over_50_is_lowered(site: Site, trip: Trip) -> None:
    """size over 50 is read as 50."""
    page = site.listed(trip.user, size=1000)
    page["size"].equals(50)


@check("assumed", LIST)
def a_listed_memory_has_no_relativity(site: Site, trip: Trip) -> None:
    """Without a query the relativity of a fact is 0."""
    trip.facts()[0]["relativity"].equals(0)


@check("assumed", LIST)
def an_unknown_user_has_an_empty_page(site: Site) -> None:
    """get/memory of a user who never wrote is a success without memories."""
    page = site.listed(site.name("nil"))
    page["memory_detail_list"].empty()
    page["total"].equals(0)


@check("documented", LIST, errors=(40002,))
def a_list_needs_a_subject(site: Site) -> None:
    """get/memory with neither user_id nor agent_id is refused with 40002."""
    refused(site.post(LIST), 40002)


@check("assumed", LIST, errors=(40000,))
def pages_count_from_one(site: Site) -> None:
    """get/memory with page 0, or with size 0, is refused with 40000."""
    refused(site.post(LIST, user_id=site.name("nil"), page=0), 40000)
    refused(site.post(LIST, user_id=site.name("nil"), size=0), 40000)


@check("documented", LIST, errors=(40000,))
def a_size_is_a_number(site: Site) -> None:
    """get/memory with a list as size is refused with 40000."""
    refused(site.post(LIST, user_id=site.name("nil"), size=[10]), 40000)


@check("documented", LIST, errors=(40010,))
def the_user_of_a_list_is_limited(site: Site) -> None:
    """get/memory with a user_id of 101 characters is refused with 40010."""
    refused(site.post(LIST, user_id="u" * 101), 40010)


@check("documented", SHOW)
def a_memory_is_shown_by_its_id(site: Site, trip: Trip) -> None:
    """GET get/memory/{memory_id} shows the memory with its view, text and status."""
    fact = trip.of_trip()[0]
    shown = _show(site, fact)
    shown["id"].equals(fact["id"].raw)
    shown["memory_view"].equals("detail_factual")
    shown["content"].equals(fact["memory_value"].raw)
    shown["title"].equals(fact["memory_key"].raw)
    shown["status"].equals("activated")


@check("documented", SHOW)
def a_shown_memory_has_tags_and_custom_fields(site: Site, trip: Trip) -> None:
    """A memory that is shown by its id has tags, info and algorithm_updatable."""
    fact = trip.of_trip()[0]
    shown = _show(site, fact)
    shown["tags"].equals(fact["tags"].raw)
    shown["info"].equals(fact["info"].raw)
    shown["algorithm_updatable"].boolean()


@check("documented", SHOW)
def a_shown_memory_names_its_owner(site: Site, trip: Trip) -> None:
    """A memory that is shown by its id names its user and conversation."""
    shown = _show(site, trip.of_trip()[0])
    shown["user_id"].equals(trip.user)
    shown["conversation_id"].equals(trip.conversation)


@check("documented", SHOW)
def a_preference_can_be_shown_too(site: Site, trip: Trip) -> None:
    """Memories of every view can be shown by their id."""
    preferences = ok(trip.listed)["preference_detail_list"].items()
    shown = _show(site, one_of(preferences, "preference"))
    shown["memory_view"].equals("preference")


@check("documented", SHOW)
def a_shown_memory_names_its_messages(site: Site, trip: Trip) -> None:
    """message_ids of a memory that is shown by its id is a list of texts."""
    _show(site, trip.of_trip()[0])["message_ids"].texts()


@check("assumed", SHOW, backs=("MemoryDetail.created_at", "MemoryDetail.updated_at"))
def times_of_a_shown_memory_are_iso(site: Site, trip: Trip) -> None:
    """created_at and updated_at of a memory that is shown by its id are in ISO 8601."""
    shown = _show(site, trip.of_trip()[0])
    shown["created_at"].text(ISO, "a time in ISO 8601")
    shown["updated_at"].text(ISO, "a time in ISO 8601")


@check("sdk", SHOW, backs=("switch memory_detail_fields",))
def a_shown_memory_has_its_raw_node(site: Site, trip: Trip) -> None:
    """A memory that is shown by its id has memory and metadata, which the CLI client reads."""
    shown = _show(site, trip.of_trip()[0])
    shown["memory"].filled()
    metadata = shown["metadata"]
    for name in ("memory_type", "status", "key"):
        metadata[name].filled()


@check("assumed", SHOW, errors=(40001,))
def an_unknown_memory_is_not_shown(site: Site) -> None:
    """GET get/memory/{memory_id} of an id that never was is refused with 40001."""
    refused(site.get(f"get/memory/{NO_ID}"), 40001)


def _first(page: Value) -> Value:
    return page["memory_detail_list"].some()[0]["id"]


def _show(site: Site, memory: Value) -> Value:
    return ok(site.get(f"get/memory/{memory['id'].filled()}"))
