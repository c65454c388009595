"""What a failing test is told of a world: a timeline of calls and tasks, and what is odd in it."""

from collections.abc import Iterator, Sequence

from mock_memos.content import token_count
from mock_memos.core.clock import to_iso
from mock_memos.core.records import Task
from mock_memos.core.text import shorten
from mock_memos.engine.engine import Engine
from mock_memos.journal.exports import to_dict
from mock_memos.journal.journal import Exchange, Journal
from mock_memos.journal.near_misses import format_line
from mock_memos.scenario.task_orders import task_order_number
from mock_memos.simulation.quotas import MINUTE_MS, SECOND_MS, WRITES, peak
from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from mock_memos.simulation.world import World
from mock_memos.testing.memos import Memos

SHOWN = 15
"""So many lines of the timeline are shown, the newest, unless all are asked for."""
_BODY = 400


def timeline_report(memos: Memos, verbose: bool = False, *, strays_since: int | None = None) -> str:
    """The timeline of a double's world, and that of a branch which an error has ended.

    `strays_since` is where the strays of a shared server stood when the test began.
    """
    notes = [] if strays_since is None else unauthenticated_calls(memos.engine, strays_since)
    with memos.here() as world:
        told = timeline(world, verbose, notes)
        if memos.failed_sandbox is None:
            return told
        failed = timeline(memos.failed_sandbox, verbose)
        return f"{told}\nin a sandbox that ended with an error:\n{failed}"


def timeline(world: World, verbose: bool = False, notes: Sequence[str] = ()) -> str:
    """What happened in a world, by virtual time, and what is still to happen.

    Short unless `verbose`, which shows every line, and the bodies with them.
    """
    happened = sorted(_happened(world, verbose), key=lambda line: line[0])
    lines = [text for _, text in happened]
    if not verbose and len(lines) > SHOWN:
        left = len(lines) - SHOWN
        lines = [f"  ... {left} earlier lines are left out; -vv shows all", *lines[-SHOWN:]]
    head = [_head(world), *_task_order(world), _cost(world)]
    return "\n".join([*head, *lines, *_pending(world, verbose), *_faults(world), *notes])


def failure_reasons(memos: Memos, *, alone: bool) -> str:
    """Why a test must not pass although it did: unmatched calls, assumptions; or an empty text.

    `alone` says that every call which reached the engine was made by this test, whatever its key.
    """
    settings, engine = memos.settings, memos.engine
    journals = engine.journals()
    own = [engine.unauthenticated, *journals.values()] if alone else [journals[memos.api_key]]
    found: list[str] = []
    if not settings.allow_unmatched_requests and (calls := _unexpected(own)):
        found += [
            f"{_many(len(calls), 'unmatched call')}:",
            *(f"  {format_line(one)}" for one in calls),
            "allow_unmatched_requests=True lets a test make such calls.",
        ]
    leans = [lean for journal in own for lean in journal.assumptions]
    if settings.fail_on_assumptions and leans:
        found += [
            "the test leans on what is only assumed of the real service:",
            *(f"  {lean}" for lean in dict.fromkeys(leans)),
        ]
    return "\n".join(found)


def unauthenticated_calls(engine: Engine, before: int) -> list[str]:
    """A remark on calls without a known key that reached a shared server since `before`."""
    number = engine.unauthenticated.total - before
    if not number:
        return []
    warning = (
        f"warning: {_many(number, 'call')} without a known key reached the shared server "
        "meanwhile; whether this test made them cannot be known:"
    )
    newest = list(engine.unauthenticated)[-min(number, 5) :]
    return [warning, *(f"  {format_line(one)}" for one in newest)]


def _unexpected(journals: Sequence[Journal]) -> list[Exchange]:
    """The unmatched calls of several journals; what a fork has in common with its origin, once."""
    return list(dict.fromkeys(one for journal in journals for one in journal.unmatched))


def _head(world: World) -> str:
    tasks = list(world.tasks)
    running = sum(task.status == "running" for task in tasks)
    return (
        f"clock {world.clock.mode}, now {to_iso(world.clock.now)}; {_many(len(tasks), 'task')}, "
        f"{running} running"
    )


def _task_order(world: World) -> Iterator[str]:
    for scenario in world.scenarios:
        if number := task_order_number(scenario):
            yield f"task order {number}: {scenario.description}"
            yield f"  @pytest.mark.mock_memos(task_order={number}) repeats the test with it"


def _cost(world: World) -> str:
    """What the real service would have counted; refused calls use no quota (documented)."""
    journal, settings = world.journal, world.settings
    calls, written, said = [], [], 0
    for exchange in journal:
        if exchange.code or exchange.truncated or not exchange.operation:
            continue
        subject = exchange.subject
        count = token_count.count_tokens(subject.text)
        said += count
        calls.append((exchange.time_ms, max(1, len(subject.user_ids))))
        if exchange.operation in WRITES:
            written.append((exchange.time_ms, count))
    part = " in those still held" if journal.dropped else ""
    return (
        f"cost: {_many(journal.total, 'call')}, at most {peak(calls, SECOND_MS)} in a second "
        f"({settings.calls_per_second_limit} are allowed); "
        f"about {_many(said, 'input token')}{part}, at most "
        f"{peak(written, MINUTE_MS)} written in a minute "
        f"({settings.tokens_per_minute_limit} are allowed)"
    )


def _happened(world: World, verbose: bool) -> Iterator[tuple[int, str]]:
    for exchange in world.journal:
        yield exchange.time_ms, _call(exchange, verbose)
    by_calls = {task_id for one in world.journal for task_id in one.tasks_ended}
    for task in world.tasks:
        if task.status != "running" and task.id not in by_calls:
            yield task.ended, f"  {to_iso(task.ended)[11:-1]} {_end(task)}"


def _call(exchange: Exchange, verbose: bool) -> str:
    users = ""
    if not exchange.truncated:
        subject = exchange.subject
        users = " ".join(("", *subject.user_ids, *subject.agent_ids))
    what = exchange.operation or exchange.path
    answer = (
        "ok" if exchange.status == 200 and not exchange.code else str(exchange.status or "no reply")
    )
    if exchange.code:
        answer += f" {exchange.code}"
    lines = [f"  {to_iso(exchange.time_ms)[11:-1]} {exchange.method} {what}{users} -> {answer}"]
    if exchange.fault:
        lines[0] += f", fault {exchange.fault}"
    if exchange.unmatched:
        lines[0] += ", UNMATCHED"
    if exchange.simulated_duration_ms:
        lines[0] += f", would take {exchange.simulated_duration_ms / 1000:g} s"
    lines += [f"      started task {task_id}" for task_id in exchange.tasks_started]
    lines += [f"      ended task {task_id}" for task_id in exchange.tasks_ended[:5]]
    if exchange.hint:
        lines.append(f"      {exchange.hint}")
    if verbose:
        shown = to_dict(exchange)
        lines += [
            f"      {name}: {_brief(shown[name])}" for name in ("request_body", "response_body")
        ]
    return "\n".join(lines)


def _end(task: Task) -> str:
    changes = f"{task.added} added, {task.updated} updated, {task.deleted} deleted"
    why = f": {task.reason}" if task.reason else f" ({changes})"
    return f"task {task.id} {task.status}{why}"


def _pending(world: World, verbose: bool) -> Iterator[str]:
    running = [task for task in world.tasks if task.status == "running"]
    shown = running if verbose else running[-SHOWN:]
    if len(shown) < len(running):
        yield f"  ... {len(running) - len(shown)} more tasks are running"
    for task in shown:
        event = waiting_for(task)
        yield f"  task {task.id} is running and " + (f"waits for {event}" if event else "stuck")
        if why := stall_reason(task, world.clock.now, world.clock.mode):
            yield f"      STALLED: {why}"


def _faults(world: World) -> Iterator[str]:
    for rule in world.faults:
        matched = _many(rule.matched_calls, "call")
        yield f"  fault {rule.name}: {matched} matched, applied to {rule.applied_calls}"


def _many(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    cut = f" ({len(text)} characters)" if len(text) > _BODY else ""
    return shorten(text, _BODY) + cut
