"""The plugin together with other plugins: one file of tests, with all of them at once."""

import pytest

from tests.plugin.test_plugin import dedent, run

TESTS = """
import unittest
import trio

async def post_async(operation, body=TURN):
    headers = {"Authorization": "Token " + os.environ["MEMOS_API_KEY"]}
    async with httpx.AsyncClient(base_url=os.environ["MEMOS_BASE_URL"], headers=headers) as api:
        return (await api.post("/" + operation, json=body)).json()

@pytest.fixture
def anyio_backend():
    return "trio"

@pytest.mark.asyncio
async def test_asyncio(mock_memos):
    assert (await post_async("add/message"))["code"] == 0
    assert len(mock_memos.tasks) == 1

@pytest.mark.anyio
async def test_trio_with_anyio(mock_memos):
    assert trio.current_time() and (await post_async("add/message"))["code"] == 0
    assert len(mock_memos.tasks) == 1

class TestUnit(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _memos(self, mock_memos):
        self.memos = mock_memos

    def setUp(self):
        assert post("add/message")["code"] == 0

    @pytest.mark.mock_memos(seed=5)
    def test_one(self):
        assert (len(self.memos.tasks), self.memos.settings.seed) == (1, 5)

    def test_two(self):
        assert (len(self.memos.tasks), self.memos.settings.seed) == (1, 0)

tries = []

@pytest.mark.flaky(reruns=2)
@pytest.mark.mock_memos(task_orders=2)
def test_rerun_has_a_new_world(mock_memos, mock_memos_task_order):
    assert len(mock_memos.journal) == 0
    post("add/message")
    tries.append(mock_memos_task_order)
    assert tries.count(mock_memos_task_order) == 2

@pytest.mark.parametrize("n", range(4))
def test_each_worker_has_a_server(mock_memos_live, mock_memos_server, n):
    assert post("add/message")["code"] == 0
    assert len(mock_memos_live.tasks) == 1
    with open("seen.txt", "a") as seen:
        seen.write(f"{mock_memos_server.url} {mock_memos_live.digest}\\n")
"""


@pytest.mark.parametrize("workers", [0, 2])
def test_all_other_plugins_together(pytester: pytest.Pytester, workers: int) -> None:
    """With workers, each of them runs every test."""
    others = ("asyncio", "anyio", "randomly", "rerunfailures", "xdist")
    options = ["-o", "asyncio_default_fixture_loop_scope=function", "--randomly-seed=7"]
    options += ["-n", str(workers), "--dist=each" if workers else "--dist=no"]
    calm = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
    result = run(pytester, dedent(TESTS), *(f"-p{other}" for other in others), *options, *calm)
    times = max(1, workers)
    assert result.parseoutcomes() == {"passed": 10 * times, "rerun": 2 * times}
    values = (pytester.path / "seen.txt").read_text("utf-8").split()
    assert len(set(values[::2])) == times
    assert len(set(values[1::2])) == 1
