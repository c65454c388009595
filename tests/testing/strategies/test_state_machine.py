"""The state machine finds failures of an application and reduces them to the fewest steps."""

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

SETTINGS = settings(
    max_examples=300,
    stateful_step_count=8,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

ADD = "add_message"

HTTP = httpx.Client()
"""Shared by all examples, because creating a client is slower than an example."""


@pytest.fixture(autouse=True, scope="module")
def close_client() -> Iterator[None]:
    with HTTP:
        yield


class Diary(MemosMachine):
    """A correct application that adds and searches."""

    def connect(self, memos: Memos) -> None:
        self.base_url = memos.base_url
        self.headers = {"Authorization": f"Token {memos.api_key}"}

    def ask(self, operation: str, **body: Any) -> Any:
        answer = HTTP.post(f"{self.base_url}/{operation}", json=body, headers=self.headers)
        return answer.raise_for_status().json()["data"]

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        messages = [{"role": "user", "content": text}]
        turn = {"user_id": user_id, "conversation_id": conversation_id, "messages": messages}
        task: str = self.ask("add/message", **turn)["task_id"]
        return task

    def search(self, user_id: str, query: str) -> list[str]:
        result = self.ask("search/memory", user_id=user_id, query=query)
        return [memory["memory_value"] for memory in result["memory_detail_list"]]


class Notebook(Diary):
    """A correct application with all optional methods."""

    def status(self, task_id: str) -> str:
        status: str = self.ask("get/status", task_id=task_id)["status"]
        return status

    def history(self, user_id: str, conversation_id: str) -> list[str]:
        result = self.ask("get/message", user_id=user_id, conversation_id=conversation_id)
        return [message["content"] for message in result["message_detail_list"]]

    def forget(self, user_id: str) -> None:
        self.ask("delete/memory", user_id=user_id)


def test_correct_application_passes() -> None:
    run_state_machine_as_test(Notebook, settings=settings(SETTINGS, max_examples=30))


def test_machine_runs_against_live_server() -> None:
    with MockMemosServer() as server:

        class Live(Notebook):
            def start_mock(self) -> Any:
                return nullcontext(server.new_world(clock="manual"))

        run_state_machine_as_test(Live, settings=settings(SETTINGS, max_examples=5))


# --- applications that are wrong ---


class SharesUsers(Diary):
    """Stores the memories of all users under one user."""

    def ask(self, operation: str, **body: Any) -> Any:
        return super().ask(operation, **body | {"user_id": "ana"} if "user_id" in body else body)


class LosesChinese(Diary):
    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        return super().add(user_id, conversation_id, text) if text.isascii() else None


class SkipsRepeatedUsers(Diary):
    """Sends only the first message of each user."""

    def connect(self, memos: Memos) -> None:
        super().connect(memos)
        self.known: set[str] = set()

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        if user_id in self.known:
            return None
        self.known.add(user_id)
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
    ("application", "steps", "message"),
    [
        (SharesUsers, [ADD, "search_any_time"], "did not send"),
        (LosesChinese, [ADD, "search_when_idle"], "sent '我养了一只鹦鹉。' and all tasks have"),
        (SkipsRepeatedUsers, [ADD, ADD, "search_when_idle"], "have completed, but a search for"),
        (BelievesTooSoon, [ADD, "check_status"], "the task is running, the application reports"),
        (ReversesHistory, [ADD, ADD, "check_history"], ", but it lists"),
        (ForgetsNothing, [ADD, "forget_user"], "or it was deleted"),
    ],
)
def test_failing_application_is_reduced_to_fewest_steps(
    application: type[Diary], steps: list[str], message: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(application, settings=SETTINGS)
    notes = "\n".join(caught.value.__notes__)
    called = [
        line.strip().removeprefix("state.").partition("(")[0]
        for line in notes.splitlines()
        if line.strip().startswith("state.") and "teardown" not in line
    ]
    assert called == steps, notes
    assert message in str(caught.value)


def test_machine_without_add_or_search_raises() -> None:
    with pytest.raises(NotImplementedError, match="MemosMachine must implement"):
        run_state_machine_as_test(MemosMachine, settings=SETTINGS)
