"""Jobs run in the order in which they are due; forks have their own."""

from hypothesis import given
from hypothesis import strategies as st

from mock_memos.simulation.schedule import Job, Schedule


def schedule_of(*due_times: int) -> Schedule:
    """Returns a schedule whose task ids are the positions of the jobs."""
    schedule = Schedule()
    for number, due in enumerate(due_times):
        schedule.add(due, "processed", f"{number:02}")
    return schedule


def pop_all(schedule: Schedule, now: int) -> list[Job]:
    return list(iter(lambda: schedule.pop_due(now), None))


due_lists = st.lists(st.integers(0, 9), max_size=20)


@given(due_lists, st.integers(-1, 10))
def test_jobs_are_ordered_by_time_then_by_insertion(due_times: list[int], now: int) -> None:
    schedule = schedule_of(*due_times)
    expected = sorted((due, f"{number:02}") for number, due in enumerate(due_times))
    assert [(job.due_ms, job.task_id) for job in schedule.jobs()] == expected
    popped = [(job.due_ms, job.task_id) for job in pop_all(schedule, now)]
    assert popped == [entry for entry in expected if entry[0] <= now]
    assert len(schedule) == len(expected) - len(popped)


@given(due_lists, st.integers(0, 9), st.integers(0, 9))
def test_popping_in_two_steps_equals_popping_once(due_times: list[int], a: int, b: int) -> None:
    first, second = schedule_of(*due_times), schedule_of(*due_times)
    assert pop_all(first, min(a, b)) + pop_all(first, b) == pop_all(second, b)


def test_job_added_between_pops_is_popped_in_order() -> None:
    schedule = schedule_of(1, 3)
    first = schedule.pop_due(9)
    assert first is not None
    assert first.due_ms == 1
    schedule.add(2, "fast", "a")
    assert [job.due_ms for job in pop_all(schedule, 9)] == [2, 3]


def test_resume_continues_jobs_and_order() -> None:
    schedule, resumed = schedule_of(3, 9, 1), Schedule()
    schedule.pop_due(1)
    resumed.resume(reversed(schedule.jobs()), schedule.last_order)
    assert schedule.add(3, "processed", "a") == resumed.add(3, "processed", "a")
    assert pop_all(schedule, 9) == pop_all(resumed, 9)


def test_job_in_the_future_is_not_popped() -> None:
    schedule = schedule_of(5)
    assert schedule.pop_due(4) is None
    assert len(schedule) == 1


def test_forks_are_equal_and_independent() -> None:
    schedule = schedule_of(1, 2)
    second = schedule.fork()
    third = second.fork()
    assert schedule.add(1, "processed", "a") == second.add(1, "processed", "a")
    assert pop_all(second, 9) == pop_all(schedule, 9)
    assert [job.due_ms for job in third.jobs()] == [1, 2]
    assert len(pop_all(third, 1)) == len(third) == 1


def test_fork_copies_jobs_only_on_change() -> None:
    schedule = schedule_of(*range(100))
    fork = schedule.fork()
    assert (fork._queue, fork._heap) == (schedule._queue, schedule._heap)
    assert fork._queue is schedule._queue
    fork.pop_due(0)
    assert fork._queue is not schedule._queue
    assert len(schedule) == 100
