"""What a failing test shows of a world: a timeline of calls and tasks, and warnings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from mock_memos.core.clock import to_iso
from mock_memos.core.records import Task
from mock_memos.core.text import pluralize, shorten
from mock_memos.journal.exports import to_dict
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.journal.near_misses import format_line
from mock_memos.scenario.task_orders import task_order_number
from mock_memos.simulation.quotas import (
    MINUTE_MS,
    SECOND_MS,
    WRITES,
    count_calls,
    count_tokens,
    peak,
)  # fmt: skip
from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from mock_memos.simulation.world import World
from mock_memos.testing.backend import WorldView
from mock_memos.testing.memos import Memos

MAX_LINES = 15
"""The newest lines of the timeline that are shown without -vv."""
_MAX_BODY = 400


def timeline_report(
    memos: Memos, verbose: bool = False, *, unauthenticated_before: int | None = None
) -> str:
    """Returns the timeline of a world, and of its last sandbox that ended with an error.

    `unauthenticated_before`: the number of calls without a known key, on a shared server, when
    the test started.
    """
    notes: list[str] = []
    if unauthenticated_before is not None:
        notes = _unauthenticated_calls(memos.backend.unauthenticated, unauthenticated_before)
    report = timeline(memos.backend.view(), verbose, notes)
    if (failed := memos.backend.failed_sandbox) is None:
        return report
    return f"{report}\nin a sandbox that ended with an error:\n{timeline(failed, verbose)}"


def timeline(view: WorldView, verbose: bool = False, notes: Sequence[str] = ()) -> str:
    """Returns what happened in a world, by virtual time, and its running tasks.

    `verbose` shows all lines, and the bodies.
    """
    world = view.world
    lines = [text for _, text in sorted(_events(view, verbose), key=lambda event: event[0])]
    if not verbose and len(lines) > MAX_LINES:
        left_out = len(lines) - MAX_LINES
        lines = [f"  ... {left_out} earlier lines are left out; -vv shows all", *lines[-MAX_LINES:]]
    head = [_summary(world), *_task_order(world), _cost(view)]
    return "\n".join([*head, *lines, *_running_tasks(world, verbose), *_faults(world), *notes])


class Findings(Protocol):
    """What a journal holds against a test."""

    @property
    def unmatched(self) -> Iterable[Exchange]: ...

    @property
    def assumptions(self) -> Mapping[str, int]: ...


def failure_reasons(memos: Memos, journals: Sequence[Findings]) -> str:
    """Returns why a test that passed must fail, or an empty text.

    The reasons are unmatched calls and assumptions in the journals of the test.
    """
    settings = memos.settings
    lines: list[str] = []
    # A fork has the calls of its origin too.
    calls = dict.fromkeys(call for journal in journals for call in journal.unmatched)
    if calls and not settings.allow_unmatched_requests:
        lines += [
            f"{pluralize(len(calls), 'unmatched call')}:",
            *(f"  {format_line(call)}" for call in calls),
            "allow_unmatched_requests=True lets a test make such calls.",
        ]
    assumptions = dict.fromkeys(text for journal in journals for text in journal.assumptions)
    if assumptions and settings.fail_on_assumptions:
        lines += [
            "the test depends on assumptions about the real service:",
            *(f"  {assumption}" for assumption in assumptions),
        ]
    return "\n".join(lines)


def _unauthenticated_calls(journal: Journal, before: int) -> list[str]:
    """Returns a warning about calls without a known key, which any test can have made."""
    number = journal.total - before
    if not number:
        return []
    warning = (
        f"warning: {pluralize(number, 'call')} without a known key reached the shared server "
        "during this test, from this test or another:"
    )
    newest = list(journal)[-min(number, 5) :]
    return [warning, *(f"  {format_line(call)}" for call in newest)]


def _summary(world: World) -> str:
    tasks = list(world.tasks)
    return (
        f"clock {world.clock.mode}, now {to_iso(world.clock.now)}; "
        f"{pluralize(len(tasks), 'task')}, {world.tasks.pending} running"
    )


def _task_order(world: World) -> Iterator[str]:
    for scenario in world.scenarios:
        if number := task_order_number(scenario):
            yield f"task order {number}: {scenario.description}"
            yield f"  @pytest.mark.mock_memos(task_order={number}) repeats the test with it"


def _cost(view: WorldView) -> str:
    """Returns what the real service would count; errors use no quota (documented)."""
    settings = view.world.settings
    calls, written, tokens = [], [], 0
    for call in view.journal.exchanges:
        if call.code or call.truncated or not call.operation:
            continue
        number = count_tokens(call.operation, call.facts.texts)
        tokens += number
        calls.append((call.time_ms, count_calls(call.facts)))
        if call.operation in WRITES:
            written.append((call.time_ms, number))
    part = " in the calls that the journal holds" if view.journal.dropped else ""
    return (
        f"cost: {pluralize(view.journal.total, 'call')}, "
        f"at most {peak(calls, SECOND_MS)} per second (limit {settings.calls_per_second_limit}); "
        f"about {pluralize(tokens, 'input token')}{part}, "
        f"at most {peak(written, MINUTE_MS)} written per minute "
        f"(limit {settings.tokens_per_minute_limit})"
    )


def _events(view: WorldView, verbose: bool) -> Iterator[tuple[int, str]]:
    calls = view.journal.exchanges
    for call in calls:
        yield call.time_ms, _call(call, verbose)
    ended_by_calls = {task_id for call in calls for task_id in call.tasks_ended}
    for task in view.world.tasks:
        if task.status != "running" and task.id not in ended_by_calls:
            yield task.ended_ms, f"  {to_iso(task.ended_ms)[11:-1]} {_ended_task(task)}"


def _call(call: Exchange, verbose: bool) -> str:
    scopes = ""
    if not call.truncated:
        request = call.facts
        scopes = " ".join(("", *request.user_ids, *request.agent_ids))
    is_ok = call.status == 200 and not call.code
    reply = "ok" if is_ok else str(call.status or "no reply")
    if call.code:
        reply += f" {call.code}"
    target = call.operation or call.path
    lines = [f"  {to_iso(call.time_ms)[11:-1]} {call.method} {target}{scopes} -> {reply}"]
    if call.fault:
        lines[0] += f", fault {call.fault}"
    if call.unmatched:
        lines[0] += ", UNMATCHED"
    if call.simulated_duration_ms:
        lines[0] += f", would take {call.simulated_duration_ms / 1000:g} s"
    lines += [f"      started task {task_id}" for task_id in call.tasks_started]
    lines += [f"      ended task {task_id}" for task_id in call.tasks_ended[:5]]
    if call.hint:
        lines.append(f"      {call.hint}")
    if verbose:
        values = to_dict(call)
        for name in ("request_body", "response_body"):
            body = values[name] if isinstance(values[name], str) else repr(values[name])
            mark = f"... ({len(body)} characters)"
            shown = shorten(body, _MAX_BODY + len(mark), mark=mark)
            lines.append(f"      {name}: {shown}")
    return "\n".join(lines)


def _ended_task(task: Task) -> str:
    changes = f"{task.added} added, {task.updated} updated, {task.deleted} deleted"
    return f"task {task.id} {task.status}" + (
        f": {task.reason}" if task.reason else f" ({changes})"
    )


def _running_tasks(world: World, verbose: bool) -> Iterator[str]:
    running = world.tasks.running()
    newest = running if verbose else running[-MAX_LINES:]
    if len(newest) < len(running):
        yield f"  ... {len(running) - len(newest)} more tasks are running"
    for task in newest:
        event = waiting_for(task)
        yield f"  task {task.id} is running and " + (f"waits for {event}" if event else "stuck")
        if reason := stall_reason(task, world.clock.now, world.clock.mode):
            yield f"      STALLED: {reason}"


def _faults(world: World) -> Iterator[str]:
    for fault in world.faults:
        matched = pluralize(fault.matched_calls, "call")
        yield f"  fault {fault.name}: {matched} matched, applied to {fault.applied_calls}"
