"""A run against any service ends with differences and reasons, never with a crash."""

from collections.abc import Callable

import httpx
import pytest

from mock_memos.verification.service import MAX_RESPONSE_BYTES, ServiceClient
from mock_memos.verification.session import RETRY_DELAYS_SECONDS, Session
from tests.support.check_runs import ALL_CHECKS, URL, Proxy, checks_named, mock, run_all, session
from tests.support.odd_services import ODD, always

FEW = ALL_CHECKS[::3]


@pytest.mark.parametrize("odd_service", ODD.values(), ids=ODD)
def test_run_survives_an_odd_service(odd_service: httpx.BaseTransport) -> None:
    record = run_all(odd_service, FEW)
    assert len(record.results) == len(FEW)
    assert record.status in (1, 3)
    assert record.count("same") < 5
    assert all(item.detail for item in record.results if item.verdict != "same")


@pytest.mark.parametrize("category", [httpx.ReadError, httpx.ReadTimeout, httpx.ConnectError])
def test_broken_connection_skips_only_its_facts(category: type[httpx.TransportError]) -> None:
    def before(request: httpx.Request) -> httpx.Request:
        if len(proxy.calls) % 9 == 0:
            raise category("broken", request=request)
        return request

    proxy = Proxy(mock().transport(), before=before)
    record = run_all(proxy)
    assert record.count("same") > 100
    assert record.count("differs") == 0
    assert any(category.__name__ in item.detail for item in record.results)


def test_rate_limited_call_is_retried() -> None:
    rests: list[float] = []
    limited = httpx.Response(403, json={"code": 40300, "data": None, "message": "slow"})
    replies = [limited, httpx.Response(429, headers={"retry-after": "7"})]

    def after(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        return replies.pop() if replies else response

    transport = Proxy(mock().transport(), after)
    target = ServiceClient(URL, "a-secret-key", transport=transport, sleep=rests.append)
    answer = Session(target, "test").post("get/memory", user_id="ana")
    assert answer.code == 0
    assert rests == [7.0, RETRY_DELAYS_SECONDS[1]]


def test_rate_limited_fact_is_skipped_after_retries() -> None:
    limited = always(b'{"code":40300,"data":null,"message":"slow"}', 403)
    record = run_all(limited, checks_named("a_status_needs_a_task"))
    (outcome,) = record.results
    assert outcome.detail == "get/status: the service reports too many requests"
    assert record.calls == len(RETRY_DELAYS_SECONDS) + 1


def test_max_calls_applies_until_clean_up() -> None:
    memos = mock()
    record = run_all(memos.transport(), max_calls=60)
    assert record.calls > 60
    assert record.remaining == []
    assert record.results[-1].detail == "all 60 calls of this run are used"
    assert record.status == 3


def test_max_tokens_is_not_exceeded() -> None:
    record = run_all(mock().transport(), max_tokens=500)
    assert record.tokens < 1000
    assert any("all 500 tokens" in item.detail for item in record.results)


def test_endless_tasks_share_one_timeout() -> None:
    here = session(
        mock(processing_delay=1e9, file_processing_delay=1e9).transport(), task_timeout=10
    )
    for name in "ab":
        task = here.task_id_of(here.add_messages(here.id_for(name), "I moved to Ghent."))
        list(here.poll("get/status", task_id=task))
    assert here.calls < 20


def test_results_do_not_contain_the_key() -> None:
    echo = always(b'{"code":0,"data":{"status":"a-secret-key"},"message":"a-secret-key"}')
    record = run_all(echo)
    output = [item.detail for item in record.results]
    assert "<key>" in " ".join(output)
    assert "a-secret-key" not in " ".join(output)


@pytest.mark.parametrize("size", [MAX_RESPONSE_BYTES + 1, MAX_RESPONSE_BYTES * 2])
def test_too_long_response_is_not_read_completely(size: int) -> None:
    sent = 0

    def pieces() -> object:
        nonlocal sent
        while sent < size:
            sent += 2**20
            yield b"x" * 2**20

    stream: Callable[[], object] = pieces
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=stream()))  # type: ignore[arg-type]
    with ServiceClient(URL, "k", transport=transport) as target:
        answer = target.get("get/memory/x")
    assert "longer than" in answer.connection_error
    assert sent <= MAX_RESPONSE_BYTES + 2**20


def test_key_with_invalid_characters_is_rejected() -> None:
    for key in ("schlüssel", "a\nb"):
        with pytest.raises(ValueError, match="not allowed in a header"):
            ServiceClient(URL, key)
