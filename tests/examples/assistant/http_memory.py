"""MemOS over plain HTTP, with httpx."""

import os
from typing import Any, Self

import httpx

from tests.examples.assistant.memory import (
    MemoryRefused,
    MemoryUnavailable,
    Message,
    Progress,
    Recollection,
)


class HttpMemory:
    """A client with one connection pool. Reading is tried twice, writing once."""

    def __init__(self, base_url: str, api_key: str) -> None:
        headers = {"Authorization": f"Token {api_key}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=5)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(os.environ["MEMOS_BASE_URL"], os.environ["MEMOS_API_KEY"])

    def close(self) -> None:
        self._http.close()

    def remember(self, user: str, conversation: str, spoken: list[Message]) -> str:
        messages = [{"role": item.role, "content": item.text} for item in spoken]
        turn = {"user_id": user, "conversation_id": conversation, "messages": messages}
        return str(self._ask("add/message", turn)["task_id"])

    def progress(self, task: str) -> Progress:
        status: Progress = self._read("get/status", {"task_id": task})["status"]
        return status

    def recall(self, user: str, question: str, *, only_about: str = "") -> Recollection:
        body: dict[str, Any] = {"user_id": user, "query": question}
        if only_about:
            body["filter"] = {"and": [{"tags": {"contains": only_about}}]}
        result = self._read("search/memory", body)
        return Recollection(
            facts=[item["memory_value"] for item in result["memory_detail_list"]],
            preferences=[item["preference"] for item in result["preference_detail_list"]],
        )

    def correct(self, user: str, conversation: str, feedback: str) -> str:
        body = {"user_id": user, "conversation_id": conversation, "feedback_content": feedback}
        return str(self._ask("add/feedback", body)["task_id"])

    def history(self, user: str, conversation: str) -> list[Message]:
        body = {"user_id": user, "conversation_id": conversation, "message_limit_number": 50}
        listed = self._read("get/message", body)["message_detail_list"]
        return [Message(item["role"], item["content"]) for item in listed]

    def forget(self, user: str) -> None:
        try:
            self._ask("delete/memory", {"user_id": user})
        except MemoryRefused as refusal:
            if refusal.code != 40308:  # a user without messages has no memories
                raise

    def _read(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._ask(operation, body)
        except MemoryUnavailable:
            return self._ask(operation, body)

    def _ask(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._http.post(f"/{operation}", json=body).json()
            code, data = answer["code"], answer["data"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
            raise MemoryUnavailable(f"{operation}: {problem!r}") from problem
        if code >= 50000 and code not in (50120, 50123, 50131):
            raise MemoryUnavailable(f"{operation}: {code}")
        if code != 0:
            raise MemoryRefused(code, answer["message"] or "")
        if not isinstance(data, dict):
            raise MemoryUnavailable(f"{operation}: no data in the answer")
        return data
