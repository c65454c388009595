"""Several worlds, worlds of other scopes, targets and settings of a run."""

import pytest

from mock_memos import MockMemosServer
from tests.plugin.test_plugin import dedent, run


def test_factory_creates_further_worlds(pytester: pytest.Pytester) -> None:
    tests = """
    @pytest.fixture(scope="session")
    def mock_memos_settings():
        return {"seed": 5}

    def ask(memos, operation, **body):
        headers = {"Authorization": "Token " + memos.api_key}
        return requests.post(f"{memos.base_url}/{operation}", json=body, headers=headers).json()

    def test_it(mock_memos, mock_memos_factory):
        other = mock_memos_factory(clock="manual")
        third = mock_memos_factory(scenario="harbour-inn", seed=7)
        assert len({mock_memos.api_key, other.api_key, third.api_key}) == 3
        assert (other.settings.seed, other.settings.clock, third.settings.seed) == (5, "manual", 7)
        assert ask(other, "add/message", **TURN)["code"] == 0
        assert [len(memos.tasks) for memos in (mock_memos, other, third)] == [0, 1, 0]

    def test_further_world_is_checked_too(mock_memos_factory):
        ask(mock_memos_factory(), "add/mesage")

    def test_and_shown(mock_memos_factory):
        ask(mock_memos_factory(clock="manual"), "add/message", **TURN)
        assert 0
    """
    for target in ("inprocess", "live"):
        result = run(pytester, dedent(tests), f"--mock-memos-target={target}")
        result.assert_outcomes(passed=2, errors=1, failed=1)
        result.stdout.fnmatch_lines(["mock-memos: 1 unmatched call:", "clock manual, *1 running*"])


def test_memos_fixture_has_a_scope(pytester: pytest.Pytester) -> None:
    tests = """
    from pytest_mock_memos import memos_fixture

    hotel = memos_fixture(scope="module", scenario="harbour-inn", seed=7)
    street = memos_fixture(scope="class", live=True)
    pytestmark = pytest.mark.mock_memos(processing_delay=9)

    @pytest.fixture(autouse=True)
    def rolled_back(hotel):
        with hotel.sandbox():
            yield

    @pytest.mark.parametrize("time", [1, 2])
    def test_sandbox_for_each_test(hotel, time):
        assert len(hotel.journal) == 0
        assert post("add/message")["code"] == 0
        assert len(hotel.journal) == 1
        assert (hotel.settings.seed, hotel.settings.processing_delay) == (7, 9)

    class TestStreet:
        def test_first(self, street):
            assert os.environ["MEMOS_BASE_URL"] == street.base_url
            assert post("add/message")["code"] == 0

        def test_second(self, street, mock_memos):
            assert os.environ["MEMOS_BASE_URL"] == mock_memos.base_url
            assert (len(street.journal), len(mock_memos.journal)) == (1, 0)

    def test_the_class_is_over(hotel):
        assert os.environ["MEMOS_BASE_URL"] == hotel.base_url

    def test_that_fails(hotel):
        post("get/status", {"task_id": "of that test"})
        assert 0
    """
    result = run(pytester, dedent(tests))
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*- mock-memos -*", "*POST get/status*"])


def test_scenario_and_settings_as_parameters(pytester: pytest.Pytester) -> None:
    tests = """
    stories = ["harbour-inn", "guangzhou-hotel"]

    @pytest.mark.parametrize("mock_memos", stories, indirect=True)
    def test_story(mock_memos):
        assert mock_memos.snapshot()["scenarios"][0]["name"] in stories

    @pytest.mark.parametrize("mock_memos_live", [{"seed": 3}, {"seed": 4}], indirect=True)
    @pytest.mark.mock_memos(seed=9)
    def test_settings(mock_memos_live):
        assert mock_memos_live.settings.seed in (3, 4)

    @pytest.mark.parametrize(
        "seed", [1, pytest.param(2, marks=pytest.mark.mock_memos(seed=2))]
    )
    @pytest.mark.mock_memos(seed=1)
    def test_marked_parameters(mock_memos, seed):
        assert mock_memos.settings.seed == seed
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=6)


def test_ini_settings_apply_to_every_world(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        mock_memos_target = live
        mock_memos_settings =
            clock = manual
            processing_delay = 60
        """
    )
    tests = """
    @pytest.mark.mock_memos(seed=2)
    def test_it(mock_memos):
        settings = mock_memos.settings
        assert (settings.clock, settings.processing_delay, settings.seed) == ("manual", 60, 2)
        assert mock_memos.base_url.startswith("http://127.0.0.1:")
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "message"),
    [
        ("mock_memos_settings = clock", "a setting is written NAME=VALUE, not 'clock'"),
        ("mock_memos_settings = clok=manual", "unknown setting 'clok', did you mean 'clock'?"),
        (
            "mock_memos_target = mars",
            "--mock-memos-target is 'mars'; expected inprocess, live or a URL",
        ),
    ],
)
def test_invalid_ini_value_is_explained(pytester: pytest.Pytester, ini: str, message: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = run(pytester, "def test_it(mock_memos): pass")
    assert result.ret != 0
    assert message in result.stdout.str() + result.stderr.str()


REAL = """
def test_any(mock_memos):
    assert post("add/message")["code"] == 0
    assert os.environ["MEMOS_BASE_URL"] == mock_memos.base_url

@pytest.mark.requires_mock
def test_with_a_clock(mock_memos):
    mock_memos.clock.advance(seconds=3)

@pytest.mark.requires_real
@pytest.mark.mock_memos(task_orders=9)
def test_real(mock_memos):
    assert post("add/message")["code"] == 0

def test_unmarked(mock_memos):
    mock_memos.clock.advance(seconds=3)
"""


def test_target_can_be_the_real_service(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMOS_API_KEY", "a-key")
    monkeypatch.setattr("mock_memos.testing.remote.is_mock_server", lambda url: False)
    with MockMemosServer() as server:
        result = run(pytester, REAL, f"--mock-memos-target={server.base_url}", "-rs")
        assert len(server.engine.journals()["a-key"]) == 2
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*UsageError: only a mock has 'clock'*@pytest.mark.requires_mock",
            "SKIPPED *requires_mock: the target is http://127.0.0.1:*",
        ]
    )


def test_requires_real_is_skipped_with_a_mock(pytester: pytest.Pytester) -> None:
    result = run(pytester, REAL, "-rs")
    result.assert_outcomes(passed=3, skipped=9)
    result.stdout.fnmatch_lines(["SKIPPED *requires_real: the target is inprocess"])


def test_real_service_requires_a_key(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEMOS_API_KEY", raising=False)
    url = "https://memos.memtensor.cn/api/openmem/v1"
    result = run(pytester, "def test_it(mock_memos): pass", f"--mock-memos-target={url}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*no mock-memos answers at {url}, *; set MEMOS_API_KEY*"])
