"""A crash in a check or a fixture becomes a result."""

from collections.abc import Generator
from typing import Any

from mock_memos.verification.check import CheckResult, check, fixture
from mock_memos.verification.runner import run_checks
from mock_memos.verification.session import Session
from tests.support.check_runs import mock, session


@fixture
def unfortunate(session: Session) -> Generator[None, None, Any]:
    """Crashes after the first step."""
    yield
    raise AttributeError("no such thing")


@check("documented", "rerank")
def a_fact_that_trips(session: Session) -> None:
    """Crashes while it reads a response."""
    len(session.post("rerank").at("nothing", "here"))


@check("documented", "rerank")
def a_fact_without_its_fixture(session: Session, unfortunate: Any) -> None:
    """Is never run."""
    raise AssertionError


def outcomes() -> list[CheckResult]:
    output: list[CheckResult] = []
    checks = [a_fact_that_trips, a_fact_without_its_fixture]
    record = run_checks(
        session(mock().transport()), checks, {"unfortunate": unfortunate}, output.append
    )
    assert record.results == output
    return output


def test_crashing_check_is_a_difference() -> None:
    assert outcomes()[0].detail == (
        "rerank: expected a readable response, got TypeError while reading it: "
        "\"object of type 'NoneType' has no len()\""
    )


def test_crashing_fixture_skips_its_facts() -> None:
    assert outcomes()[1].verdict == "skipped"
    assert outcomes()[1].detail == "its data could not be created: AttributeError: no such thing"
