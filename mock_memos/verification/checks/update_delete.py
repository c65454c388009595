"""update/memory and delete/memory."""

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.fixtures import NO_ID, Made, Told, Trip, said, tell
from mock_memos.verification.expectations import Unasked, ok, refused
from mock_memos.verification.session import Site

UPDATE, DELETE = "update/memory", "delete/memory"
SHOW = "get/memory/{memory_id}"


@setup
def leaver(site: Site) -> Made:
    """A user who will be deleted as a whole."""
    message = said("I own a yellow raincoat. I like tea with honey.")
    return (yield from tell(site, site.name("lea"), message, conversation_id=site.name("bye")))


class Shelf:
    """Memories of one user that checks may change or delete, each taken once."""

    def __init__(self, user: str, ids: list[str]) -> None:
        self.user = user
        self._ids = ids

    def take(self) -> str:
        """The id of a memory that nobody else uses."""
        if not self._ids:
            raise Unasked("no memory was left to change")
        return self._ids.pop()


@setup
def shelf(site: Site) -> Made:
    sentences = (
        "My bicycle stands in the cellar.",
        "My sister Marta lives in Porto.",
        "I work at a bakery in Ghent.",
        "My telescope stands on the balcony.",
        "I moved to Ghent.",
        "My dentist is called Okafor.",
    )
    user = site.name("uma")
    told = yield from tell(site, user, said(*sentences))
    facts = ok(told.listed)["memory_detail_list"].items()
    return Shelf(user, [one["id"].filled() for one in facts])


@check("documented", UPDATE)
def a_memory_can_be_rewritten(site: Site, shelf: Shelf) -> None:
    """update/memory gives a memory another text, under the same id."""
    memory_id = shelf.take()
    changed = ok(site.post(UPDATE, memory_id=memory_id, content="The user owns a piano."))
    changed["success"].equals(True)
    ok(site.get(f"get/memory/{memory_id}"))["content"].equals("The user owns a piano.")


@check("documented", UPDATE)
def a_memory_can_be_renamed(site: Site, shelf: Shelf) -> None:
    """update/memory gives a memory another title and leaves its text."""
    memory_id = shelf.take()
    before = ok(site.get(f"get/memory/{memory_id}"))
    ok(site.post(UPDATE, memory_id=memory_id, title="Another title"))
    after = ok(site.get(f"get/memory/{memory_id}"))
    after["title"].equals("Another title")
    after["content"].equals(before["content"].raw)


@check("documented", UPDATE, "search/memory", "get/memory")
def an_archived_memory_is_hidden(site: Site, shelf: Shelf) -> None:
    """A memory whose status is archived is neither found nor listed."""
    memory_id = shelf.take()
    ok(site.post(UPDATE, memory_id=memory_id, status="archived"))
    for page in (site.search(shelf.user, "What do you know?"), site.listed(shelf.user, size=50)):
        for one in page["memory_detail_list"].items():
            one["id"].must(one["id"].raw != memory_id, "no archived memory")


@check("assumed", UPDATE, SHOW)
def an_archived_memory_can_come_back(site: Site, shelf: Shelf) -> None:
    """An archived memory is still shown by its id, and listed again once it is activated."""
    memory_id = shelf.take()
    ok(site.post(UPDATE, memory_id=memory_id, status="archived"))
    ok(site.get(f"get/memory/{memory_id}"))["status"].equals("archived")
    ok(site.post(UPDATE, memory_id=memory_id, status="activated"))
    listed = site.listed(shelf.user, size=50)["memory_detail_list"]
    ids = [one["id"].raw for one in listed.items()]
    listed.must(memory_id in ids, "the memory that was activated again")


@check("documented", UPDATE, errors=(40307,))
def an_unknown_memory_is_not_changed(site: Site) -> None:
    """update/memory of an id that never was is refused with 40307."""
    refused(site.post(UPDATE, memory_id=NO_ID, content="nothing"), 40307)


@check("documented", UPDATE, errors=(40002,))
def a_change_needs_an_id(site: Site) -> None:
    """update/memory without memory_id is refused with 40002."""
    refused(site.post(UPDATE, content="nothing"), 40002)


@check("sdk", UPDATE, errors=(40002,))
def a_change_changes_something(site: Site, trip: Trip) -> None:
    """update/memory without content, title and status is refused with 40002."""
    refused(site.post(UPDATE, memory_id=trip.facts()[0]["id"].filled()), 40002)


@check("assumed", UPDATE, errors=(40000,))
def a_status_of_a_memory_is_one_of_four(site: Site, trip: Trip) -> None:
    """update/memory with an unknown status is refused with 40000."""
    memory_id = trip.facts()[0]["id"].filled()
    refused(site.post(UPDATE, memory_id=memory_id, status="forgotten"), 40000)


@check("documented", DELETE, "search/memory", "get/memory")
def a_deleted_memory_is_gone_at_once(site: Site, shelf: Shelf) -> None:
    """A memory that was deleted is neither found nor listed; the others are."""
    memory_id = shelf.take()
    ok(site.post(DELETE, memory_ids=[memory_id]))["success"].equals(True)
    for page in (site.search(shelf.user, "What do you know?"), site.listed(shelf.user, size=50)):
        for one in page["memory_detail_list"].some():
            one["id"].must(one["id"].raw != memory_id, "no deleted memory")


@check("assumed", DELETE, SHOW, errors=(40001, 40307))
def a_deleted_memory_is_unknown(site: Site, shelf: Shelf) -> None:
    """A deleted memory is not shown (40001), and cannot be deleted again (40307)."""
    memory_id = shelf.take()
    ok(site.post(DELETE, memory_ids=[memory_id]))
    refused(site.get(f"get/memory/{memory_id}"), 40001)
    refused(site.post(DELETE, memory_ids=[memory_id]), 40307)


@check("documented", DELETE, "get/memory", "search/memory")
def a_user_is_deleted_as_a_whole(site: Site, leaver: Told) -> None:
    """delete/memory of a user takes every memory of every view."""
    ok(leaver.listed)["memory_detail_list"].some()
    ok(site.post(DELETE, user_id=leaver.user))["success"].equals(True)
    page = site.listed(leaver.user)
    page["memory_detail_list"].empty()
    page["preference_detail_list"].empty()
    site.search(leaver.user, "What do I own?")["memory_detail_list"].empty()


@check("assumed", DELETE, "get/message")
def messages_outlive_memories(site: Site, leaver: Told) -> None:
    """Deleting a user's memories leaves the messages."""
    ok(site.post(DELETE, user_id=leaver.user))
    asked = {"user_id": leaver.user, "conversation_id": site.name("bye")}
    ok(site.post("get/message", **asked))["message_detail_list"].some()


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_a_selector(site: Site) -> None:
    """delete/memory with an empty list of ids, and nothing else, is refused with 40002."""
    refused(site.post(DELETE, memory_ids=[]), 40002)


@check("documented", DELETE, errors=(40000,), backs=("switch multiple_delete_selectors",))
def a_deletion_has_one_selector(site: Site) -> None:
    """delete/memory with ids and a user is refused with 40000."""
    selectors = {"memory_ids": [NO_ID], "user_id": site.name("nil")}
    refused(site.post(DELETE, **selectors), 40000)


@check("documented", DELETE, errors=(40307,))
def an_unknown_memory_is_not_deleted(site: Site) -> None:
    """delete/memory of an id that never was is refused with 40307."""
    refused(site.post(DELETE, memory_ids=[NO_ID]), 40307)


@check("assumed", DELETE, errors=(40307,))
def one_unknown_id_refuses_all(site: Site, trip: Trip) -> None:
    """With one unknown id among several nothing is deleted."""
    memory_id = trip.facts()[0]["id"].filled()
    refused(site.post(DELETE, memory_ids=[memory_id, NO_ID]), 40307)
    ok(site.get(f"get/memory/{memory_id}"))["status"].equals("activated")


@check("documented", DELETE, errors=(40308,))
def a_user_who_never_wrote_is_not_deleted(site: Site) -> None:
    """delete/memory of a user who never wrote is refused with 40308."""
    refused(site.post(DELETE, user_id=site.name("nil")), 40308)


@check("assumed", DELETE, errors=(40010,))
def the_user_of_a_deletion_is_limited(site: Site) -> None:
    """delete/memory with a user_id of 101 characters is refused with 40010."""
    refused(site.post(DELETE, user_id=site.name("nil").ljust(101, "x")), 40010)
