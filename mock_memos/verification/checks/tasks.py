"""get/status, and the life of a task."""

from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import NO_ID, Told, Trip
from mock_memos.verification.expectations import Unasked, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

STATUS = "get/status"


def running(answer: Answer) -> None:
    """Nothing can be told of a running task that has already ended when it is first asked."""
    if ok(answer)["status"].raw == "completed":
        raise Unasked("the task had ended before it could be looked at")


@check("documented", STATUS)
def a_new_task_is_running(site: Site, picture: Told) -> None:
    """Asked directly after the add, the task of a message with a picture is running."""
    ok(picture.at_once)["status"].equals("running")


@check("documented", STATUS)
def a_status_names_its_task(site: Site, trip: Trip) -> None:
    """get/status answers the id that it was asked about."""
    trip.status["task_id"].equals(trip.task)


@check("documented", STATUS, backs=("switch status_format",))
def a_status_is_an_object(site: Site, trip: Trip) -> None:
    """data of get/status is an object, not a list."""
    ok(trip.at_once).fields()


@check("documented", STATUS)
def a_status_is_one_of_three(site: Site, trip: Trip) -> None:
    """The status of a task is running, completed or failed."""
    ok(trip.at_once)["status"].among("running", "completed", "failed")


@check("documented", STATUS)
def a_task_ends_completed(site: Site, trip: Trip, picture: Told) -> None:
    """A task goes from running to completed."""
    trip.status["status"].equals("completed")
    picture.status["status"].equals("completed")


@check("documented", STATUS)
def a_running_task_tells_no_changes(site: Site, picture: Told) -> None:
    """memory_views is absent while a task is running."""
    running(picture.at_once)
    ok(picture.at_once).lacks("memory_views")


@check("documented", STATUS)
def a_completed_task_counts_its_changes(site: Site, trip: Trip) -> None:
    """memory_views of a completed task counts what was added, updated and deleted."""
    views = trip.status["memory_views"]
    views["added"].integer(1)
    views["updated"].integer()
    views["deleted"].integer()


@check("documented", STATUS)
def a_completed_task_names_its_memories(site: Site, trip: Trip) -> None:
    """memory_views names the ids of the facts that the task touched."""
    ids = trip.status["memory_views"]["detail_factual"]["memory_ids"]
    ids.some()
    ids.texts()


@check("documented", STATUS)
def a_completed_task_leaves_no_raw_memory(site: Site, trip: Trip) -> None:
    """When a task is completed, processed memories have taken the place of the raw one."""
    for fact in trip.facts():
        tags = fact["tags"]
        tags.must("mode:fast" not in tags.texts(), "no tag mode:fast")


@check("assumed", STATUS)
def a_completed_task_has_made_its_memories(site: Site, trip: Trip) -> None:
    """The ids that a completed task names are those of memories that are listed."""
    listed = {one["id"].raw for one in trip.facts()}
    for one in trip.status["memory_views"]["detail_factual"]["memory_ids"].some():
        one.must(one.raw in listed, "the id of a listed fact")


@check("assumed", STATUS)
def asking_again_changes_nothing(site: Site, trip: Trip) -> None:
    """A task that has ended answers the same whenever it is asked."""
    ok(site.post(STATUS, task_id=trip.task)).equals(trip.status.raw)


@check("assumed", STATUS)
def a_synchronous_task_can_be_asked(site: Site, at_once: Told) -> None:
    """The task of a synchronous add can be asked about, and tells its changes."""
    at_once.status["status"].equals("completed")
    at_once.status["memory_views"]["added"].integer(1)


@check("documented", STATUS, errors=(50131,))
def an_unknown_task_is_refused(site: Site) -> None:
    """get/status of a task that never was is refused with 50131."""
    refused(site.post(STATUS, task_id=NO_ID), 50131)


@check("documented", STATUS, errors=(40002,))
def a_status_needs_a_task(site: Site) -> None:
    """get/status without task_id is refused with 40002."""
    refused(site.post(STATUS), 40002)


@check("documented", STATUS, errors=(40000,))
def a_task_id_is_a_text(site: Site) -> None:
    """get/status with a number as task_id is refused with 40000."""
    refused(site.post(STATUS, task_id=7), 40000)
