"""Every check fails if the responses contradict its fact."""

from typing import Any

import httpx
import pytest

from mock_memos.verification.check import Check, CheckResult
from mock_memos.verification.checks import CHECKS, FIXTURES
from mock_memos.verification.expectations import Value
from mock_memos.verification.runner import Fixtures, run_check
from mock_memos.verification.service import ServiceResponse
from tests.support.check_runs import Proxy, mock, session

EMPTY = b'{"message":"ok","code":0,"data":{}}'
FAILED = b'{"message":"","code":50000,"data":null}'
EMPTY_ANSWER = ServiceResponse(method="POST", operation="any", status=200, body=EMPTY)
FAILED_ANSWER = ServiceResponse(method="POST", operation="any", status=500, body=FAILED)


class Sham(Fixtures):
    """Correct fixtures whose responses are then replaced."""

    def __init__(self, real: Fixtures, answer: ServiceResponse) -> None:
        self._real, self._answer = real, answer

    def get(self, name: str) -> Any:
        made = self._real.get(name)
        if not isinstance(made, tuple):
            return made
        return type(made)(*map(self._sham, made))

    def _sham(self, value: Any) -> Any:
        if isinstance(value, ServiceResponse):
            return self._answer
        if isinstance(value, Value):
            return Value(self._answer.data, value.path)
        return tuple(map(self._sham, value)) if isinstance(value, tuple) else value


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, CheckResult]]:
    """Runs every check with wrong responses, with correct and with wrong fixtures."""
    sham = EMPTY_ANSWER
    bad = False

    def after(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(sham.status, content=sham.body) if bad else response

    here = session(Proxy(mock().transport(), after))
    ground = Fixtures(here, FIXTURES)
    for name in FIXTURES:
        ground.get(name)
    here.wait_seconds = 0
    bad = True
    output: dict[str, dict[str, CheckResult]] = {}
    for category, sham in (("empty", EMPTY_ANSWER), ("failed", FAILED_ANSWER)):
        output[category] = {check.name: run_check(here, check, ground) for check in CHECKS}
        shams = Sham(ground, sham)
        output[f"{category} throughout"] = {
            check.name: run_check(here, check, shams) for check in CHECKS
        }
    return output


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_check_fails_for_wrong_responses(
    check: Check, outcomes: dict[str, dict[str, CheckResult]]
) -> None:
    assert "differs" in [output[check.name].verdict for output in outcomes.values()]


def test_no_check_passes_if_all_calls_fail(outcomes: dict[str, dict[str, CheckResult]]) -> None:
    output = outcomes["failed throughout"].values()
    assert [item.check.name for item in output if item.verdict == "same"] == []
