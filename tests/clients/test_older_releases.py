"""Older releases of the official client, each in a separate process, with the live server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from mock_memos.testing.memos import Memos
from tests.support.older_client import BOOKED, NOTED

FOLDER = os.environ.get("MOCK_MEMOS_CLIENT_DIR", "")
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="run tests/clients/fetch.sh DIR and set MOCK_MEMOS_CLIENT_DIR=DIR"
)


def run_release(release: str, memos: Memos, scratch: Path) -> dict[str, Any]:
    """What a release sees of the double that the environment points to."""
    home = Path(FOLDER) / release
    path = scratch / "notes.txt"
    path.write_text("Breakfast is at eight.", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.older_client", str(path)],
        env=os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{ROOT}", "PYTHONUTF8": "1"},
        cwd=scratch,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    log: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    assert Path(log.pop("home")) == home.resolve() / "memos"
    assert [item.code for item in memos.journal if item.code] == []
    return log


EXPECTED = {
    "added": [True, "running"],
    "polled": ["running", "running", "completed"],
    "sync": "completed",
    "found": ["The user booked the Harbour Inn for May."],
    "preferences": ["The user likes quiet rooms."],
    "messages": [BOOKED["content"], NOTED["content"]],
    "chat": "I remember: The user booked the Harbour Inn for May.",
    "feedback": "running",
    "deleted": [True, 0],
    "files": ["rules.txt", "notes.txt"],
    "files deleted": True,
    "base deleted": True,
}


@pytest.mark.mock_memos(status_format="list")
@pytest.mark.parametrize("release", ["2.0.0", "2.0.23"])
def test_old_release_works_with_status_list(
    mock_memos_live: Memos, tmp_path: Path, release: str
) -> None:
    assert run_release(release, mock_memos_live, tmp_path) == EXPECTED
    adds = [
        item.request_body for item in mock_memos_live.journal if item.operation == "add/message"
    ]
    assert [json.loads(add)["asyncMode"] for add in adds] == [True, False]
    assert list(tmp_path.iterdir()) == [tmp_path / "notes.txt"]


@pytest.mark.parametrize("shape", ["object", "list"])
def test_release_2_0_25_reads_both_formats(
    mock_memos_server: Memos,
    tmp_path: Path,
    shape: Literal["object", "list"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memos = mock_memos_server.new_world(f"older-{shape}", status_format=shape)
    monkeypatch.setenv("MEMOS_BASE_URL", memos.base_url)
    monkeypatch.setenv("MEMOS_API_KEY", memos.api_key)
    assert run_release("2.0.25", memos, tmp_path) == EXPECTED
    mock_memos_server.delete_world(memos.api_key)
