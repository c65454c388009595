"""The processor time of the four tests in docs/time.md for a client that waits.

    python -m benchmarks.waiting

They run three times in one process; the first round includes imports and creating a client.
"""

import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "time.md"


class Stopwatch:
    """Runs each test three times and adds the processor times of each round."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        metafunc.fixturenames.append("round")
        metafunc.parametrize("round", [1, 2, 3])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        before = time.process_time()
        result = yield
        self.seconds[item.name[-2:-1]] += time.process_time() - before
        return result


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python pytest\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (block,) = (one for one in blocks if "def wait_for" in one)
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_waiting.py").write_text(block, encoding="utf-8")
        pytest.main(["-q", "-p", "no:cacheprovider", folder], plugins=[watch])
    for number, seconds in watch.seconds.items():
        print(f"round {number}: {seconds * 1000:.1f} ms")


if __name__ == "__main__":
    main()
