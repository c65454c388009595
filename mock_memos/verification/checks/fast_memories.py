"""The fast memory: what search/memory finds while a turn is not yet processed."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import QUESTION, TRIP, Trip
from mock_memos.verification.checks.tasks import running
from mock_memos.verification.expectations import Value, ok
from mock_memos.verification.session import Site

SEARCH = "search/memory"


def raw_of(trip: Trip) -> Value:
    """The raw memory that was found directly after the add."""
    running(trip.at_once)
    return ok(trip.raw)["memory_detail_list"].some()[0]


@check("documented", SEARCH, "add/message")
def a_turn_is_found_at_once(site: Site, trip: Trip) -> None:
    """A turn is found by search/memory before it is processed."""
    raw_of(trip)["memory_value"].mentions("Lisbon")


@check("observed", SEARCH)
def a_raw_memory_says_so(site: Site, trip: Trip) -> None:
    """The memory of a turn that is not processed has the one tag mode:fast."""
    raw_of(trip)["tags"].equals(["mode:fast"])


@check("observed", SEARCH)
def a_raw_memory_is_working_memory(site: Site, trip: Trip) -> None:
    """A raw memory has the type WorkingMemory, the confidence 0.99 and the status activated."""
    raw = raw_of(trip)
    raw["memory_type"].equals("WorkingMemory")
    raw["confidence"].equals(0.99)
    raw["status"].equals("activated")


@check("observed", SEARCH)
def a_raw_memory_holds_the_lines(site: Site, trip: Trip) -> None:
    """A raw memory has a line for each message: role, time in brackets, text, line feed."""
    value = raw_of(trip)["memory_value"]
    value.text(
        r"user: \[[^\]]+\]: .+\nassistant: \[[^\]]+\]: .+\n", "two lines like 'user: [time]: text'"
    )
    value.mentions(TRIP)


@check("observed", SEARCH)
def a_message_without_time_gets_the_present(site: Site, trip: Trip) -> None:
    """A message without chat_time shows when it came, as 09:44 AM on 10 December, 2025 UTC."""
    pattern = r"(?s)user: \[\d\d:\d\d [AP]M on \d\d [A-Z][a-z]+, \d{4} [A-Z]+\]: .*"
    raw_of(trip)["memory_value"].text(pattern, "a line that begins with role and time")


@check("assumed", SEARCH, backs=("switch time_zone",))
def the_present_is_told_in_utc(site: Site, trip: Trip) -> None:
    """The time of a message that has none is told in UTC."""
    raw_of(trip)["memory_value"].text(r"(?s)user: \[[^\]]+ UTC\]: .*", "a time in UTC")


@check("sdk", SEARCH)
def the_key_of_a_raw_memory_is_its_beginning(site: Site, trip: Trip) -> None:
    """The key of a raw memory is the beginning of its text, at most 80 characters."""
    raw = raw_of(trip)
    key = raw["memory_key"]
    key.must(len(key.filled()) <= 80, "at most 80 characters")
    key.must(raw["memory_value"].text().startswith(key.filled()), "the beginning of memory_value")


@check("observed", SEARCH)
def a_raw_memory_is_updated_a_moment_after(site: Site, trip: Trip) -> None:
    """update_time of a raw memory is one millisecond after its create_time."""
    raw = raw_of(trip)
    raw["update_time"].equals(raw["create_time"].integer() + 1)


@check("documented", SEARCH)
def preferences_come_with_processing(site: Site, trip: Trip) -> None:
    """While a turn is not processed it shows no preference."""
    running(trip.at_once)
    ok(trip.raw)["preference_detail_list"].empty()


@check("documented", SEARCH)
def a_raw_memory_is_not_found_afterwards(site: Site, trip: Trip) -> None:
    """When the turn is processed, search/memory finds no raw memory of it."""
    for fact in site.search(trip.user, QUESTION)["memory_detail_list"].some():
        fact["tags"].must("mode:fast" not in fact["tags"].texts(), "no tag mode:fast")
