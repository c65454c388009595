"""Races in polling code are found without a sleep, and told by a number that finds them again."""

import pytest

from tests.plugin.test_plugin import dedent, run

HELPER = """
def add(text):
    said = [{"role": "user", "content": text}]
    return post("add/message", {"user_id": "ana", "messages": said})["data"]["task_id"]

def status(task):
    return post("get/status", {"task_id": task})["data"]["status"]

def recall(query):
    found = post("search/memory", {"user_id": "ana", "query": query})["data"]
    return [one["memory_value"] for one in found["memory_detail_list"]]
"""

RACY = """
def wait_for(tasks):  # takes it that the last to begin is the last to end
    while status(tasks[-1]) == "running":
        pass
"""

MENDED = """
def wait_for(tasks):
    for task in tasks:
        while status(task) == "running":
            pass
"""

TEST = """
@pytest.mark.mock_memos({marker})
def test_both_are_known(mock_memos):
    wait_for([add("I booked the Harbour Inn."), add("I like green tea.")])
    assert recall("Harbour Inn") == ["The user booked the Harbour Inn."]
"""


def race(pytester: pytest.Pytester, helper: str, marker: str, *arguments: str) -> pytest.RunResult:
    return run(pytester, HELPER + helper + TEST.format(marker=marker), *arguments)


def test_a_racy_helper_passes_as_usual(pytester: pytest.Pytester) -> None:
    race(pytester, RACY, "").assert_outcomes(passed=1)


def test_a_race_is_found_and_told_by_its_number(pytester: pytest.Pytester) -> None:
    result = race(pytester, RACY, "schedules=50")
    counts = result.parseoutcomes()
    assert counts["failed"] == 1
    number = counts["passed"]  # those before it
    assert 0 < number < 50
    assert counts["skipped"] == 50 - number - 1
    result.stdout.fnmatch_lines(
        [
            f"schedule {number}: the first tasks end after *",
            f"  @pytest.mark.mock_memos(schedule={number}) runs the test under it alone",
            f"FAILED *::test_both_are_known[[]schedule={number}[]]*",
        ]
    )
    alone = race(pytester, RACY, f"schedule={number}")
    alone.assert_outcomes(failed=1)
    alone.stdout.fnmatch_lines([f"schedule {number}: *"])


def test_the_mended_helper_passes_under_every_schedule(pytester: pytest.Pytester) -> None:
    race(pytester, MENDED, "schedules=50").assert_outcomes(passed=50)


def test_others_are_tried_after_a_failure_elsewhere_only(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(schedules=4)
    @pytest.mark.parametrize("door", ["mock_memos", "mock_memos_live"])
    def test_it(mock_memos_schedule, door, request):
        memos = request.getfixturevalue(door)
        assert (door, mock_memos_schedule) != ("mock_memos", 1)

    class TestClass:
        @pytest.mark.mock_memos(schedules=2, seed=3)
        def test_method(self, mock_memos):
            assert mock_memos.settings.seed == 3
    """
    result = run(pytester, dedent(tests), "-rs")
    result.assert_outcomes(passed=7, failed=1, skipped=2)
    result.stdout.fnmatch_lines(["*test_it?*schedule=1* has failed; the other schedules are*"])


def test_one_schedule_alone_can_be_asked_for_within_many(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(schedules=3)
    class TestClass:
        @pytest.mark.mock_memos(schedule=2)
        def test_one(self, mock_memos, mock_memos_schedule):
            assert mock_memos_schedule == 2

        def test_all(self, mock_memos, mock_memos_schedule):
            assert mock_memos_schedule in range(3)
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=4)


def test_schedules_that_could_not_be_tried_are_refused(pytester: pytest.Pytester) -> None:
    tests = """
    import unittest

    @pytest.mark.mock_memos(schedules=3)
    def test_hidden(request):
        request.getfixturevalue("mock_memos")

    @pytest.mark.mock_memos(schedules=3)
    @pytest.mark.usefixtures("mock_memos")
    class TestCase(unittest.TestCase):
        def test_it(self):
            pass
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(failed=1, errors=1)
    assert result.stdout.str().count("schedules=N needs a test with the argument") == 2


@pytest.mark.parametrize("number", ["0", "'many'"])
def test_a_number_of_schedules_that_is_none_is_refused(
    pytester: pytest.Pytester, number: str
) -> None:
    result = race(pytester, MENDED, f"schedules={number}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"schedules is {number}; expected a whole number from 1"])
