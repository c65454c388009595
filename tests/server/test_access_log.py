"""The colors of `serve` and `scenario play`."""

from io import StringIO

import pytest

from mock_memos import MockMemos
from mock_memos.cli.narration import narrate
from mock_memos.cli.play_targets import InProcessTarget
from mock_memos.scenario import load
from mock_memos.server.access_log import AccessLog, LogFormat

GREEN, YELLOW, RED, MAGENTA, DIM = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[35m", "\x1b[2m"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def a_terminal_with_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def lines(stream: StringIO, form: LogFormat = "text") -> list[str]:
    """Writes the log of four calls: a success, an error, an unknown path, a fault."""
    memos = MockMemos(clock="manual")
    memos.engine.observers.append(AccessLog(stream, form))
    stage = InProcessTarget(memos)
    stage.send("POST", "/search/memory", {"user_id": "ana", "query": "tea"})
    stage.send("POST", "/search/memory", {"user_id": "ana"})
    stage.send("POST", "/get/status", {"task_id": "nothing"})
    memos.faults.once("reset")
    stage.send("POST", "/chat", {})
    return stream.getvalue().splitlines()


def test_terminal_shows_colored_outcomes() -> None:
    right, refused, failed, struck = lines(Terminal())
    assert right.startswith(f"{DIM}09:00:00.000\x1b[0m  search/memory            ana ")
    assert f"{GREEN}ok" in right
    assert f"{YELLOW}400 40002 query is required" in refused
    assert f"{RED}500 50131 no task 'nothing'" in failed
    assert f"{MAGENTA}no reply, fault reset" in struck


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_color_disables_colors(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert "\x1b" not in "".join(lines(Terminal()))


def test_files_and_json_have_no_colors() -> None:
    plain = lines(StringIO())
    assert plain[0] == "09:00:00.000  search/memory            ana          ok"
    assert "\x1b" not in "".join([*plain, *lines(Terminal(), "json")])


def test_narration_is_colored_on_a_terminal() -> None:
    output: list[str] = []
    for stream in (Terminal(), StringIO()):
        scenario = load("harbour-inn")
        target = InProcessTarget(MockMemos(scenario=scenario, clock="manual"))
        assert narrate(scenario, target, "", stream) == 0
        output.append(stream.getvalue())
    assert output[0] != output[1]
    assert GREEN in output[0]
    assert "\x1b" not in output[1]
