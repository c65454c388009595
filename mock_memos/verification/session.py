"""One run against a service: unique ids, limits, retries, and what has to be deleted."""

from collections.abc import Iterator
from typing import Any, Final, Unpack

from mock_memos.content import token_count
from mock_memos.core.request_facts import request_texts
from mock_memos.verification.created_resources import FINAL_STATUSES, CreatedResources
from mock_memos.verification.defaults import TASK_TIMEOUT
from mock_memos.verification.expectations import Inconclusive, Value, is_rate_limited, ok
from mock_memos.verification.service import (
    Caller,
    RequestParts,
    ServiceClient,
    ServiceResponse,
    backoff,
)

RETRY_DELAYS_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Delays between retries of a rate-limited call."""

MIN_KEY_LENGTH: Final = 8
"""Shorter keys are not hidden in messages."""

TOKEN_OPERATIONS: Final = (
    "add/message", "search/memory", "add/feedback", "extract/memory", "rerank", "chat",
    "add/knowledgebase-file",
)  # fmt: skip
"""Operations whose input the service counts in tokens (documented)."""


class Session(Caller):
    """Calls a service during one run. All ids of the run contain `run_id`."""

    def __init__(
        self,
        client: ServiceClient,
        run_id: str,
        *,
        task_timeout: float = TASK_TIMEOUT,
        max_calls: int = 0,
        max_tokens: int = 0,
    ) -> None:
        """`task_timeout`: seconds to wait for tasks in total. A maximum of 0 means unlimited."""
        self.client = client
        self.run_id = run_id
        self.created = CreatedResources()
        self.calls = 0
        self.tokens = 0
        self.wait_seconds = task_timeout
        self._limits = (max_calls, max_tokens)

    def id_for(self, name: str) -> str:
        """Returns the id of a user, an Agent or a conversation of this run."""
        return f"verify-{self.run_id}-{name}"

    @property
    def unused_id(self) -> str:
        """An id of this run without any data."""
        return self.id_for("nil")

    def owns(self, name: Any) -> bool:
        """Returns whether a name belongs to this run."""
        return isinstance(name, str) and f"-{self.run_id}" in name

    def send(self, method: str, operation: str, **parts: Unpack[RequestParts]) -> ServiceResponse:
        """Sends any request. Retries while the service reports too many requests."""
        for delay in (*RETRY_DELAYS_SECONDS, None):
            self._count(operation, parts.get("body"))
            with self.created.track(operation, parts.get("body")) as note:
                response = self.client.send(method, operation, **parts)
                note(response)
            if delay is None or not is_rate_limited(response):
                break
            self.client.sleep(_retry_after_seconds(response) or delay)
        return response

    def add_messages(self, user_id: Any, *sentences: str, **fields: Any) -> ServiceResponse:
        """Adds messages in which a user says these sentences."""
        messages = [{"role": "user", "content": sentence} for sentence in sentences]
        return self.post("add/message", user_id=user_id, messages=messages, **fields)

    def search(self, user_id: str, query: str, **fields: Any) -> Value:
        """Searches the memories of a user, by default without a threshold."""
        return ok(
            self.post("search/memory", user_id=user_id, query=query, **{"relativity": 0, **fields})
        )

    def list_memories(self, user_id: str, **fields: Any) -> Value:
        """Returns a page of a user's memories."""
        return ok(self.post("get/memory", user_id=user_id, **fields))

    def task_id_of(self, response: ServiceResponse) -> str:
        """Returns the id of the task in a response."""
        return ok(response)["task_id"].non_empty_text()

    def wait_for_task(self, task_id: str) -> Value:
        """Returns the final status of a task."""
        for response in self.poll("get/status", task_id=task_id):
            status = ok(response)
            if isinstance(status.raw, list):  # the format of older documentation
                status = status[0]
            if status["status"].raw in FINAL_STATUSES:
                return status
        raise Inconclusive(f"task {task_id} did not end in time")

    def poll(self, operation: str, /, **fields: Any) -> Iterator[ServiceResponse]:
        """Calls an operation repeatedly while this run may wait."""
        yield self.post(operation, **fields)
        for delay in backoff(self.wait_seconds):
            self.client.sleep(delay)
            self.wait_seconds -= delay
            yield self.post(operation, **fields)

    def poll_until_ended(
        self, operation: str, /, *path: str | int, timeout_seconds: float, **fields: Any
    ) -> Iterator[ServiceResponse]:
        """Polls until the status at a path is final, the call fails, or the time is over."""
        self.wait_seconds = timeout_seconds
        for response in self.poll(operation, **fields):
            yield response
            if response.code != 0 or response.task_status(*path) in FINAL_STATUSES:
                return

    def hide_key(self, text: str) -> str:
        """Removes the API key from a text."""
        key = self.client.api_key
        return text.replace(key, "<key>") if len(key) >= MIN_KEY_LENGTH else text

    def lift_limits(self, wait_seconds: float) -> None:
        """Removes the maximum numbers of calls and tokens, and sets the time for waits."""
        self._limits = (0, 0)
        self.wait_seconds = wait_seconds

    def _count(self, operation: str, body: Any) -> None:
        for used, limit, name in zip(
            (self.calls, self.tokens), self._limits, ("calls", "tokens"), strict=True
        ):
            if limit and used >= limit:
                raise Inconclusive(f"all {limit} {name} of this run are used")
        self.calls += 1
        self.tokens += count_tokens(operation, body)


def count_tokens(operation: str, body: Any) -> int:
    """Estimates the tokens that the service counts for a call."""
    if operation not in TOKEN_OPERATIONS:
        return 0
    fields = body if isinstance(body, dict) else {}
    return sum(map(token_count.count_tokens, request_texts(fields)))


def first_of(values: list[Value], name: str) -> Value:
    """Returns the first value. Raises `Inconclusive` without one."""
    if not values:
        raise Inconclusive(f"the service made no {name}")
    return values[0]


def _retry_after_seconds(response: ServiceResponse) -> float:
    """Returns the delay of a Retry-After header in seconds, at most 60; 0 without one."""
    text = response.headers.get("retry-after", "")
    return min(float(text), 60.0) if text.isdecimal() else 0.0
