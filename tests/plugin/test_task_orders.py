"""Races in polling code are found without a sleep; a number repeats them."""

import pytest

from tests.plugin.test_plugin import dedent, run

HELPER = """
def add(text):
    messages = [{"role": "user", "content": text}]
    return post("add/message", {"user_id": "ana", "messages": messages})["data"]["task_id"]

def status(task):
    return post("get/status", {"task_id": task})["data"]["status"]

def recall(query):
    data = post("search/memory", {"user_id": "ana", "query": query})["data"]
    return [memory["memory_value"] for memory in data["memory_detail_list"]]
"""

RACY = """
def wait_for(tasks):  # assumes that tasks end in the order in which they start
    while status(tasks[-1]) == "running":
        pass
"""

CORRECT = """
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


def test_racy_helper_passes_with_default_order(pytester: pytest.Pytester) -> None:
    race(pytester, RACY, "").assert_outcomes(passed=1)


def test_race_is_reported_with_its_task_order(pytester: pytest.Pytester) -> None:
    result = race(pytester, RACY, "task_orders=50")
    counts = result.parseoutcomes()
    assert counts["failed"] == 1
    number = counts["passed"]  # the orders before it
    assert 0 < number < 50
    assert counts["skipped"] == 50 - number - 1
    result.stdout.fnmatch_lines(
        [
            f"task order {number}: the first tasks end after *",
            f"  @pytest.mark.mock_memos(task_order={number}) repeats the test with it",
            f"FAILED *::test_both_are_known[[]task_order={number}[]]*",
        ]
    )
    alone = race(pytester, RACY, f"task_order={number}")
    alone.assert_outcomes(failed=1)
    alone.stdout.fnmatch_lines([f"task order {number}: *"])


def test_correct_helper_passes_with_every_task_order(pytester: pytest.Pytester) -> None:
    race(pytester, CORRECT, "task_orders=50").assert_outcomes(passed=50)


def test_failed_order_skips_the_others_of_that_test_only(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(task_orders=4)
    @pytest.mark.parametrize("fixture", ["mock_memos", "mock_memos_live"])
    def test_it(mock_memos_task_order, fixture, request):
        memos = request.getfixturevalue(fixture)
        assert (fixture, mock_memos_task_order) != ("mock_memos", 1)

    class TestClass:
        @pytest.mark.mock_memos(task_orders=2, seed=3)
        def test_method(self, mock_memos):
            assert mock_memos.settings.seed == 3
    """
    result = run(pytester, dedent(tests), "-rs")
    result.assert_outcomes(passed=7, failed=1, skipped=2)
    result.stdout.fnmatch_lines(["*test_it?*task_order=1* has failed; the other task orders are*"])


def test_nearest_marker_selects_one_task_order(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(task_orders=3)
    class TestClass:
        @pytest.mark.mock_memos(task_order=2)
        def test_one(self, mock_memos, mock_memos_task_order):
            assert mock_memos_task_order == 2

        def test_all(self, mock_memos, mock_memos_task_order):
            assert mock_memos_task_order in range(3)
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=4)


def test_task_orders_without_the_fixture_are_rejected(pytester: pytest.Pytester) -> None:
    tests = """
    import unittest

    @pytest.mark.mock_memos(task_orders=3)
    def test_hidden(request):
        request.getfixturevalue("mock_memos")

    @pytest.mark.mock_memos(task_orders=3)
    @pytest.mark.usefixtures("mock_memos")
    class TestCase(unittest.TestCase):
        def test_it(self):
            pass
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(failed=1, errors=1)
    assert result.stdout.str().count("task_orders=N needs a test with the argument") == 2


@pytest.mark.parametrize("number", ["0", "'many'"])
def test_invalid_number_of_task_orders_is_rejected(pytester: pytest.Pytester, number: str) -> None:
    result = race(pytester, CORRECT, f"task_orders={number}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"task_orders is {number}; expected a whole number from 1"])
