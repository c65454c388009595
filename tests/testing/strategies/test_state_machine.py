"""The machine finds what an application does wrong, and shows it in as few steps as it takes."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mock_memos import MockMemosServer
from mock_memos.testing.memos import Memos
from mock_memos.testing.strategies.state_machine import MemosMachine

settled = settings(
    max_examples=100,
    stateful_step_count=8,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

HTTP = httpx.Client()
"""One for all examples, because to make one takes longer than an example."""


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    with HTTP:
        yield


class Diary(MemosMachine):
    """An application that adds and searches, and does it right."""

    def connect(self, memos: Memos) -> None:
        self.base_url = memos.base_url
        self.headers = {"Authorization": f"Token {memos.api_key}"}

    def ask(self, operation: str, **body: Any) -> Any:
        answer = HTTP.post(f"{self.base_url}/{operation}", json=body, headers=self.headers)
        return answer.raise_for_status().json()["data"]

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        said = [{"role": "user", "content": text}]
        turn = {"user_id": user_id, "conversation_id": conversation_id, "messages": said}
        task: str = self.ask("add/message", **turn)["task_id"]
        return task

    def search(self, user_id: str, query: str) -> list[str]:
        found = self.ask("search/memory", user_id=user_id, query=query)
        return [one["memory_value"] for one in found["memory_detail_list"]]


class Notebook(Diary):
    """An application that does everything right."""

    def status(self, task_id: str) -> str:
        status: str = self.ask("get/status", task_id=task_id)["status"]
        return status

    def history(self, user_id: str, conversation_id: str) -> list[str]:
        asked = {"user_id": user_id, "conversation_id": conversation_id}
        return [one["content"] for one in self.ask("get/message", **asked)["message_detail_list"]]

    def forget(self, user_id: str) -> None:
        self.ask("delete/memory", user_id=user_id)


def test_an_application_that_is_right_passes() -> None:
    run_state_machine_as_test(Notebook, settings=settings(settled, max_examples=30))


def test_the_machine_runs_against_a_live_server_too() -> None:
    with MockMemosServer() as server:

        class Live(Notebook):
            def double(self) -> Any:
                return nullcontext(server.new_world("machine", clock="manual"))

        run_state_machine_as_test(Live, settings=settings(settled, max_examples=5))


# --- applications that are wrong ---


class SharesUsers(Diary):
    """Everybody's memories land in one place."""

    def ask(self, operation: str, **body: Any) -> Any:
        return super().ask(operation, **body | {"user_id": "ana"} if "user_id" in body else body)


class LosesChinese(Diary):
    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        return super().add(user_id, conversation_id, text) if text.isascii() else None


class SkipsRepeatedUsers(Diary):
    """Only a user's first message is sent."""

    def connect(self, memos: Memos) -> None:
        super().connect(memos)
        self.seen: set[str] = set()

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        if user_id in self.seen:
            return None
        self.seen.add(user_id)
        return super().add(user_id, conversation_id, text)


class BelievesTooSoon(Diary):
    def status(self, task_id: str) -> str:
        return "completed"


class ReversesHistory(Diary):
    def history(self, user_id: str, conversation_id: str) -> list[str]:
        return Notebook.history(self, user_id, conversation_id)[::-1]  # type: ignore[arg-type]


class ForgetsNothing(Diary):
    def forget(self, user_id: str) -> None:
        pass


@pytest.mark.parametrize(
    ("application", "steps", "told"),
    [
        (SharesUsers, ["say", "look_for"], "never said"),
        (LosesChinese, ["say", "look_when"], "said '我养了一只鹦鹉。', all tasks are done"),
        (SkipsRepeatedUsers, ["say", "say", "look_when"], "all tasks are done, and a search for"),
        (BelievesTooSoon, ["say", "ask_status"], "the task is running, and the application says"),
        (ReversesHistory, ["say", "say", "read_history"], ", and it lists"),
        (ForgetsNothing, ["say", "forget"], "or it is forgotten"),
    ],
)
def test_what_an_application_does_wrong_shrinks_to_the_steps_that_it_takes(
    application: type[Diary], steps: list[str], told: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(application, settings=settled)
    notes = "\n".join(caught.value.__notes__)
    taken = [
        line.strip().removeprefix("state.").partition("(")[0]
        for line in notes.splitlines()
        if line.strip().startswith("state.") and "teardown" not in line
    ]
    assert [one[: len(step)] for one, step in zip(taken, steps, strict=True)] == steps, notes
    assert told in str(caught.value)


def test_a_machine_says_what_a_subclass_lacks() -> None:
    with pytest.raises(NotImplementedError, match="MemosMachine has to say how the application"):
        run_state_machine_as_test(MemosMachine, settings=settled)
