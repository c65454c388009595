"""update/memory and delete/memory."""

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.fixtures import (
    NO_ID,
    CompletedAdd,
    FixtureSteps,
    Traveller,
    add_and_wait,
    user_messages,
)
from mock_memos.verification.expectations import Inconclusive, ok, refused
from mock_memos.verification.session import Session

UPDATE, DELETE = "update/memory", "delete/memory"
SHOW = "get/memory/{memory_id}"


@fixture
def deleted_user(session: Session) -> FixtureSteps:
    """A user whose memories are all deleted."""
    message = user_messages("I own a yellow raincoat. I like tea with honey.")
    return (
        yield from add_and_wait(
            session, session.id_for("lea"), message, conversation_id=session.id_for("bye")
        )
    )


class SpareMemories:
    """Memories of one user that checks may change or delete, each used once."""

    def __init__(self, user: str, ids: list[str]) -> None:
        self.user = user
        self._ids = ids

    def take(self) -> str:
        """Returns the id of a memory that no other check uses."""
        if not self._ids:
            raise Inconclusive("no memory is left to change")
        return self._ids.pop()


@fixture
def spare_memories(session: Session) -> FixtureSteps:
    sentences = (
        "My bicycle is in the cellar.",
        "My sister Marta lives in Porto.",
        "I work at a bakery in Ghent.",
        "My telescope is on the balcony.",
        "I moved to Ghent.",
        "My dentist is called Okafor.",
    )
    user = session.id_for("uma")
    added = yield from add_and_wait(session, user, user_messages(*sentences))
    facts = ok(added.memory_list)["memory_detail_list"].items()
    return SpareMemories(user, [item["id"].non_empty_text() for item in facts])


@check("documented", UPDATE)
def a_memory_can_be_rewritten(session: Session, spare_memories: SpareMemories) -> None:
    """update/memory replaces the text of a memory and keeps its id."""
    memory_id = spare_memories.take()
    changed = ok(session.post(UPDATE, memory_id=memory_id, content="The user owns a piano."))
    changed["success"].equals(True)
    ok(session.get(f"get/memory/{memory_id}"))["content"].equals("The user owns a piano.")


@check("documented", UPDATE)
def a_memory_can_be_renamed(session: Session, spare_memories: SpareMemories) -> None:
    """update/memory replaces the title of a memory and keeps its text."""
    memory_id = spare_memories.take()
    before = ok(session.get(f"get/memory/{memory_id}"))
    ok(session.post(UPDATE, memory_id=memory_id, title="Another title"))
    after = ok(session.get(f"get/memory/{memory_id}"))
    after["title"].equals("Another title")
    after["content"].equals(before["content"].raw)


@check("documented", UPDATE, "search/memory", "get/memory")
def an_archived_memory_is_hidden(session: Session, spare_memories: SpareMemories) -> None:
    """A memory whose status is archived is neither found nor listed."""
    memory_id = spare_memories.take()
    ok(session.post(UPDATE, memory_id=memory_id, status="archived"))
    for page in (
        session.search(spare_memories.user, "What do you know?"),
        session.list_memories(spare_memories.user, size=50),
    ):
        for item in page["memory_detail_list"].items():
            item["id"].expect(item["id"].raw != memory_id, "no archived memory")


@check("assumed", UPDATE, SHOW)
def an_archived_memory_can_come_back(session: Session, spare_memories: SpareMemories) -> None:
    """An archived memory is still shown by its id, and listed again once it is activated."""
    memory_id = spare_memories.take()
    ok(session.post(UPDATE, memory_id=memory_id, status="archived"))
    ok(session.get(f"get/memory/{memory_id}"))["status"].equals("archived")
    ok(session.post(UPDATE, memory_id=memory_id, status="activated"))
    listed = session.list_memories(spare_memories.user, size=50)["memory_detail_list"]
    ids = [item["id"].raw for item in listed.items()]
    listed.expect(memory_id in ids, "the memory that was activated again")


@check("documented", UPDATE, errors=(40307,))
def an_unknown_memory_is_not_changed(session: Session) -> None:
    """update/memory of an id that does not exist returns 40307."""
    refused(session.post(UPDATE, memory_id=NO_ID, content="nothing"), 40307)


@check("documented", UPDATE, errors=(40002,))
def a_change_needs_an_id(session: Session) -> None:
    """update/memory without memory_id returns 40002."""
    refused(session.post(UPDATE, content="nothing"), 40002)


@check("sdk", UPDATE, errors=(40002,))
def a_change_changes_something(session: Session, traveller: Traveller) -> None:
    """update/memory without content, title and status returns 40002."""
    refused(session.post(UPDATE, memory_id=traveller.facts()[0]["id"].non_empty_text()), 40002)


@check("assumed", UPDATE, errors=(40000,))
def a_status_of_a_memory_is_one_of_four(session: Session, traveller: Traveller) -> None:
    """update/memory with an unknown status returns 40000."""
    memory_id = traveller.facts()[0]["id"].non_empty_text()
    refused(session.post(UPDATE, memory_id=memory_id, status="forgotten"), 40000)


@check("documented", DELETE, "search/memory", "get/memory")
def a_deleted_memory_is_gone_at_once(session: Session, spare_memories: SpareMemories) -> None:
    """A memory that was deleted is neither found nor listed; the others are."""
    memory_id = spare_memories.take()
    ok(session.post(DELETE, memory_ids=[memory_id]))["success"].equals(True)
    for page in (
        session.search(spare_memories.user, "What do you know?"),
        session.list_memories(spare_memories.user, size=50),
    ):
        for item in page["memory_detail_list"].non_empty_list():
            item["id"].expect(item["id"].raw != memory_id, "no deleted memory")


@check("assumed", DELETE, SHOW, errors=(40001, 40307))
def a_deleted_memory_is_unknown(session: Session, spare_memories: SpareMemories) -> None:
    """A deleted memory is not shown (40001), and cannot be deleted again (40307)."""
    memory_id = spare_memories.take()
    ok(session.post(DELETE, memory_ids=[memory_id]))
    refused(session.get(f"get/memory/{memory_id}"), 40001)
    refused(session.post(DELETE, memory_ids=[memory_id]), 40307)


@check("documented", DELETE, "get/memory", "search/memory")
def a_user_is_deleted_as_a_whole(session: Session, deleted_user: CompletedAdd) -> None:
    """delete/memory of a user takes every memory of every view."""
    ok(deleted_user.memory_list)["memory_detail_list"].non_empty_list()
    ok(session.post(DELETE, user_id=deleted_user.user))["success"].equals(True)
    page = session.list_memories(deleted_user.user)
    page["memory_detail_list"].empty_list()
    page["preference_detail_list"].empty_list()
    session.search(deleted_user.user, "What do I own?")["memory_detail_list"].empty_list()


@check("assumed", DELETE, "get/message")
def messages_outlive_memories(session: Session, deleted_user: CompletedAdd) -> None:
    """Deleting a user's memories leaves the messages."""
    ok(session.post(DELETE, user_id=deleted_user.user))
    request = {"user_id": deleted_user.user, "conversation_id": session.id_for("bye")}
    ok(session.post("get/message", **request))["message_detail_list"].non_empty_list()


@check("documented", DELETE, errors=(40002,))
def a_deletion_needs_a_selector(session: Session) -> None:
    """delete/memory with an empty list of ids, and nothing else, returns 40002."""
    refused(session.post(DELETE, memory_ids=[]), 40002)


@check("documented", DELETE, errors=(40000,), backs=("setting multiple_delete_selectors",))
def a_deletion_has_one_selector(session: Session) -> None:
    """delete/memory with ids and a user returns 40000."""
    selectors = {"memory_ids": [NO_ID], "user_id": session.unused_id}
    refused(session.post(DELETE, **selectors), 40000)


@check("documented", DELETE, errors=(40307,))
def an_unknown_memory_is_not_deleted(session: Session) -> None:
    """delete/memory of an id that does not exist returns 40307."""
    refused(session.post(DELETE, memory_ids=[NO_ID]), 40307)


@check("assumed", DELETE, errors=(40307,))
def one_unknown_id_refuses_all(session: Session, traveller: Traveller) -> None:
    """With one unknown id among several nothing is deleted."""
    memory_id = traveller.facts()[0]["id"].non_empty_text()
    refused(session.post(DELETE, memory_ids=[memory_id, NO_ID]), 40307)
    ok(session.get(f"get/memory/{memory_id}"))["status"].equals("activated")


@check("documented", DELETE, errors=(40308,))
def a_user_without_messages_is_not_deleted(session: Session) -> None:
    """delete/memory of a user without messages returns 40308."""
    refused(session.post(DELETE, user_id=session.unused_id), 40308)


@check("assumed", DELETE, errors=(40010,))
def the_user_of_a_deletion_is_limited(session: Session) -> None:
    """delete/memory with a user_id of 101 characters returns 40010."""
    refused(session.post(DELETE, user_id=session.unused_id.ljust(101, "x")), 40010)
