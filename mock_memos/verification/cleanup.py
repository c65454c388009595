"""Deleting what a run has made. What cannot be deleted stays in the traces, to be named.

What has a name that is not of this run may be somebody else's: it is named, and not deleted.
"""

from contextlib import suppress
from typing import Final

from mock_memos.verification.created_resources import UNKNOWN, Trace, known
from mock_memos.verification.expectations import Difference, Unasked, Value, envelope, ok
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

GONE: Final = (0, 40001, 40010, 40307, 40308, 50120)
"""Codes after which nothing is there: it was deleted, it never was, or it cannot be."""

PATIENCE: Final = 60.0
"""Seconds to wait for tasks, which would write once more after a deletion."""


def sweep(site: Site) -> list[Trace]:
    """Delete everything, and give what is still there. An interruption ends it early."""
    site.free(PATIENCE)
    try:
        for step in (_wait, _read_ids, _delete):
            with suppress(Unasked, Difference):  # the next step is worth a try all the same
                step(site)
    except KeyboardInterrupt:
        pass  # whoever is in a hurry is told what stays
    return site.traces.all


def _wait(site: Site) -> None:
    """Until no task of this run is under way."""
    for task_id in list(site.traces.tasks):
        site.ended(task_id)
    for user_id in site.traces.unseen:
        for answer in site.polls("get/memory", user_id=user_id):
            if _settled(answer):
                break


def _settled(answer: Answer) -> bool:
    """Whether memories are there, and none that waits to be processed."""
    page = ok(answer)
    facts = page["memory_detail_list"].items()
    return page["total"].integer() > 0 and all("mode:fast" not in _tags(fact) for fact in facts)


def _tags(fact: Value) -> list[str]:
    return fact["tags"].texts()


def _read_ids(site: Site) -> None:
    """Find templates by their names that were made by a call that was broken off."""
    for trace in site.traces.all:
        if trace.operation != "delete/profile_template" or UNKNOWN not in trace.body.values():
            continue
        if site.owns(trace.what):
            shown = ok(site.post("list/profile_template", size=100))["profile_templates"]
            for one in shown.items():
                if repr(one["name"].raw) in trace.what:
                    found = one["profile_template_id"].filled()
                    site.traces.keep(known("add/profile_template", found))
            site.traces.drop(trace)


def _delete(site: Site) -> None:
    busy = site.traces.busy
    broken = 0
    for trace in site.traces.all:
        if UNKNOWN in trace.body.values() or not _is_ours(site, trace):
            continue
        try:
            envelope(answer := site.post(trace.operation, **trace.body))
            broken = 0
        except (Unasked, Difference):
            broken += 1
            if broken == 2:
                return  # the target is gone, or has enough of us
        else:
            if answer.code in GONE and trace.what not in busy:
                site.traces.drop(trace)


def _is_ours(site: Site, trace: Trace) -> bool:
    """Whether nobody else can have written to it; what has an id was made by this run."""
    return trace.operation != "delete/memory" or all(map(site.owns, trace.body.values()))
