"""One run: what a mistake in a check, or in a set-up, comes to."""

from collections.abc import Generator
from typing import Any

from mock_memos.verification.check import Outcome, check, setup
from mock_memos.verification.runner import run
from mock_memos.verification.session import Site
from tests.support.asking import double, site


@setup
def unfortunate(site: Site) -> Generator[None, None, Any]:
    """It trips over what it has got."""
    yield
    raise AttributeError("no such thing")


@check("documented", "rerank")
def a_fact_that_trips(site: Site) -> None:
    """It trips over an answer."""
    len(site.post("rerank").at("nothing", "here"))


@check("documented", "rerank")
def a_fact_that_stands_on_nothing(site: Site, unfortunate: Any) -> None:
    """It is never asked."""
    raise AssertionError


def outcomes() -> list[Outcome]:
    told: list[Outcome] = []
    checks = [a_fact_that_trips, a_fact_that_stands_on_nothing]
    record = run(site(double().transport()), checks, {"unfortunate": unfortunate}, told.append)
    assert record.outcomes == told
    return told


def test_a_check_that_trips_over_an_answer_is_a_difference() -> None:
    assert outcomes()[0].told == (
        "rerank: expected an answer that can be read, came what led to TypeError: "
        "\"object of type 'NoneType' has no len()\""
    )


def test_a_set_up_that_trips_leaves_its_facts_unasked() -> None:
    assert outcomes()[1].result == "not asked"
    assert outcomes()[1].told == "its data could not be made: AttributeError: no such thing"
