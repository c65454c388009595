"""Jobs are done in the order in which they are due; forks do not share them."""

from hypothesis import given
from hypothesis import strategies as st

from mock_memos.simulation.schedule import Job, Schedule


def of(*dues: int) -> Schedule:
    """A schedule whose jobs carry their number."""
    schedule = Schedule()
    for number, due in enumerate(dues):
        schedule.add(due, "fine", number)
    return schedule


def take(schedule: Schedule, now: int) -> list[Job]:
    return list(iter(lambda: schedule.pop_due(now), None))


dues = st.lists(st.integers(0, 9), max_size=20)


@given(dues, st.integers(-1, 10))
def test_jobs_come_by_time_then_in_the_order_of_adding(moments: list[int], now: int) -> None:
    schedule = of(*moments)
    expected = sorted((due, number) for number, due in enumerate(moments))
    assert [(job.due, job.payload) for job in schedule.jobs()] == expected
    taken = [(job.due, job.payload) for job in take(schedule, now)]
    assert taken == [entry for entry in expected if entry[0] <= now]
    assert len(schedule) == len(expected) - len(taken)


@given(dues, st.integers(0, 9), st.integers(0, 9))
def test_taking_in_two_steps_is_taking_in_one(moments: list[int], first: int, last: int) -> None:
    one, other = of(*moments), of(*moments)
    assert take(one, min(first, last)) + take(one, last) == take(other, last)


def test_a_job_that_is_added_while_others_are_taken_finds_its_place() -> None:
    schedule = of(1, 3)
    first = schedule.pop_due(9)
    assert first is not None
    assert first.due == 1
    schedule.add(2, "rough", {"any": "payload"})
    assert [job.due for job in take(schedule, 9)] == [2, 3]


def test_payloads_of_one_moment_are_never_compared() -> None:
    schedule = Schedule()
    jobs = [schedule.add(1, "rough", object()) for _ in range(5)]
    assert schedule.jobs() == take(schedule, 1) == jobs


def test_a_schedule_goes_on_where_another_stood() -> None:
    one = of(3, 9, 1)
    one.pop_due(1)
    other = Schedule()
    other.resume(reversed(one.jobs()), one.order)
    assert one.add(3, "fine", "a") == other.add(3, "fine", "a")
    assert take(one, 9) == take(other, 9)


def test_nothing_is_due_before_its_moment() -> None:
    schedule = of(5)
    assert schedule.pop_due(4) is None
    assert len(schedule) == 1


def test_a_fork_goes_on_equally_and_apart() -> None:
    schedule = of(1, 2)
    twin = schedule.fork()
    third = twin.fork()
    assert schedule.add(1, "fine", "a") == twin.add(1, "fine", "a")
    assert take(twin, 9) == take(schedule, 9)
    assert [job.due for job in third.jobs()] == [1, 2]
    assert len(take(third, 1)) == len(third) == 1


def test_a_fork_copies_nothing_until_one_side_changes() -> None:
    schedule = of(*range(100))
    twin = schedule.fork()
    assert (twin._line, twin._heap) == (schedule._line, schedule._heap)
    assert twin._line is schedule._line
    twin.pop_due(0)
    assert twin._line is not schedule._line
    assert len(schedule) == 100
