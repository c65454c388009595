"""get/status, and the life of a task."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import NO_ID, CompletedAdd, Traveller
from mock_memos.verification.expectations import Inconclusive, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

STATUS = "get/status"


def running(answer: ServiceResponse) -> None:
    """Raises `Inconclusive` if the task had ended before the first poll."""
    if ok(answer)["status"].raw == "completed":
        raise Inconclusive("the task had ended before the first poll")


@check("documented", STATUS)
def a_new_task_is_running(session: Session, picture: CompletedAdd) -> None:
    """The task of a message with a picture is running directly after the add."""
    ok(picture.first_status)["status"].equals("running")


@check("documented", STATUS)
def a_status_names_its_task(session: Session, traveller: Traveller) -> None:
    """get/status returns the id of the requested task."""
    traveller.status["task_id"].equals(traveller.task)


@check("documented", STATUS, backs=("setting status_format",))
def a_status_is_an_object(session: Session, traveller: Traveller) -> None:
    """data of get/status is an object, not a list."""
    ok(traveller.first_status).fields()


@check("documented", STATUS)
def a_status_is_one_of_three(session: Session, traveller: Traveller) -> None:
    """The status of a task is running, completed or failed."""
    ok(traveller.first_status)["status"].one_of("running", "completed", "failed")


@check("documented", STATUS)
def a_task_ends_completed(session: Session, traveller: Traveller, picture: CompletedAdd) -> None:
    """A task goes from running to completed."""
    traveller.status["status"].equals("completed")
    picture.status["status"].equals("completed")


@check("documented", STATUS)
def a_running_task_has_no_changes(session: Session, picture: CompletedAdd) -> None:
    """memory_views is absent while a task is running."""
    running(picture.first_status)
    ok(picture.first_status).lacks_field("memory_views")


@check("documented", STATUS)
def a_completed_task_counts_its_changes(session: Session, traveller: Traveller) -> None:
    """memory_views of a completed task counts what was added, updated and deleted."""
    views = traveller.status["memory_views"]
    views["added"].integer(1)
    views["updated"].integer()
    views["deleted"].integer()


@check("documented", STATUS)
def a_completed_task_names_its_memories(session: Session, traveller: Traveller) -> None:
    """memory_views names the ids of the facts that the task touched."""
    ids = traveller.status["memory_views"]["detail_factual"]["memory_ids"]
    ids.non_empty_list()
    ids.texts()


@check("documented", STATUS)
def a_completed_task_has_no_fast_memory(session: Session, traveller: Traveller) -> None:
    """When a task is completed, processed memories have replaced the fast one."""
    for fact in traveller.facts():
        tags = fact["tags"]
        tags.expect("mode:fast" not in tags.texts(), "no tag mode:fast")


@check("assumed", STATUS)
def a_completed_task_has_made_its_memories(session: Session, traveller: Traveller) -> None:
    """The ids that a completed task names are those of memories that are listed."""
    listed = {item["id"].raw for item in traveller.facts()}
    for item in traveller.status["memory_views"]["detail_factual"]["memory_ids"].non_empty_list():
        item.expect(item.raw in listed, "the id of a listed fact")


@check("assumed", STATUS)
def asking_again_changes_nothing(session: Session, traveller: Traveller) -> None:
    """get/status returns the same for an ended task at any time."""
    ok(session.post(STATUS, task_id=traveller.task)).equals(traveller.status.raw)


@check("assumed", STATUS)
def a_synchronous_task_can_be_asked(session: Session, synchronous_add: CompletedAdd) -> None:
    """get/status returns the task of a synchronous add with its changes."""
    synchronous_add.status["status"].equals("completed")
    synchronous_add.status["memory_views"]["added"].integer(1)


@check("documented", STATUS, errors=(50131,))
def an_unknown_task_is_refused(session: Session) -> None:
    """get/status of a task that does not exist returns 50131."""
    refused(session.post(STATUS, task_id=NO_ID), 50131)


@check("documented", STATUS, errors=(40002,))
def a_status_needs_a_task(session: Session) -> None:
    """get/status without task_id returns 40002."""
    refused(session.post(STATUS), 40002)


@check("documented", STATUS, errors=(40000,))
def a_task_id_is_a_text(session: Session) -> None:
    """get/status with a number as task_id returns 40000."""
    refused(session.post(STATUS, task_id=7), 40000)
