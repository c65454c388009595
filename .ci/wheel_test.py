"""Builds sdist and wheel, installs the wheel in a new environment and uses it there.

Usage: python .ci/wheel_test.py   (needs the package `build`)
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))

INSPECTION = f"""
from importlib.metadata import entry_points, files
from pathlib import Path
import sys

top = {{path.parts[0] for path in files("mock-memos") if path.parts[0] != ".."}}
names = {{name for name in top if not name.endswith(".dist-info")}}
assert names == {{"mock_memos", "pytest_mock_memos"}}, names

(plugin,) = entry_points(group="pytest11", name="mock_memos")
module = plugin.load()
assert Path(module.__file__).is_relative_to(sys.prefix), module.__file__
assert (Path(module.__file__).parent / "py.typed").exists()

import mock_memos
assert Path(mock_memos.__file__).is_relative_to(sys.prefix), mock_memos.__file__
assert (Path(mock_memos.__file__).parent / "py.typed").exists()

from mock_memos.scenario import load, shipped_scenarios
names = sorted(scenario.name for scenario in shipped_scenarios())
assert names == {SCENARIOS!r}, names
for name in names:
    load(name)
"""

FIXTURE_TEST = """
import os
import httpx

def test_fixture_works_with_the_installed_package(mock_memos):
    response = httpx.post(
        os.environ["MEMOS_BASE_URL"] + "/add/message",
        headers={"Authorization": "Token " + os.environ["MEMOS_API_KEY"]},
        json={"user_id": "ana", "messages": [{"role": "user", "content": "I like tea."}]},
    )
    assert response.json()["data"]["status"] == "running"
"""


def run(*command: str | Path, folder: Path) -> None:
    subprocess.run([str(word) for word in command], cwd=folder, check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        run(sys.executable, "-m", "build", "--outdir", scratch / "dist", ROOT, folder=scratch)
        (wheel,) = (scratch / "dist").glob("*.whl")
        venv.create(scratch / "venv", with_pip=True)
        scripts = scratch / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        python = scripts / "python"
        neutral = scratch / "neutral"
        neutral.mkdir()
        run(python, "-m", "pip", "install", "-q", wheel, "pytest", folder=neutral)
        run(python, "-c", INSPECTION, folder=neutral)
        (neutral / "test_fixture.py").write_text(FIXTURE_TEST, encoding="utf-8")
        run(python, "-W", "error", "-m", "pytest", "-q", folder=neutral)
        run(scripts / "mock-memos", "scenario", "list", folder=neutral)
        print(f"{wheel.name} is complete")


if __name__ == "__main__":
    main()
