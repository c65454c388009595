"""A check that cannot fail says nothing: each is shown answers that speak against it."""

from typing import Any

import httpx
import pytest

from mock_memos.verification.check import Check, CheckResult
from mock_memos.verification.checks import CHECKS, FIXTURES
from mock_memos.verification.expectations import Value
from mock_memos.verification.runner import Fixtures, run_check
from mock_memos.verification.service import ServiceResponse
from tests.support.asking import Proxy, double, session

EMPTY = b'{"message":"ok","code":0,"data":{}}'
FAILED = b'{"message":"","code":50000,"data":null}'
EMPTY_ANSWER = ServiceResponse(method="POST", operation="any", status=200, body=EMPTY)
FAILED_ANSWER = ServiceResponse(method="POST", operation="any", status=500, body=FAILED)


class Sham(Fixtures):
    """Set-ups that were made as they should be; what came back for them is then replaced."""

    def __init__(self, real: Fixtures, answer: ServiceResponse) -> None:
        self._real, self._answer = real, answer

    def give(self, name: str) -> Any:
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
    """Every check against good set-ups and bad answers, or bad set-ups and bad answers."""
    sham = EMPTY_ANSWER
    bad = False

    def after(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(sham.status, content=sham.body) if bad else response

    here = session(Proxy(double().transport(), after))
    ground = Fixtures(here, FIXTURES)
    for name in FIXTURES:
        ground.get(name)
    here.wait_seconds = 0
    bad = True
    told: dict[str, dict[str, CheckResult]] = {}
    for kind, sham in (("empty", EMPTY_ANSWER), ("failed", FAILED_ANSWER)):
        told[kind] = {check.name: run_check(here, check, ground) for check in CHECKS}
        shams = Sham(ground, sham)
        told[f"{kind} throughout"] = {check.name: run_check(here, check, shams) for check in CHECKS}
    return told


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_fails_when_answers_speak_against_it(
    check: Check, outcomes: dict[str, dict[str, CheckResult]]
) -> None:
    assert "differs" in [told[check.name].verdict for told in outcomes.values()]


def test_no_check_holds_against_a_service_that_only_fails(
    outcomes: dict[str, dict[str, CheckResult]],
) -> None:
    told = outcomes["failed throughout"].values()
    assert [one.check.name for one in told if one.verdict == "same"] == []
