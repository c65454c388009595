"""Limits of a project's plan, on virtual time: tokens of one request, calls and tokens in a window.

All are off by default, because the service's own way of counting tokens is unknown: with
`enforce_quotas = "documented"` the documented numbers hold, counted by the estimate of `tokens`.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, Final, Self

import msgspec

from mock_memos.content import token_count
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError
from mock_memos.core.settings import Settings

TOKEN_LIMITS: Final = {
    "add/message": 40_000,
    "search/memory": 40_000,
    "add/feedback": 40_000,
    "chat": 8_000,
    "extract/memory": 8_000,
    "rerank": 8_000,
}
"""Tokens that one request may carry. add/feedback is assumed, the others are documented."""

WRITES: Final = ("add/message", "add/feedback", "add/knowledgebase-file")
"""Operations whose tokens count towards the tokens a minute (assumed from their error tables)."""

SECOND: Final = 1_000
MINUTE: Final = 60_000


class UsedQuota(msgspec.Struct, frozen=True, kw_only=True):
    """What a project has used: moments and counts of the windows, and all calls there were."""

    calls: tuple[tuple[int, int], ...] = ()
    tokens: tuple[tuple[int, int], ...] = ()
    total: int = 0


class Quotas:
    """What a project has used lately. Refused requests use nothing (documented)."""

    def __init__(self, used: UsedQuota = UsedQuota()) -> None:  # noqa: B008  a value
        self._calls = deque(used.calls)
        self._tokens = deque(used.tokens)
        self._total = used.total

    @property
    def used(self) -> UsedQuota:
        """What was used so far."""
        return UsedQuota(calls=tuple(self._calls), tokens=tuple(self._tokens), total=self._total)

    def check(self, operation: str, request: Any, now: int, settings: Settings) -> "Cost":
        """What a request costs. Raises 40300, 40304, 40305 or 40309 when it is too much."""
        cost = Cost(now, _user_count(request), _token_count(request), operation)
        limit = TOKEN_LIMITS.get(operation)
        if limit is not None and cost.tokens > limit:
            raise ApiError(
                service_errors.TOKEN_LIMIT,
                f"the request is about {cost.tokens} tokens; {limit} are allowed",
            )
        most = settings.calls_total_limit
        if most and self._total + cost.calls > most:
            raise ApiError(service_errors.CALL_QUOTA, f"all {most} calls of the quota are used up")
        used = sum(calls for at, calls in self._calls if at > now - SECOND)
        if used + cost.calls > settings.calls_per_second_limit:
            raise ApiError(
                service_errors.RATE_LIMIT,
                f"{used} calls in the last virtual second, and this one counts {cost.calls}; "
                f"{settings.calls_per_second_limit} are allowed",
            )
        used = sum(count for at, count in self._tokens if at > now - MINUTE)
        if operation in WRITES and used + cost.tokens > settings.tokens_per_minute_limit:
            raise ApiError(
                service_errors.TOKEN_RATE_LIMIT,
                f"{used} input tokens in the last virtual minute, and {cost.tokens} more; "
                f"{settings.tokens_per_minute_limit} are allowed",
            )
        return cost

    def spend(self, cost: "Cost") -> None:
        """A request was answered: it counts from now on."""
        _drop_before(self._calls, cost.now - SECOND)
        _drop_before(self._tokens, cost.now - MINUTE)
        self._total += cost.calls
        self._calls.append((cost.now, cost.calls))
        if cost.operation in WRITES:
            self._tokens.append((cost.now, cost.tokens))

    def fork(self) -> Self:
        return type(self)(self.used)


class Cost:
    """What one request would use up."""

    __slots__ = ("calls", "now", "operation", "tokens")

    def __init__(self, now: int, calls: int, tokens: int, operation: str) -> None:
        self.now, self.calls, self.tokens, self.operation = now, calls, tokens, operation


def peak(spent: Iterable[tuple[int, int]], window: int) -> int:
    """The most that was spent within so many milliseconds; moments and amounts in their order."""
    within: deque[tuple[int, int]] = deque()
    most = held = 0
    for now, amount in spent:
        while within and within[0][0] <= now - window:
            held -= within.popleft()[1]
        within.append((now, amount))
        held += amount
        most = max(most, held)
    return most


def _drop_before(window: deque[tuple[int, int]], before: int) -> None:
    while window and window[0][0] <= before:
        window.popleft()


def _user_count(request: Any) -> int:
    """A group chat counts once for each participant (documented as a division of the rate)."""
    ids = getattr(request, "user_id", "")
    return max(1, len(ids)) if isinstance(ids, list) else 1


def _token_count(request: Any) -> int:
    """The tokens of all that a request says."""
    said = [getattr(request, name, "") for name in ("query", "feedback_content")]
    said += getattr(request, "documents", ())
    for message in getattr(request, "messages", ()):
        if isinstance(message.content, str):
            said.append(message.content)
        else:
            said += [getattr(part, "text", "") for part in message.content]
    return sum(token_count.count_tokens(text) for text in said if text)
