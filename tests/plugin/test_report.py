"""The report of a failing test, and tests that fail although their code caught the error."""

import pytest

from tests.plugin.test_plugin import dedent, run

BOTH = '@pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])\n'


def test_only_failing_tests_show_the_timeline(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.parametrize("name", ["mock_memos", "mock_memos_live"])
    @pytest.mark.mock_memos(clock="manual")
    def test_it(name, request):
        memos = request.getfixturevalue(name)
        task = post("add/message")["data"]["task_id"]
        for _ in range(3):
            post("get/status", {"task_id": task})
        memos.tasks.hold()
        assert post("search/memory", {"user_id": "ana"})["code"] == 0

    def test_that_passes(mock_memos):
        post("add/message")
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(failed=2, passed=1)
    text = result.stdout.str()
    assert text.count("- mock-memos -") == 2
    result.stdout.fnmatch_lines(
        [
            "*- mock-memos -*",
            "clock manual, now 2025-12-10T09:00:00.000Z; 1 task, 1 running",
            "cost: 5 calls, at most 4 per second (limit 40); about 6 input tokens, *",
            "  09:00:00.000 POST add/message ana -> ok",
            "      started task *",
            "  09:00:00.000 POST get/status -> ok",
            "  09:00:00.000 POST search/memory ana -> 400 40002",
            "      query is required, but absent",
            "  task * is running and waits for release()",
            "      STALLED: task * was polled 3 times *; call memos.tasks.release(), or POST *",
        ]
    )


def test_timeline_is_short_without_vv(pytester: pytest.Pytester) -> None:
    tests = """
    def test_it(mock_memos):
        for _ in range(30):
            post("get/status", {"task_id": "nothing"})
        assert 0
    """
    short = run(pytester, dedent(tests)).stdout.str()
    assert short.count("POST get/status") == 15
    assert "... 15 earlier lines are left out; -vv shows all" in short
    whole = run(pytester, dedent(tests), "-vv").stdout.str()
    assert whole.count("POST get/status") == 30
    assert "request_body: {'task_id': 'nothing'}" in whole


@pytest.mark.parametrize("call", ['post("add/mesage")', 'requests.get(URL + "/add/message")',
                                  'requests.post(URL + "/chat")'])  # fmt: skip
def test_unmatched_call_fails_the_test(pytester: pytest.Pytester, call: str) -> None:
    tests = f"""
    def test_it(mock_memos):
        URL = mock_memos.base_url
        {call}

    @pytest.mark.mock_memos(allow_unmatched_requests=True)
    def test_allowed(mock_memos):
        URL = mock_memos.base_url
        {call}
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["mock-memos: 1 unmatched call:", "  #1 *", "allow_unmatched_requests*"]
    )


def test_call_to_another_host_fails_the_test(pytester: pytest.Pytester) -> None:
    tests = """
    def test_it(mock_memos):
        try:
            requests.post("https://memos.memtensor.com/api/openmem/v1/chat", json={})
        except Exception:
            pass
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["mock-memos: 1 unmatched call:", "*memos.memtensor.com/api/openmem/v1/chat*"]
    )


def test_unmatched_call_with_another_key_counts(pytester: pytest.Pytester) -> None:
    tests = """
    def test_it(mock_memos):
        os.environ["MEMOS_API_KEY"] = "another"
        post("add/mesage")
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=1, errors=1)


def test_shared_server_counts_only_the_own_key(pytester: pytest.Pytester) -> None:
    tests = """
    def test_own(mock_memos_live):
        post("add/mesage")

    def test_without_key(mock_memos_live):
        requests.post(mock_memos_live.base_url + "/chat")

    def test_that_fails(mock_memos_live):
        requests.post(mock_memos_live.base_url + "/chat")
        assert 0
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=2, errors=1, failed=1)
    result.stdout.fnmatch_lines(
        ["warning: 1 call without a known key reached the shared server during *"]
    )


def test_failed_or_skipped_test_has_one_failure(pytester: pytest.Pytester) -> None:
    tests = """
    def test_failed(mock_memos):
        post("add/mesage")
        assert 0

    def test_skipped(mock_memos):
        post("add/mesage")
        pytest.skip()

    @pytest.mark.xfail(strict=True)
    def test_expected_to_fail(mock_memos):
        post("add/mesage")
        assert 0
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(failed=1, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines(["*POST /api/openmem/v1/add/mesage ana -> 404 40001, UNMATCHED"])


@pytest.mark.parametrize(
    ("call", "lean"),
    [
        ('post("search/memory", {"user_id": "a", "query": "x", "memory_limit_number": 99})',
         "search/memory: memory_limit_number is 99; *"),
        ('post("search/memory", {"user_id": "a", "query": "x", "filter": {"app_id": "web"}})',
         "search/memory: filter must have one group*"),
        ('post("search/memory", {"user_id": "a", "query": "x", "agent_id": "b"})',
         "search/memory: received user_id and agent_id*"),
        ('post("rerank", {"query": "a", "documents": ["b"], "top_n": "1"})',
         "rerank: top_n: expected integer*"),
        ('post("get/profile_template", {"profile_template_id": "t"})',
         "code 40001 is the answer of get/profile_template"),
        ('post("/add/message")', "a double slash in the path is read as one"),
    ],
)  # fmt: skip
def test_fail_on_assumptions_fails_the_test(
    pytester: pytest.Pytester, call: str, lean: str
) -> None:
    tests = f"""
    @pytest.mark.mock_memos(fail_on_assumptions=True)
    {BOTH}    def test_it(name, request):
        request.getfixturevalue(name)
        {call}
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=2, errors=2)
    head = "mock-memos: the test depends on assumptions about the real service:"
    result.stdout.fnmatch_lines([head, f"  {lean}"])


def test_fail_on_assumptions_allows_known_facts(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.mark.mock_memos(fail_on_assumptions=True)
    def test_it(mock_memos):
        task = post("add/message", TURN | {"source": "x", "asyncMode": True, "top_k": 3})
        post("get/status", {"task_id": task["data"]["task_id"]})
        post("get/status", {"task_id": "unknown"})
        post("search/memory", {"user_id": "ana", "query": "hotel"})
        post("add/feedback", {"user_id": "ana", "feedback_content": "no"})
        assert mock_memos.journal.assumptions == {}

    @pytest.mark.mock_memos(fail_on_assumptions=True, status_format="list")
    def test_switch(mock_memos):
        post("get/status", {"task_id": "unknown"})
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["  setting status_format is 'list', not 'object'"])
