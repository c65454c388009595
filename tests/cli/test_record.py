"""The command `record`: between a client and a double, through real sockets where they matter."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from mock_memos import MockMemosServer, scenario
from mock_memos.cli import main
from mock_memos.recording.exchange import line_of
from mock_memos.recording.recording_file import read_tape
from tests.recording.test_stories import played_story

KEY = {"Authorization": "Token mpg-very-secret-key"}
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}
QUESTION = {"user_id": "ana", "query": "Harbour Inn"}


@contextmanager
def recording(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A running recorder, and the base URL that it tells."""
    command = [sys.executable, "-m", "mock_memos", "record", "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("mock-memos recording http://127.0.0.1:")
            yield process, process.stdout.readline().strip().removeprefix("export MEMOS_BASE_URL=")
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def service() -> Iterator[MockMemosServer]:
    with MockMemosServer(clock="manual") as server:
        yield server


def test_a_session_through_sockets_becomes_a_scenario(
    service: MockMemosServer, tmp_path: Path
) -> None:
    out = tmp_path / "session.yaml"
    world = service.new_world(KEY["Authorization"].partition(" ")[2], clock="manual")
    with recording("--upstream", service.base_url, "--out", str(out)) as (process, base_url):
        with httpx.Client(base_url=base_url, headers=KEY) as client:
            task = client.post("/add/message", json=TURN).json()["data"]["task_id"]
            fast = client.post("/search/memory", json=QUESTION).json()
            world.clock.advance(seconds=3)
            assert client.post("/get/status", json={"task_id": task}).json()["code"] == 0
            streamed = client.post(
                "/chat", json=QUESTION | {"conversation_id": "c2", "stream": True}
            ).text
            files = {"file": ("rules.md", b"# Rules\nThe pool opens at nine.")}
            base = client.post("/create/knowledgebase", json={"knowledgebase_name": "rules"})
            upload = client.post(
                "/add/knowledgebase-file",
                params={"knowledgebase_id": base.json()["data"]["id"]},
                files=files,
            )
        assert "mode:fast" in str(fast)
        assert '"type":"end"' in streamed
        assert upload.json()["code"] == 0
        raw = tmp_path / "session.yaml.jsonl"
        assert len(read_tape(raw)) == 6, "each exchange is in the file as soon as it is over"
        process.send_signal(signal.SIGTERM)
        told, problems = process.communicate(timeout=20)
    assert process.returncode == 0, problems
    assert told.startswith("6 of 6 replies come out as recorded\n")
    assert told.endswith(f"written: {out}\n")
    assert not raw.exists(), "what is written as a scenario needs no raw file"
    assert scenario.check(out) == []
    written = out.read_text(encoding="utf-8")
    assert "mpg-very-secret-key" not in written + told + problems
    assert "Authorization" not in written


def test_what_was_recorded_outlives_a_recorder_that_is_killed(
    service: MockMemosServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, out = tmp_path / "raw.jsonl", tmp_path / "session.yaml"
    arguments = ("--upstream", service.base_url, "--out", str(out), "--raw", str(raw))
    with recording(*arguments) as (process, base_url):
        httpx.post(f"{base_url}/add/message", headers=KEY, json=TURN)
        process.kill()
        process.wait()
    assert b"mpg-very-secret-key" not in raw.read_bytes()
    assert main(["record", "--from", str(raw), "--out", str(out)]) == 0
    assert "1 of 1 replies come out as recorded" in capsys.readouterr().out
    assert scenario.check(out) == []


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "raw.jsonl"
    exchanges = played_story("failed-task").exchanges
    path.write_bytes(b"".join(map(line_of, exchanges)))
    return path


def test_a_raw_file_is_merged_into_a_scenario(
    raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = raw.with_name("mine.yaml")
    mine.write_text("# mine\nversion: 1\ntitle: Mine\nsteps:\n  - say: Hello.  # hi\n")
    arguments = ["record", "--from", str(raw), "--merge", str(mine), "--title", "a failure"]
    assert main(arguments) == 0
    assert "steps: new: Recorded: a failure" in capsys.readouterr().out
    merged = mine.read_text()
    assert merged.startswith("# mine\nversion: 1\ntitle: Mine\nsteps:\n  - say: Hello.  # hi\n")
    assert main(arguments) == 0
    assert "steps: same: Recorded: a failure" in capsys.readouterr().out
    assert mine.read_text() == merged


def test_comments_are_never_lost_without_being_asked(
    raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, out = raw.with_name("mine.yaml"), raw.with_name("merged.yaml")
    mine.write_text("{version: 1, title: Mine}  # all in one line\n")
    assert main(["record", "--from", str(raw), "--merge", str(mine)]) == 2
    assert "its comments would be lost; name --out" in capsys.readouterr().err
    assert mine.read_text() == "{version: 1, title: Mine}  # all in one line\n"
    assert main(["record", "--from", str(raw), "--merge", str(mine), "--out", str(out)]) == 0
    assert scenario.load(out).title == "Mine"


def test_a_session_that_is_too_long_is_told_and_not_lost(
    raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = msgspec.structs.replace(
        read_tape(raw)[0], request=msgspec.json.encode(TURN | {"info": {"text": "x" * 1_000_000}})
    )
    raw.write_bytes(line_of(long))
    out = raw.with_name("long.yaml")
    assert main(["record", "--from", str(raw), "--out", str(out)]) == 2
    assert "is longer than 1000000 characters" in capsys.readouterr().err
    assert read_tape(raw) == [long]
    assert [path.name for path in raw.parent.iterdir()] == [raw.name]


def test_users_can_be_made_nameless(raw: Path) -> None:
    out = raw.with_name("nameless.yaml")
    assert main(["record", "--from", str(raw), "--out", str(out), "--anonymise"]) == 0
    assert "user_id: user-1" in out.read_text()
    assert "ana" not in out.read_text()


def test_where_nothing_was_said_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, out = tmp_path / "raw.jsonl", tmp_path / "out.yaml"
    raw.write_bytes(b"")
    assert main(["record", "--from", str(raw), "--out", str(out)]) == 0
    assert "nothing was recorded" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["--out", "x.yaml"], "name either --upstream, to record, or --from"),
        (["--upstream", "http://x", "--from", "y", "--out", "x.yaml"], "name either --upstream"),
        (["--from", "y", "--raw", "z", "--out", "x.yaml"], "--raw is written while recording"),
        (["--upstream", "http://x"], "name --out, the scenario to write, or --merge"),
        (["--upstream", "http://x", "--out", "no/x.yaml"], "there is no folder no"),
        (["--upstream", "http://x", "--out", "there.yaml"], "is there already; --merge"),
        (["--upstream", "x", "--out", "x.yaml"], "expected 'http(s)://host/path'"),
        (["--upstream", "http://x", "--merge", "none.yaml"], "none.yaml cannot be read"),
        (["--from", "none", "--out", "x.yaml"], "the raw file none cannot be read"),
    ],
)
def test_a_mistake_is_told_before_anything_is_recorded(
    arguments: list[str],
    mistake: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.yaml").write_text("version: 1\ntitle: T\n")
    assert main(["record", *arguments]) == 2
    assert mistake in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.yaml"]
