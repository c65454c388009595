"""The fast memory: what search/memory finds while a turn is not yet processed."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import QUESTION, TRIP, Traveller
from mock_memos.verification.checks.tasks import running
from mock_memos.verification.expectations import Value, ok
from mock_memos.verification.session import Session

SEARCH = "search/memory"


def fast_memory_of(traveller: Traveller) -> Value:
    """The fast memory that was found directly after the add."""
    running(traveller.first_status)
    return ok(traveller.first_search)["memory_detail_list"].non_empty_list()[0]


@check("documented", SEARCH, "add/message")
def a_turn_is_found_at_once(session: Session, traveller: Traveller) -> None:
    """A turn is found by search/memory before it is processed."""
    fast_memory_of(traveller)["memory_value"].mentions("Lisbon")


@check("observed", SEARCH)
def a_fast_memory_has_the_tag(session: Session, traveller: Traveller) -> None:
    """The memory of a turn that is not processed has the one tag mode:fast."""
    fast_memory_of(traveller)["tags"].equals(["mode:fast"])


@check("observed", SEARCH)
def a_fast_memory_is_working_memory(session: Session, traveller: Traveller) -> None:
    """A fast memory has the type WorkingMemory, the confidence 0.99 and the status activated."""
    raw = fast_memory_of(traveller)
    raw["memory_type"].equals("WorkingMemory")
    raw["confidence"].equals(0.99)
    raw["status"].equals("activated")


@check("observed", SEARCH)
def a_fast_memory_has_a_line_per_message(session: Session, traveller: Traveller) -> None:
    """A fast memory has a line for each message: role, time in brackets, text, line feed."""
    value = fast_memory_of(traveller)["memory_value"]
    value.text(
        r"user: \[[^\]]+\]: .+\nassistant: \[[^\]]+\]: .+\n", "two lines like 'user: [time]: text'"
    )
    value.mentions(TRIP)


@check("observed", SEARCH)
def a_message_without_time_gets_the_current_time(session: Session, traveller: Traveller) -> None:
    """A message without chat_time gets the current time: 09:44 AM on 10 December, 2025 UTC."""
    pattern = r"(?s)user: \[\d\d:\d\d [AP]M on \d\d [A-Z][a-z]+, \d{4} [A-Z]+\]: .*"
    fast_memory_of(traveller)["memory_value"].text(pattern, "a line that begins with role and time")


@check("assumed", SEARCH, backs=("setting time_zone",))
def a_default_time_is_in_utc(session: Session, traveller: Traveller) -> None:
    """The time of a message without a time is in UTC."""
    fast_memory_of(traveller)["memory_value"].text(r"(?s)user: \[[^\]]+ UTC\]: .*", "a time in UTC")


@check("sdk", SEARCH)
def the_key_of_a_fast_memory_is_its_beginning(session: Session, traveller: Traveller) -> None:
    """The key of a fast memory is the beginning of its text, at most 80 characters."""
    raw = fast_memory_of(traveller)
    key = raw["memory_key"]
    key.expect(len(key.non_empty_text()) <= 80, "at most 80 characters")
    key.expect(
        raw["memory_value"].text().startswith(key.non_empty_text()), "the beginning of memory_value"
    )


@check("observed", SEARCH)
def a_fast_memory_is_updated_1_ms_later(session: Session, traveller: Traveller) -> None:
    """update_time of a fast memory is one millisecond after its create_time."""
    raw = fast_memory_of(traveller)
    raw["update_time"].equals(raw["create_time"].integer() + 1)


@check("documented", SEARCH)
def preferences_come_with_processing(session: Session, traveller: Traveller) -> None:
    """While a turn is not processed it shows no preference."""
    running(traveller.first_status)
    ok(traveller.first_search)["preference_detail_list"].empty_list()


@check("documented", SEARCH)
def a_fast_memory_is_not_found_afterwards(session: Session, traveller: Traveller) -> None:
    """When the turn is processed, search/memory finds no fast memory of it."""
    for fact in session.search(traveller.user, QUESTION)["memory_detail_list"].non_empty_list():
        fact["tags"].expect("mode:fast" not in fact["tags"].texts(), "no tag mode:fast")
