"""The ways in which a task may go, seen from the world that holds it."""

from typing import Any

import pytest

from mock_memos.core.errors import UsageError
from mock_memos.core.records import Draft, Edit, File, KnowledgeBase, Message, Scope, Task, Turn
from mock_memos.core.settings import Settings
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.task_diagnosis import stall_reason, waiting_for
from mock_memos.simulation.world import World

ANA = Scope("user", "ana")
DAY = 86_400


def world(**settings: Any) -> World:
    return World(Settings(**{"clock": "manual"} | settings))


def fact(value: str) -> Draft:
    return Draft(view="detail_factual", key=value, value=value)


def turn(here: World, *facts: str, **more: Any) -> Turn:
    """A turn that says a word and becomes the given facts."""
    said = Message(
        id=here.ids.next("message"), role="user", text="Hello.", content="Hello.",
        time=here.clock.now, conversation_id="c",
    )  # fmt: skip
    return Turn(
        task_id=here.ids.next("task"), subjects=(ANA,), messages=(said,),
        drafts=tuple(fact(one) for one in facts or ("Ana likes tea.",)), **more,
    )  # fmt: skip


def begin(here: World, *facts: str, synchronous: bool = False, **plan: Any) -> Task:
    return here.submit(turn(here, *facts), delay=3, plan=TaskPlan(**plan), synchronous=synchronous)


def found(here: World) -> list[str]:
    """What there is of Ana: `raw` for a fast memory, the value of any other."""
    return ["raw" if one.tags else one.value for one in here.memories.of(ANA)]


def after(here: World, seconds: float) -> list[str]:
    here.clock.advance(seconds)
    here.run_due_jobs()
    return found(here)


def now(here: World, task: Task) -> Task:
    fresh = here.tasks.get(task.id)
    assert fresh is not None
    return fresh


def polled(here: World, task: Task) -> str:
    answer = here.poll(task.id)
    return answer.status if answer else "unknown"


# --- by time ---


def test_a_task_is_rough_at_once_and_fine_when_it_is_due() -> None:
    here = world()
    task = begin(here)
    assert (task.status, task.waits_for) == ("running", "time")
    assert found(here) == ["raw"]
    assert after(here, 0) == ["raw"]
    assert after(here, 2.999) == ["raw"]
    assert polled(here, task) == "running"
    assert after(here, 0.001) == ["Ana likes tea."]
    done = now(here, task)
    assert (done.status, done.added, done.ended - done.created) == ("completed", 1, 3000)
    assert done.views == {"detail_factual": tuple(one.id for one in here.memories.of(ANA))}


def test_a_course_sets_both_delays() -> None:
    here = world()
    task = begin(here, after_seconds=60, fast_after_seconds=10)
    assert after(here, 9) == []
    assert after(here, 1) == ["raw"]
    assert after(here, 49) == ["raw"]
    assert after(here, 1) == ["Ana likes tea."]
    assert now(here, task).status == "completed"


def test_a_fast_memory_that_would_come_after_the_end_never_comes() -> None:
    here = world()
    begin(here, after_seconds=1, fast_after_seconds=5)
    assert after(here, 1) == ["Ana likes tea."]
    assert after(here, 10) == ["Ana likes tea."]


def test_rough_and_fine_of_one_moment_leave_the_fine_memory() -> None:
    here = world(fast_delay=3)
    begin(here)
    assert after(here, 3) == ["Ana likes tea."]


def test_a_synchronous_task_never_has_a_fast_memory() -> None:
    here = world()
    assert begin(here, synchronous=True).status == "completed"
    assert found(here) == ["Ana likes tea."]
    assert after(here, DAY) == ["Ana likes tea."]


def test_at_once_means_at_once_whatever_the_delay() -> None:
    here = world()
    assert begin(here, immediately=True).status == "completed"
    assert found(here) == ["Ana likes tea."]


# --- by polls, by hand, never ---


def test_a_task_of_three_polls_ends_at_the_third_and_not_by_time() -> None:
    here = world()
    task = begin(here, after_polls=3)
    assert after(here, DAY) == ["raw"]
    assert [polled(here, task) for _ in range(4)] == ["running"] * 2 + ["completed"] * 2
    assert found(here) == ["Ana likes tea."]


def test_a_held_task_waits_until_somebody_releases_it() -> None:
    here = world()
    task = begin(here, hold=True)
    assert after(here, DAY) == ["raw"]
    assert here.tasks.release(task.id, here.clock.now).status == "completed"
    assert found(here) == ["Ana likes tea."]


def test_a_released_task_gets_to_its_own_end() -> None:
    here = world()
    task = begin(here, hold=True, failed="no model")
    released = here.tasks.release(task.id, here.clock.now)
    assert (released.status, released.reason) == ("failed", "no model")
    assert found(here) == []


def test_a_stuck_task_runs_for_ever_and_keeps_its_fast_memory() -> None:
    here = world()
    task = begin(here, stuck=True)
    assert after(here, 1000 * DAY) == ["raw"]
    assert polled(here, task) == "running"


def test_a_stuck_task_that_is_released_is_completed() -> None:
    here = world()
    task = begin(here, stuck=True)
    assert here.tasks.release(task.id, here.clock.now).status == "completed"


def test_a_vanished_task_is_unknown_and_its_memories_are_made() -> None:
    here = world()
    task = begin(here, unknown_to_status=True)
    assert polled(here, task) == "unknown"
    assert after(here, 3) == ["Ana likes tea."]
    assert polled(here, task) == "unknown"


@pytest.mark.parametrize("course", [{"hold": True}, {"after_polls": 2}, {"stuck": True}])
def test_what_waits_for_no_time_is_running_in_synchronous_mode_too(course: Any) -> None:
    here = world()
    task = begin(here, synchronous=True, **course)
    assert task.status == "running"
    assert after(here, DAY) == []
    assert here.tasks.release(task.id, here.clock.now).status == "completed"


# --- failures ---


def test_a_failed_task_leaves_nothing_but_its_messages() -> None:
    here = world()
    task = begin(here, failed="too long")
    assert after(here, 2) == ["raw"]
    assert after(here, 1) == []
    done = now(here, task)
    assert (done.status, done.reason, done.views) == ("failed", "too long", {})
    assert [one.text for one in here.conversations.newest_first(ANA, "c")] == ["Hello."]


@pytest.mark.parametrize(("count", "left"), [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_a_late_failure_leaves_the_first_half(count: int, left: int) -> None:
    here = world()
    facts = [f"Fact {number}." for number in range(count)]
    task = begin(here, *facts, partial_failure=True)
    assert after(here, 3) == facts[:left]
    assert (now(here, task).status, now(here, task).added) == ("failed", left)


def test_a_late_failure_counts_edits_before_drafts() -> None:
    here = world()
    begin(here, "Ana lives in Lyon.", "Ana has a cat.", synchronous=True)
    edits = (Edit("Lyon", "Nice"), Edit("cat", "dog"))
    here.submit(turn(here, edits=edits), delay=3, plan=TaskPlan(partial_failure=True))
    assert after(here, 3) == ["Ana lives in Nice.", "Ana has a dog."]


def test_attachments_over_the_limits_fail_and_say_why() -> None:
    here = world()
    task = here.submit(turn(here, fails=True), delay=3)
    after(here, 3)
    assert now(here, task).status == "failed"
    assert now(here, task).reason == "its attachments are over the limits"


# --- sent another way ---


def send(here: World, task: Task, **course: Any) -> Task:
    return here.tasks.reschedule(task.id, TaskPlan(**course), here.clock.now)


def test_a_task_that_is_held_later_does_not_end_at_its_old_moment() -> None:
    here = world()
    task = begin(here)
    send(here, task, hold=True)
    assert after(here, DAY) == ["raw"]
    send(here, task, after_seconds=5)
    assert after(here, 4) == ["raw"]
    assert after(here, 1) == ["Ana likes tea."]


def test_a_task_that_is_put_off_ends_once_at_the_new_moment() -> None:
    here = world()
    task = begin(here)
    send(here, task, after_seconds=10)
    assert after(here, 9) == ["raw"]
    assert after(here, 1) == ["Ana likes tea."]
    assert now(here, task).ended - task.created == 10_000


def test_a_new_end_keeps_the_way_and_a_new_way_keeps_the_end() -> None:
    here = world()
    timed, held = begin(here, "One."), begin(here, "Two.", hold=True)
    send(here, timed, failed="why not")
    send(here, held, failed=True)
    send(here, held, after_seconds=3)
    after(here, 3)
    assert [now(here, one).status for one in (timed, held)] == ["failed", "failed"]
    assert now(here, timed).reason == "why not"


def test_a_new_end_for_a_stuck_task_comes_at_once() -> None:
    here = world()
    assert send(here, begin(here, stuck=True), failed=True).status == "failed"


def test_a_new_way_sets_a_stuck_task_free() -> None:
    here = world()
    task = begin(here, stuck=True)
    assert send(here, task, after_polls=1).waits_for == "polls"
    assert polled(here, task) == "completed"


def test_a_task_may_become_stuck() -> None:
    here = world()
    task = send(here, begin(here), stuck=True)
    assert (task.state, task.waits_for, task.due) == ("stuck", None, None)
    assert after(here, DAY) == ["raw"]


def test_an_ended_task_stays_as_it_is() -> None:
    here = world()
    task = now(here, begin(here, synchronous=True))
    assert send(here, task, failed=True) == here.tasks.release(task.id, 0) == task


def test_a_course_that_says_nothing_changes_nothing() -> None:
    here = world()
    task = begin(here, stuck=True)
    assert send(here, task) == task


def test_rough_cannot_be_said_of_a_task_that_has_begun() -> None:
    here = world()
    with pytest.raises(UsageError, match="has no effect on a task that has started"):
        send(here, begin(here), fast_after_seconds=1)


# --- draining ---


def test_drain_waits_for_the_last_that_will_end_and_for_nothing_else() -> None:
    here = world()
    begin(here, "One.", after_seconds=7)
    begin(here, "Two.", hold=True)
    begin(here, "Three.", stuck=True)
    begin(here, "Four.", after_polls=1)
    released = begin(here, "Five.", after_seconds=900)
    put_off = begin(here, "Six.", after_seconds=800)
    here.tasks.release(released.id, here.clock.now)
    send(here, put_off, hold=True)
    assert here.run_until_idle() == 7000
    assert here.tasks.pending == 4
    assert here.run_until_idle() == 0


def test_drain_waits_for_a_fast_memory_of_a_held_task() -> None:
    here = world()
    begin(here, hold=True, fast_after_seconds=5)
    assert here.run_until_idle() == 5000
    assert found(here) == ["raw"]


def test_drain_does_not_move_a_real_clock_back() -> None:
    here = world(clock="real", speed=1e9)
    begin(here)
    assert here.run_until_idle() >= 0
    assert here.tasks.pending == 0


# --- files ---


def upload(here: World, *facts: str, **course: Any) -> File:
    if here.knowledgebases.get("b") is None:
        here.knowledgebases.put(KnowledgeBase(id="b", name="B", description="", created=0))
    file = File(
        id=here.ids.next("file"), knowledgebase_id="b", name="a.md", type="document", size=1,
        status="running", created=here.clock.now,
    )  # fmt: skip
    return here.submit_file(file, [fact(one) for one in facts], TaskPlan(**course))


def in_base(here: World) -> list[str]:
    return [one.value for one in here.memories.of(Scope("knowledgebase", "b"))]


def status(here: World, file: File) -> str:
    shown = here.knowledgebases.file(file.id)
    return here.poll_file(shown).status if shown else "unknown"


def test_a_file_is_a_task_of_its_own_delay() -> None:
    here = world(file_processing_delay=30)
    file = upload(here, "Rooms are paid.")
    assert [(task.id, task.kind) for task in here.tasks] == [(file.id, "file")]
    after(here, 29)
    assert (status(here, file), in_base(here)) == ("running", [])
    after(here, 1)
    assert (status(here, file), in_base(here)) == ("completed", ["Rooms are paid."])


def test_a_file_may_go_every_way_that_a_task_may() -> None:
    here = world()
    files = {
        "failed": upload(here, "A.", failed=True),
        "late": upload(here, "B.", "C.", partial_failure=True),
        "held": upload(here, "D.", hold=True),
        "once": upload(here, "E.", immediately=True),
        "polls": upload(here, "F.", after_polls=2),
        "lost": upload(here, "G.", unknown_to_status=True),
    }
    assert files["once"].status == "completed"
    assert status(here, files["lost"]) == "unknown"
    assert len(here.knowledgebases.files("b")) == 5
    after(here, 30)
    assert [status(here, files[name]) for name in ("failed", "late", "held", "polls", "polls")] == [
        "failed", "failed", "running", "running", "completed",
    ]  # fmt: skip
    here.tasks.release(files["held"].id, here.clock.now)
    assert sorted(in_base(here)) == ["B.", "D.", "E.", "F.", "G."]


def test_the_task_of_a_file_is_unknown_to_get_status() -> None:
    here = world()
    assert here.poll(upload(here, "A.").id) is None


def test_a_file_that_is_deleted_while_it_is_running_leaves_nothing() -> None:
    here = world()
    one, other = upload(here, "A."), upload(here, "B.")
    here.knowledgebases.delete_file(one, here.clock.now)
    base = here.knowledgebases.get("b")
    assert base is not None
    after(here, 30)
    assert in_base(here) == ["B."]
    third = upload(here, "C.")
    here.knowledgebases.delete(base, here.clock.now)
    after(here, 30)
    assert in_base(here) == []
    assert here.tasks.pending == 0
    assert here.tasks.get(third.id) is None
    assert here.tasks.get(other.id) is None


def test_two_files_that_say_the_same_keep_a_memory_each() -> None:
    here = world()
    one, _ = upload(here, "Same."), upload(here, "Same.")
    after(here, 30)
    assert in_base(here) == ["Same.", "Same."]
    here.knowledgebases.delete_file(one, here.clock.now)
    assert in_base(here) == ["Same."]


# --- what it waits for, and why polling is in vain ---


def test_what_a_task_waits_for_is_said_in_words() -> None:
    here = world(start_time="2025-12-10T09:00:00Z")
    said: dict[str | None, Any] = {
        "the clock to reach 2025-12-10T09:00:03.000Z": {},
        "2 more polls of get/status": {"after_polls": 2},
        "release()": {"hold": True},
        None: {"stuck": True},
    }
    for words, course in said.items():
        assert waiting_for(begin(here, **course)) == words
    assert waiting_for(begin(here, immediately=True)) is None


@pytest.mark.parametrize(
    ("course", "cure"),
    [
        ({"hold": True}, "call memos.tasks.release(), or POST /_mock/tasks"),
        ({"stuck": True}, "call memos.tasks.reschedule(), or POST /_mock/tasks"),
        ({}, "the clock is manual, call memos.clock.advance()"),
    ],
)
def test_polling_in_vain_is_diagnosed_at_the_third_time(course: Any, cure: str) -> None:
    here = world()
    task = begin(here, **course)
    remarks = []
    for _ in range(3):
        here.poll(task.id)
        remarks.append(here.remark)
    assert remarks[:2] == ["", ""]
    assert cure in remarks[2]
    assert f"task {task.id} was polled 3 times since " in remarks[2]


def test_a_task_that_may_still_end_is_not_called_stalled() -> None:
    here = world()
    moving, counting = begin(here), begin(here, after_polls=9)
    for _ in range(4):
        here.poll(moving.id)
        here.poll(counting.id)
        here.clock.advance(0.1)
    assert here.remark == ""
    assert stall_reason(now(here, moving), here.clock.now, "manual") == ""
    assert stall_reason(now(here, counting), here.clock.now, "manual") == ""
