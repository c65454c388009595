"""Quotas of a project, in virtual time: tokens per request, calls and tokens per time window.

Off by default, because it is unknown how the service counts tokens. With
`enforce_quotas = "documented"` the documented limits apply to an estimate of the tokens.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple, Self

import msgspec

from mock_memos.content import token_count
from mock_memos.core import service_errors
from mock_memos.core.request_facts import RequestFacts
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
"""Maximum tokens of a request (documented; add/feedback is assumed)."""

WRITES: Final = ("add/message", "add/feedback")
"""Operations whose tokens count per minute (assumed from their error tables)."""

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000


class UsedQuota(msgspec.Struct, frozen=True, kw_only=True):
    """Times (ms) and amounts of recent calls and tokens, and the total number of calls."""

    calls: tuple[tuple[int, int], ...] = ()
    tokens: tuple[tuple[int, int], ...] = ()
    total: int = 0


class Quotas:
    """The used quota of a project. Refused requests do not count (documented)."""

    def __init__(self, used: UsedQuota = UsedQuota()) -> None:  # noqa: B008  a value
        self._calls = deque(used.calls)
        self._tokens = deque(used.tokens)
        self._total = used.total

    def to_used_quota(self) -> UsedQuota:
        """Returns the used quota as a value."""
        return UsedQuota(calls=tuple(self._calls), tokens=tuple(self._tokens), total=self._total)

    def check(self, facts: RequestFacts, now: int, settings: Settings) -> "Cost":
        """Returns the cost of a request. Raises 40300, 40304, 40305 or 40309 above a limit."""
        operation = facts.operation
        cost = Cost(now, count_calls(facts), count_tokens(operation, facts.texts), operation)
        limit = TOKEN_LIMITS.get(operation)
        if limit is not None and cost.tokens > limit:
            raise ApiError(
                service_errors.TOKEN_LIMIT,
                f"the request is about {cost.tokens} tokens; {limit} are allowed",
            )
        total = settings.calls_total_limit
        if total and self._total + cost.calls > total:
            raise ApiError(service_errors.CALL_QUOTA, f"all {total} calls of the quota are used")
        used = sum(calls for at, calls in self._calls if at > now - SECOND_MS)
        if used + cost.calls > settings.calls_per_second_limit:
            raise ApiError(
                service_errors.RATE_LIMIT,
                f"{used} calls in the last virtual second, and this one counts {cost.calls}; "
                f"{settings.calls_per_second_limit} are allowed",
            )
        used = sum(count for at, count in self._tokens if at > now - MINUTE_MS)
        if operation in WRITES and used + cost.tokens > settings.tokens_per_minute_limit:
            raise ApiError(
                service_errors.TOKEN_RATE_LIMIT,
                f"{used} input tokens in the last virtual minute, and {cost.tokens} more; "
                f"{settings.tokens_per_minute_limit} are allowed",
            )
        return cost

    def spend(self, cost: "Cost") -> None:
        """Counts a request that was answered."""
        _drop_before(self._calls, cost.now - SECOND_MS)
        _drop_before(self._tokens, cost.now - MINUTE_MS)
        self._total += cost.calls
        self._calls.append((cost.now, cost.calls))
        if cost.operation in WRITES:
            self._tokens.append((cost.now, cost.tokens))

    def fork(self) -> Self:
        """Returns an equal copy."""
        return type(self)(self.to_used_quota())


class Cost(NamedTuple):
    """The calls and tokens that a request uses."""

    now: int
    calls: int
    tokens: int
    operation: str


def peak(amounts: Iterable[tuple[int, int]], window_ms: int) -> int:
    """Returns the largest sum within a time window, from times (ms) and amounts in order."""
    window: deque[tuple[int, int]] = deque()
    largest = current = 0
    for now, amount in amounts:
        while window and window[0][0] <= now - window_ms:
            current -= window.popleft()[1]
        window.append((now, amount))
        current += amount
        largest = max(largest, current)
    return largest


def _drop_before(window: deque[tuple[int, int]], before: int) -> None:
    while window and window[0][0] <= before:
        window.popleft()


def count_calls(facts: RequestFacts) -> int:
    """Returns how many calls a request counts: one per user of a group chat (documented)."""
    users = facts.fields.get("user_id")
    return max(1, len(users)) if isinstance(users, list) else 1


def count_tokens(operation: str, texts: Iterable[str]) -> int:
    """Returns the estimated tokens of the texts of a request, where tokens are limited."""
    return sum(map(token_count.count_tokens, texts)) if operation in TOKEN_LIMITS else 0
