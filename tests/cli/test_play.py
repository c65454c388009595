"""The command `scenario play`, against a new mock, a mock server and another service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_memos.cli import main
from mock_memos.cli.play_targets import InProcessTarget, PlayTarget, ServiceTarget, connect
from mock_memos.interception.httpx_transport import MockMemosTransport
from mock_memos.scenario import read
from mock_memos.scenario.player import play
from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.live_server import MockMemosServer

Capture = pytest.CaptureFixture[str]
STORY = """
version: 1
title: Tea, please
parameters: {drink: tea}
rules:
  - {when: {text: thirsty}, then: {memories: ["The user drinks ${drink}."]}}
steps:
  - call: add/message
    body: {user_id: ana, messages: [{role: user, content: I am thirsty.}]}
    save: {task: data.task_id}
  - note: Some time passes.
    advance: 3
  - call: get/status
    body: {task_id: "{{task}}"}
    expect: {data.status: completed}
  - call: search/memory
    body: {user_id: ana, query: drinks, relativity: 0}
    expect: {data.memory_detail_list.0.memory_value: "The user drinks ${drink}."}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[MockMemosServer]:
    with MockMemosServer(clock="real", control_token="open") as server:
        yield server


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "tea.yaml"
    path.write_text(STORY)
    return str(path)


def test_play_command_prints_each_step(story: str, capsys: Capture) -> None:
    assert main(["scenario", "play", story, "--parameter", "drink=milk"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Tea, please"
    assert "# Some time passes." in lines
    assert any(line.endswith("The user drinks milk.") for line in lines)
    assert lines[-1] == "# 3 virtual seconds, all as expected"


def test_play_command_repeats_at_a_base_url(
    story: str, server: MockMemosServer, capsys: Capture
) -> None:
    there = ["--base-url", server.base_url, "--control-token", "open"]
    texts = []
    for _ in range(2):
        assert main(["scenario", "play", story, *there]) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    assert main(["scenario", "play", story]) == 0
    assert capsys.readouterr().out == texts[0]


def test_play_command_exits_1_on_a_mismatch(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(STORY.replace("advance: 3", "advance: 1"))
    assert main(["scenario", "play", str(path)]) == 1
    text = capsys.readouterr().out
    assert "not as expected: data.status: received 'running', expected 'completed'" in text
    assert text.endswith("# 1 virtual second, 2 not as expected\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["slow"], "unknown scenario 'slow'"),
        (["STORY", "--parameter", "drnk=milk"], "no parameter 'drnk', did you mean 'drink'?"),
        (["STORY", "--parameter", "drink"], "a parameter is written NAME=VALUE, not 'drink'"),
        (["STORY", "--base-url", "nowhere"], "the base URL is 'nowhere'"),
        (["STORY", "--base-url", "http://127.0.0.1:1/api/openmem/v1"], "does not respond"),
        (["EMPTY"], "has no steps to play"),
        (["STORY", "--base-url", "SERVER"], "/_mock/reset failed: The control API requires"),
    ],
)  # fmt: skip
def test_play_command_reports_errors_in_one_line(
    arguments: list[str], message: str, story: str, server: MockMemosServer, tmp_path: Path,
    capsys: Capture,
) -> None:  # fmt: skip
    (tmp_path / "empty.yaml").write_text("version: 1\ntitle: Nothing happens\n")
    names = {"STORY": story, "EMPTY": str(tmp_path / "empty.yaml"), "SERVER": server.base_url}
    arguments = [names.get(argument, argument) for argument in arguments]
    assert main(["scenario", "play", *arguments]) == 2
    assert message in capsys.readouterr().err


# --- a service that has no control API ---


class WithoutControl(MockMemosTransport):
    """A mock without a control API."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/_mock"):
            return httpx.Response(404, html="<html>")
        return super().handle_request(request)


UPLOAD = """
version: 1
title: A file and a message
steps:
  - call: create/knowledgebase
    body: {knowledgebase_name: Rules}
    save: {base: data.id}
  - call: add/knowledgebase-file
    body: {knowledgebase_id: "{{base}}", file: [{name: a.md, content: QQ==}]}
    save: {file: data.0.id}
  - call: add/message
    body: {user_id: ana, messages: [{role: user, content: I like tea.}]}
    save: {task: data.task_id}
  - run_until_idle: true
  - call: get/status
    body: {task_id: "{{task}}"}
    expect: {data.status: completed}
  - call: get/knowledgebase-file
    body: {file_ids: ["{{file}}"]}
    expect: {data.file_detail_list.0.status: completed}
  - advance: 7
"""


def test_play_waits_for_a_service_without_control_api() -> None:
    memos = MockMemos(clock="manual", file_processing_delay=20)
    before = memos.clock.now
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        memos.clock.advance(seconds)

    with connect(
        memos.base_url, memos.api_key, transport=WithoutControl(memos.engine), sleep=sleep
    ) as target:
        assert isinstance(target, ServiceTarget)
        results = list(play(read(UPLOAD).steps, target.send, target.advance, target.run_until_idle))
    assert [str(mismatch) for result in results for mismatch in result.mismatches] == []
    assert 20 <= sum(sleeps[:-1]) < 25
    assert sleeps[-1] == 7
    assert memos.clock.now - before == pytest.approx(sum(sleeps) * 1000, abs=len(sleeps))


def test_call_without_an_answer_has_status_0(server: MockMemosServer) -> None:
    def answers(target: PlayTarget) -> list[tuple[int, dict[str, Any]]]:
        body = {"user_id": "ana", "query": "tea"}
        return [target.send("POST", "/search/memory", body) for _ in range(2)]

    memos = MockMemos(clock="manual")
    open_one = server.new_world("faulty")
    for mock in (memos, open_one):
        mock.faults.once("gateway-html")
        mock.faults.once("reset")
    in_process = answers(InProcessTarget(memos))
    assert in_process[0] == (0, {})
    assert in_process[1][0] == 502
    assert in_process[1][1]["text"].startswith("<html>")
    with connect(server.base_url, "faulty") as target:
        assert answers(target) == in_process


def test_control_api_is_found_without_the_base_path() -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        return httpx.Response(200, json={"status": "ok"})

    for base in ("http://a/x/platform/api/openmem/v1/", "http://b:1/other", "http://c"):
        with connect(base, "k", transport=httpx.MockTransport(answer)) as target:
            target.send("POST", "/get/status", {"task_id": "t"})
    assert requests == [
        "http://a/x/_mock/health",
        "http://a/x/platform/api/openmem/v1/get/status",
        "http://b:1/_mock/health",
        "http://b:1/other/get/status",
        "http://c/_mock/health",
        "http://c/api/openmem/v1/get/status",
    ]
