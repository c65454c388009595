"""A target in one run, with an eye on what the run uses and leaves: what checks and tours ask."""

import json
from collections.abc import Iterator
from typing import Any, Final, Unpack

from mock_memos.content import token_count
from mock_memos.verification.created_resources import ENDS, Traces
from mock_memos.verification.expectations import Unasked, Value, is_limited, ok
from mock_memos.verification.service import Answer, Caller, Sent, Target, rests

RESTS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to rest, again and again, when the service says that it is asked too much."""

SHORTEST: Final = 8
"""A key that is shorter is nobody's secret."""

COUNTED: Final = (
    "add/message", "search/memory", "add/feedback", "extract/memory", "rerank", "chat",
    "add/knowledgebase-file",
)  # fmt: skip
"""Operations whose input the service counts in tokens (documented)."""


class Site(Caller):
    """A target in one run. Every id in it begins with the run's name."""

    def __init__(
        self,
        target: Target,
        run: str,
        *,
        patience: float = 180.0,
        max_calls: int = 0,
        max_tokens: int = 0,
    ) -> None:
        """`patience`: seconds to wait for tasks, in all. A maximum of 0 is none."""
        self.target = target
        self.run = run
        self.traces = Traces()
        self.calls = 0
        self.tokens = 0
        self.patience = patience
        self._most = (max_calls, max_tokens)

    def name(self, short: str) -> str:
        """An id that nobody else has: of a user, an Agent, a conversation."""
        return f"verify-{self.run}-{short}"

    def send(self, method: str, operation: str, **sent: Unpack[Sent]) -> Answer:
        """Send anything; rest and try again while the service is asked too much."""
        for rest in (*RESTS, None):
            self._count(operation, sent.get("body"))
            with self.traces.watch(operation, sent.get("body")) as note:
                answer = self.target.send(method, operation, **sent)
                note(answer)
            if rest is None or not is_limited(answer):
                break
            self.target.pause(_asked_rest(answer) or rest)
        return answer

    def owns(self, name: Any) -> bool:
        """Whether a name is of this run, so that nobody else's things bear it."""
        return isinstance(name, str) and f"-{self.run}" in name

    def add(self, user_id: Any, *said: str, **more: Any) -> Answer:
        """Add messages of a user, who says these sentences one after the other."""
        messages = [{"role": "user", "content": one} for one in said]
        return self.post("add/message", user_id=user_id, messages=messages, **more)

    def search(self, user_id: str, query: str, **more: Any) -> Value:
        """What is found for a user; without a threshold unless one is named."""
        fields = {"relativity": 0, **more}
        return ok(self.post("search/memory", user_id=user_id, query=query, **fields))

    def listed(self, user_id: str, **more: Any) -> Value:
        """A page of a user's memories."""
        return ok(self.post("get/memory", user_id=user_id, **more))

    def task_of(self, answer: Answer) -> str:
        """The id of the task that an answer began."""
        return ok(answer)["task_id"].filled()

    def ended(self, task_id: str) -> Value:
        """The last status of a task, once it has ended."""
        for asked in self.polls("get/status", task_id=task_id):
            status = ok(asked)
            if isinstance(status.raw, list):  # as older documentation has it
                status = status[0]
            if status["status"].raw in ENDS:
                return status
        raise Unasked(f"task {task_id} did not end while we waited")

    def polls(self, operation: str, /, **fields: Any) -> Iterator[Answer]:
        """Ask again and again, while the patience of this run lasts."""
        yield self.post(operation, **fields)
        for rest in rests(self.patience):
            self.target.pause(rest)
            self.patience -= rest
            yield self.post(operation, **fields)

    def follow(
        self, operation: str, /, *where: str | int, within: float, **fields: Any
    ) -> Iterator[Answer]:
        """Ask again until what stands at a place has ended, is refused, or the time is over."""
        self.patience = within
        for answer in self.polls(operation, **fields):
            yield answer
            if answer.code != 0 or answer.state(*where) in ENDS:
                return

    def hide(self, text: str) -> str:
        """A text without the key, should the target have told it."""
        key = self.target.api_key
        return text.replace(key, "<key>") if len(key) >= SHORTEST else text

    def free(self, patience: float) -> None:
        """From now on no maximum holds, and this is how long we wait."""
        self._most = (0, 0)
        self.patience = patience

    def _count(self, operation: str, body: Any) -> None:
        for used, most, what in zip(
            (self.calls, self.tokens), self._most, ("calls", "tokens"), strict=True
        ):
            if most and used >= most:
                raise Unasked(f"all {most} {what} that this run may use are used")
        self.calls += 1
        self.tokens += tokens_of(operation, body)


def tokens_of(operation: str, body: Any) -> int:
    """About how many tokens the service counts for a call."""
    if operation not in COUNTED:
        return 0
    return token_count.count_tokens(json.dumps(body, ensure_ascii=False))


def one_of(values: list[Value], what: str) -> Value:
    """The first of some values, or nothing can be asked about it."""
    if not values:
        raise Unasked(f"the service made no {what}")
    return values[0]


def _asked_rest(answer: Answer) -> float:
    """The seconds that a reply asks to rest, within reason."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), 60.0) if said.isdecimal() else 0.0
