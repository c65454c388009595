"""The checks themselves: what they cover, and that the double passes them all."""

from pkgutil import iter_modules

from mock_memos.api.evidence.open_questions import QUESTIONS
from mock_memos.api.models.base import Model
from mock_memos.api.models.inspection import fields_info
from mock_memos.api.routes import API
from mock_memos.core.service_errors import ERRORS
from mock_memos.core.type_inspection import structs_in
from mock_memos.verification import checks
from mock_memos.verification.checks import CHECKS, FIXTURES
from mock_memos.verification.coverage import UNCHECKED_ERRORS, count_by_error, count_by_operation
from mock_memos.verification.runner import run_checks
from mock_memos.verification.service import ServiceClient
from mock_memos.verification.session import Session
from tests.support.asking import EVERY, URL, asked, double, remains

NEEDS_A_LIST_OF_KEYS = "an_unknown_key_is_refused"
"""A double that was given no list of keys takes any; tests/cli/test_verify.py gives one."""


def test_the_double_passes_every_check_and_nothing_is_left() -> None:
    memos = double(enforce_quotas="documented")
    record = asked(memos.transport(), CHECKS)
    assert {one.check.name: one.detail for one in record.results if one.verdict != "same"} == {
        NEEDS_A_LIST_OF_KEYS: "the target takes any key, as a double does that was given none"
    }
    assert (record.status, record.remaining, remains(memos)) == (0, [], {})


def test_a_run_waits_for_nothing_that_never_comes() -> None:
    rests: list[float] = []
    target = ServiceClient(URL, "k", transport=double().transport(), sleep=rests.append)
    run_checks(Session(target, "test"), EVERY, FIXTURES)
    assert sum(rests) < 20


def test_there_are_many_facts_each_with_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(names) >= 120
    assert len(set(names)) == len(names)


def test_each_check_states_one_fact_in_a_sentence() -> None:
    for check in CHECKS:
        assert check.fact.endswith("."), check.name
        assert ". " not in check.fact, check.name


def test_each_check_stands_on_set_ups_that_exist() -> None:
    used = {name for check in CHECKS for name in check.fixtures}
    assert used == set(FIXTURES)


def test_the_checks_speak_of_exactly_the_operations_of_the_routes() -> None:
    assert set(count_by_operation(CHECKS)) == {route.path for route in API}


def test_every_error_is_checked_or_it_is_said_why_not() -> None:
    assert set(count_by_error(CHECKS)) | set(UNCHECKED_ERRORS) == set(ERRORS)
    assert not set(count_by_error(CHECKS)) & set(UNCHECKED_ERRORS)


def test_what_the_double_raises_and_no_check_asks_is_a_matter_of_quantity() -> None:
    raised = {code for code in UNCHECKED_ERRORS if ERRORS[code].is_raised}
    assert raised == {40300, 40304, 40309, 50104, 50105}


def test_the_statements_that_checks_back_stand_in_the_listings() -> None:
    fields = {
        f"{model.__name__}.{name}"
        for route in API
        for model in structs_in(route.response)
        if issubclass(model, Model)
        for name in fields_info(model)
    }
    switches = {f"switch {question.setting}" for question in QUESTIONS if question.setting}
    backed = {statement for check in CHECKS for statement in check.backs}
    assert backed <= fields | switches


def test_every_assumed_field_of_an_answer_is_backed_by_a_check() -> None:
    assumed = {
        f"{model.__name__}.{name}"
        for route in API
        for model in structs_in(route.response)
        if issubclass(model, Model)
        for name, said in fields_info(model).items()
        if said.evidence == "assumed"
    }
    assert assumed <= {statement for check in CHECKS for statement in check.backs}


def test_every_file_of_checks_is_a_page() -> None:
    names = {module.name for module in iter_modules(checks.__path__)}
    assert names == {page.__name__.rpartition(".")[2] for page in checks.PAGES} | {"fixtures"}
