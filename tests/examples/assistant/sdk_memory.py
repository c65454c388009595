"""MemOS through its official Python client."""

from collections.abc import Callable
from typing import Any

import requests

from tests.examples.assistant.memory import (
    MemoryRefused,
    MemoryUnavailable,
    Message,
    Progress,
    Recollection,
)


class SdkMemory:
    """The client tries three times by itself and knows no codes: they are read from its errors."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def close(self) -> None: ...

    def remember(self, user: str, conversation: str, spoken: list[Message]) -> str:
        messages = [{"role": item.role, "content": item.text} for item in spoken]
        answer = self._call(
            lambda: self._client.add_message(messages, user_id=user, conversation_id=conversation)
        )
        return str(answer.task_id)

    def progress(self, task: str) -> Progress:
        status: Progress = self._call(lambda: self._client.get_task_status(task)).data.status
        return status

    def recall(self, user: str, question: str, *, only_about: str = "") -> Recollection:
        conditions = {"and": [{"tags": {"contains": only_about}}]} if only_about else None
        result = self._call(
            lambda: self._client.search_memory(question, user_id=user, filter=conditions)
        )
        return Recollection(
            facts=[item.memory_value for item in result.memories],
            preferences=[item.preference for item in result.preferences],
        )

    def correct(self, user: str, conversation: str, feedback: str) -> str:
        answer = self._call(
            lambda: self._client.add_feedback(
                feedback_content=feedback, user_id=user, conversation_id=conversation
            )
        )
        return str(answer.task_id)

    def history(self, user: str, conversation: str) -> list[Message]:
        listed = self._call(
            lambda: self._client.get_message(user, conversation, message_limit_number=50)
        )
        return [Message(message.role, message.content) for message in listed.messages]

    def forget(self, user: str) -> None:
        try:
            self._call(lambda: self._client.delete_memory(user_id=user))
        except MemoryRefused as refusal:
            if refusal.code != 40308:
                raise

    def _call(self, method: Callable[[], Any]) -> Any:
        try:
            return method()
        except requests.HTTPError as problem:
            code, message = _reason(problem.response)
            if code and (code < 50000 or code in (50120, 50123, 50131)):
                raise MemoryRefused(code, message) from problem
            raise MemoryUnavailable(str(problem)) from problem
        except (requests.RequestException, ValueError) as problem:
            raise MemoryUnavailable(repr(problem)) from problem


def _reason(response: requests.Response) -> tuple[int, str]:
    """Returns code and message of an error, if its body has them."""
    try:
        answer = response.json()
        return int(answer["code"]), str(answer["message"] or "")
    except (ValueError, KeyError, TypeError):
        return 0, ""
