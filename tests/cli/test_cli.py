"""The command line, in a separate process where needed."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mock_memos import __version__
from mock_memos.cli import main

Capture = pytest.CaptureFixture[str]
TURN = {
    "user_id": "ana",
    "conversation_id": "c1",
    "messages": [{"role": "user", "content": "I booked the Harbour Inn."}],
}


class Served:
    """A running `mock-memos serve` that has printed its ready lines."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.process = process
        self.ready = [process.stdout.readline().rstrip("\n") for _ in range(3)]
        self.base_url = self.ready[1].partition("=")[2]

    def post(self, operation: str, key: str, body: object = TURN) -> httpx.Response:
        headers = {"Authorization": f"Token {key}"}
        return httpx.post(f"{self.base_url}/{operation}", headers=headers, json=body)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stops the server. Returns the exit status, the rest of stdout, and stderr."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err


@contextmanager
def serve(*arguments: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "mock_memos", "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Served(process)
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_three_lines_and_stops_on_signals(number: signal.Signals) -> None:
    with serve("--log-level", "warning") as served:
        url = re.fullmatch(r"mock-memos ready (http://127\.0\.0\.1:\d+)", served.ready[0])
        assert url is not None
        assert served.ready[1:] == [
            f"export MEMOS_BASE_URL={url[1]}/api/openmem/v1",
            "export MEMOS_API_KEY=mock-key",
        ]
        assert served.post("add/message", "mock-key").json()["code"] == 0
        assert served.end(number) == (0, "", "mock-memos stopped; 1 task was pending\n")


@pytest.mark.parametrize(
    ("expected", "known"), [([], ("serve", "demo")), (["scenario"], ("list", "validate"))]
)
def test_missing_subcommand_prints_help_and_returns_2(
    expected: list[str], known: tuple[str, ...], capsys: Capture
) -> None:
    assert main(expected) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(re.search(rf"^    {word} ", err, re.MULTILINE) for word in known)


def test_serve_with_keys_rejects_others_and_prints_first() -> None:
    with serve("--api-key", "first", "--api-key", "second") as served:
        assert served.ready[2] == "export MEMOS_API_KEY=first"
        codes = [served.post("add/message", key).json()["code"] for key in ("second", "third")]
        assert codes == [0, 40132]


def test_serve_accepts_settings_and_logs_each_call() -> None:
    settings = ("--setting", "processing_delay=0", "--setting", "status-format=list")
    with serve(
        "--clock", "manual", *settings, "--strict", "--start-time", "2025-12-10T09:44:35Z"
    ) as served:
        task = served.post("add/message", "k").json()["data"]["task_id"]
        calls = {"task_id": task}
        assert isinstance(served.post("get/status", "k", calls).json()["data"], list)
        assert served.post("get/status", "k", calls | {"nonsense": 1}).json()["code"] == 40000
        assert served.post("no%1b[31mthing", "k").status_code == 404
        httpx.get(served.base_url, headers={"Host": "evil.example"})
        control = served.base_url.replace("/api/openmem/v1", "/_mock/clock")
        httpx.post(control, headers={"Authorization": "Token k"}, json={"advance": -1})
        status, out, err = served.end()
    assert (status, out) == (0, "")
    lines = err.splitlines()
    assert all(line.startswith("09:44:3") for line in lines[:4])
    stray = "nonsense is not a field of this request; allowed: task_id"
    assert [line[14:] for line in lines[:3]] == [
        f"add/message              ana          ok, started task {task}",
        "get/status               -            ok",
        f"get/status               -            400 40000 {stray}",
    ]
    lost = r"POST /api/openmem/v1/no\x1b[31mthing -            404 40001"
    assert lines[3][14:].startswith(lost)
    assert lines[4].endswith("403 rejected: host or token")
    assert "POST /_mock/clock        -            400 the clock cannot go backwards" in lines[5]
    assert lines[6:] == ["mock-memos stopped; 0 tasks were pending"]


def test_serve_logs_json_lines() -> None:
    with serve("--clock", "manual", "--log-format", "json") as served:
        served.post("add/message", "very-secret")
        _, _, err = served.end()
    assert "very-secret" not in err
    output = json.loads(err.splitlines()[0])
    assert (output["operation"], output["user"], output["code"]) == ("add/message", "ana", 0)
    assert len(output["world_id"]) == 8
    assert len(output["tasks_started"]) == 1


def test_quiet_serve_prints_only_ready_lines() -> None:
    with serve("--quiet") as served:
        served.post("add/message", "k")
        assert served.end() == (0, "", "")


def test_serve_uses_the_real_clock_by_default() -> None:
    with serve("--speed", "1000000") as served:
        task = served.post("add/message", "k").json()["data"]["task_id"]
        status = served.post("get/status", "k", {"task_id": task}).json()["data"]["status"]
    assert status == "completed"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--setting", "procesing_delay=3"], "did you mean 'processing_delay'"),
        (["--setting", "tasks=3"], "unknown setting 'tasks'. Known: seed, clock, "),
        (["--setting", "scenario=3"], "unknown setting 'scenario'"),
        (["--setting", "task-order=3"], "unknown setting 'task_order'"),
        (["--setting", "api_keys=3"], "unknown setting 'api_keys'"),
        (["--setting", "control_token=3"], "unknown setting 'control_token'"),
        (["--setting", "processing_delay=soon"], "processing_delay"),
        (
            ["--setting", "processing_delay"],
            "a setting is written NAME=VALUE, not 'processing_delay'",
        ),
        (["--start-time", "yesterday"], "invalid time 'yesterday'"),
        (["--speed", "0"], "speed"),
        (["--scenario", "no-such-story"], "no-such-story"),
        (["--host", "no.such.host.invalid"], "cannot listen on"),
    ],
)
def test_serve_wrong_usage_prints_one_line_and_returns_2(
    arguments: list[str], expected: str, capsys: Capture
) -> None:
    assert main(["serve", "--port", "0", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mock-memos: ")
    assert expected in err


def test_serve_reports_a_port_in_use(capsys: Capture) -> None:
    with serve() as served:
        port = served.ready[0].rpartition(":")[2]
        assert main(["serve", "--port", port]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_routes_prints_evidence(capsys: Capture) -> None:
    assert main(["routes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["METHOD", "PATH", "EVIDENCE"]
    assert any(line.split()[:3] == ["POST", "add/message", "documented"] for line in lines)


def test_demo_plays_all_steps(capsys: Capture) -> None:
    assert main(["demo"]) == 0
    output = capsys.readouterr().out
    assert "\x1b" not in output
    stages = [
        "add/message", "running", "search/memory", "fast memory", "running", "5 virtual seconds",
        "completed", "memory", "七天", "preference", "completed", "memory", "preference",
    ]  # fmt: skip
    at = -1
    for stage in stages:
        at = output.index(stage, at + 1)


def test_shipped_scenarios_are_listed_shown_and_valid(capsys: Capture) -> None:
    assert main(["scenario", "list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert "guangzhou-hotel" in names
    for name in names:
        assert main(["scenario", "show", name]) == 0
        assert capsys.readouterr().out
    assert main(["scenario", "validate", *names]) == 0


def test_validate_prints_mistakes_and_returns_1(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "story.yaml"
    file.write_text("name: [\n")
    assert main(["scenario", "validate", str(file)]) == 1
    assert "story.yaml" in capsys.readouterr().out


def test_scenario_schema_prints_json(capsys: Capture) -> None:
    assert main(["scenario", "schema"]) == 0
    assert "$defs" in json.loads(capsys.readouterr().out)


def test_version_is_printed(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"mock-memos {__version__}\n"


@pytest.mark.parametrize("arguments", [["sing"], ["scenario", "sing"], ["serve", "--port", "x"]])
def test_unknown_command_returns_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
