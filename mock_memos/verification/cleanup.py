"""Deletes what a run created. What cannot be deleted remains in the list of created resources.

What does not belong to this run by its name may belong to others: it is listed, not deleted.
"""

from contextlib import suppress
from typing import Final

from mock_memos.verification.created_resources import UNKNOWN_ID, CreatedResource, resource_with_id
from mock_memos.verification.expectations import ExpectationFailed, Inconclusive, envelope, ok
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

NOT_FOUND_CODES: Final = (0, 40001, 40010, 40307, 40308, 50120)
"""Codes after which nothing is left: deleted, never created, or impossible to create."""

WAIT_SECONDS: Final = 60.0
"""Time to wait for tasks, which would write again after a deletion."""


def clean_up(session: Session) -> list[CreatedResource]:
    """Deletes everything. Returns what is left. An interruption ends it early."""
    session.lift_limits(WAIT_SECONDS)
    try:
        for step in (_wait_for_tasks, _find_ids, _delete):
            with suppress(Inconclusive, ExpectationFailed):  # the next step may succeed
                step(session)
    except KeyboardInterrupt:
        pass  # what is left is listed
    return session.created.all


def _wait_for_tasks(session: Session) -> None:
    for task_id in list(session.created.running_tasks):
        session.wait_for_task(task_id)
    for user_id in session.created.untracked_users:
        for response in session.poll("get/memory", user_id=user_id):
            if _is_processed(response):
                break


def _is_processed(response: ServiceResponse) -> bool:
    """Returns whether a user has memories, and all of them are processed."""
    page = ok(response)
    facts = page["memory_detail_list"].items()
    return page["total"].integer() > 0 and all(
        "mode:fast" not in fact["tags"].texts() for fact in facts
    )


def _find_ids(session: Session) -> None:
    """Finds templates by name that an interrupted call created."""
    for resource in session.created.all:
        is_template = resource.operation == "delete/profile_template"
        if not is_template or UNKNOWN_ID not in resource.body.values():
            continue
        if session.owns(resource.description):
            page = ok(session.post("list/profile_template", size=100))
            for template in page["profile_templates"].items():
                if repr(template["name"].raw) in resource.description:
                    template_id = template["profile_template_id"].non_empty_text()
                    session.created.add(resource_with_id("add/profile_template", template_id))
            session.created.remove(resource)


def _delete(session: Session) -> None:
    still_written = session.created.still_written
    failures = 0
    for resource in session.created.all:
        if UNKNOWN_ID in resource.body.values() or not _is_ours(session, resource):
            continue
        try:
            envelope(response := session.post(resource.operation, **resource.body))
            failures = 0
        except (Inconclusive, ExpectationFailed):
            failures += 1
            if failures == 2:
                return  # the service is gone, or rejects this run
        else:
            if response.code in NOT_FOUND_CODES and resource.description not in still_written:
                session.created.remove(resource)


def _is_ours(session: Session, resource: CreatedResource) -> bool:
    """Returns whether only this run can have written to it."""
    return resource.operation != "delete/memory" or all(map(session.owns, resource.body.values()))
