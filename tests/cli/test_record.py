"""The command `record`, with real sockets where they matter."""

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
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.recording_file import RecordingFile, read_recording
from mock_memos.recording.redaction import Redaction
from tests.support.recording import invent, record_story

Capture = pytest.CaptureFixture[str]
KEY = {"Authorization": "Token mpg-very-secret-key"}
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}
QUESTION = {"user_id": "ana", "query": "Harbour Inn"}


@contextmanager
def run_recorder(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Starts a recorder. Yields its process and the base URL that it prints."""
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


def read(path: Path) -> list[RecordedExchange]:
    return read_recording(path, Redaction())


def test_record_through_sockets_writes_a_scenario(service: MockMemosServer, tmp_path: Path) -> None:
    out = tmp_path / "session.yaml"
    world = service.new_world(KEY["Authorization"].partition(" ")[2], clock="manual")
    with run_recorder("--upstream", service.base_url, "--out", str(out)) as (process, base_url):
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
        har = tmp_path / "session.yaml.har"
        assert len(read(har)) == 6, "each exchange is in the file at once"
        process.send_signal(signal.SIGTERM)
        printed, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert printed.startswith("6 of 6 answers are replayed as recorded\n")
    assert printed.endswith(f"written: {out}\n")
    assert not har.exists()
    assert scenario.check(out) == []
    text = out.read_text(encoding="utf-8")
    assert "mpg-very-secret-key" not in text + printed + errors
    assert "Authorization" not in text


def test_recording_survives_a_killed_recorder(
    service: MockMemosServer, tmp_path: Path, capsys: Capture
) -> None:
    har, out = tmp_path / "session.har", tmp_path / "session.yaml"
    arguments = ("--upstream", service.base_url, "--out", str(out), "--save-recording", str(har))
    with run_recorder(*arguments) as (process, base_url):
        httpx.post(f"{base_url}/add/message", headers=KEY, json=TURN)
        process.kill()
        process.wait()
    assert b"mpg-very-secret-key" not in har.read_bytes()
    assert main(["record", "--from-recording", str(har), "--out", str(out)]) == 0
    assert "1 of 1 answers are replayed as recorded" in capsys.readouterr().out
    assert scenario.check(out) == []


def save(path: Path, *exchanges: RecordedExchange) -> Path:
    with RecordingFile.create(path) as recording:
        for exchange in exchanges:
            recording.add(exchange)
    return path


@pytest.fixture
def har(tmp_path: Path) -> Path:
    return save(tmp_path / "session.har", *record_story("failed-task").exchanges)


def test_merge_prints_the_changes(har: Path, capsys: Capture) -> None:
    mine = har.with_name("mine.yaml")
    text = "# mine\nversion: 1\ntitle: Mine\n\nsteps:\n  - note: Hello.  # hi\n"
    mine.write_text(text)
    arguments = ["record", "--from-recording", str(har), "--merge", str(mine), "--title", "A"]
    assert main(arguments) == 0
    assert "+  - note: 'Recorded: A'\n" in capsys.readouterr().out
    merged = mine.read_text()
    assert merged.startswith(text)
    assert main(arguments) == 0
    assert f"{mine} contains this recording already\n" in capsys.readouterr().out
    assert mine.read_text() == merged


def test_merge_with_out_leaves_the_scenario_unchanged(har: Path) -> None:
    mine, out = har.with_name("mine.yaml"), har.with_name("merged.yaml")
    mine.write_text("version: 1\ntitle: Mine\n")
    arguments = ["--from-recording", str(har), "--merge", str(mine), "--out", str(out)]
    assert main(["record", *arguments]) == 0
    assert mine.read_text() == "version: 1\ntitle: Mine\n"
    assert scenario.load(out).title == "Mine"
    merged = out.read_text()
    assert main(["record", *arguments]) == 2
    assert out.read_text() == merged


def test_merge_counts_the_answers_of_the_merged_file(har: Path, capsys: Capture) -> None:
    mine = har.with_name("mine.yaml")
    mine.write_text("version: 1\ntitle: Mine\nsettings: {status_format: list}\n")
    arguments = ["record", "--from-recording", str(har)]
    assert main([*arguments, "--out", str(har.with_name("new.yaml"))]) == 0
    assert "8 of 8 answers" in capsys.readouterr().out
    assert main([*arguments, "--merge", str(mine)]) == 0
    assert "6 of 8 answers are replayed as recorded\n" in capsys.readouterr().out


def test_anonymize_renames_users(har: Path) -> None:
    out = har.with_name("anonymous.yaml")
    arguments = ["--from-recording", str(har), "--out", str(out), "--anonymize"]
    assert main(["record", *arguments]) == 0
    assert "user_id: user-1" in out.read_text()
    assert "ana" not in out.read_text()


@pytest.mark.parametrize(
    ("late_ms", "is_complete", "printed"),
    [(900, True, "8 of 8 answers are"), (0, False, "left out: 1 incomplete response\n")],
)
def test_late_and_incomplete_responses_are_reported(
    late_ms: int, is_complete: bool, printed: str, har: Path, capsys: Capture
) -> None:
    *exchanges, last = (
        msgspec.structs.replace(exchange, started_ms=exchange.started_ms + late_ms)
        for exchange in read(har)
    )
    har.unlink()
    save(har, *exchanges, msgspec.structs.replace(last, is_complete=is_complete))
    assert main(["record", "--from-recording", str(har), "--out", str(har.parent / "a.yaml")]) == 0
    output = capsys.readouterr().out
    assert printed in output
    assert "word for word" not in output


LONG = invent(0, "search/memory", {"user_id": "ana", "query": "x" * 1_000_000}, {})


@pytest.mark.parametrize(
    ("exchanges", "status", "problem"),
    [
        ([], 0, "nothing was recorded"),
        ([invent(0, "no/such", {}, None, 404, 40400)], 2, "no call that a scenario can check"),
        ([LONG], 2, "is longer than 1000000 characters"),
    ],
)
def test_recording_without_a_scenario_is_refused_and_kept(
    exchanges: list[RecordedExchange], status: int, problem: str, tmp_path: Path, capsys: Capture
) -> None:
    har = save(tmp_path / "session.har", *exchanges)
    arguments = ["--from-recording", str(har), "--out", str(tmp_path / "out.yaml")]
    assert main(["record", *arguments]) == status
    assert problem in capsys.readouterr().err
    assert read(har) == exchanges
    assert list(tmp_path.iterdir()) == [har]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--out", "x.yaml"], "Use either --upstream URL or --from-recording FILE."),
        (
            ["--upstream", "http://x", "--from-recording", "y", "--out", "x.yaml"],
            "Use either --upstream",
        ),
        (
            ["--from-recording", "y", "--save-recording", "z", "--out", "x.yaml"],
            "--save-recording cannot be combined with --from-recording.",
        ),
        (["--upstream", "http://x"], "No scenario given. Use --out FILE or --merge FILE."),
        (["--upstream", "http://x", "--out", "no/x.yaml"], "the folder no does not exist"),
        (
            ["--upstream", "http://x", "--out", "there.yaml"],
            "or --merge there.yaml",
        ),
        (["--upstream", "x", "--out", "x.yaml"], "expected http(s)://host/path"),
        (["--upstream", "http://x", "--merge", "none.yaml"], "none.yaml cannot be read"),
        (["--from-recording", "none", "--out", "x.yaml"], "Cannot read the recording none"),
    ],
)
def test_wrong_options_are_refused_before_recording(
    arguments: list[str],
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.yaml").write_text("version: 1\ntitle: T\n")
    assert main(["record", "--port", "0", *arguments]) == 2
    assert problem in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.yaml"]
