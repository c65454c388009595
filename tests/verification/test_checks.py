"""What the checks cover, and that the mock passes them all."""

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
from tests.support.check_runs import ALL_CHECKS, URL, mock, remaining_in, run_all

NEEDS_A_LIST_OF_KEYS = "an_unknown_key_is_refused"
"""A mock without a list of keys accepts any key; tests/cli/test_verify.py sets one."""
RESPONSE_FIELDS = {
    f"{model.__name__}.{name}": field.evidence
    for route in API
    for model in structs_in(route.response)
    if issubclass(model, Model)
    for name, field in fields_info(model).items()
}


def test_mock_passes_every_check_and_is_cleaned_up() -> None:
    memos = mock(enforce_quotas="documented")
    record = run_all(memos.transport(), CHECKS)
    assert {item.check.name: item.detail for item in record.results if item.verdict != "same"} == {
        NEEDS_A_LIST_OF_KEYS: "the service accepts any key, as a mock without --api-key does"
    }
    assert (record.status, record.remaining, remaining_in(memos)) == (0, [], {})


def test_run_waits_less_than_20_seconds() -> None:
    rests: list[float] = []
    target = ServiceClient(URL, "k", transport=mock().transport(), sleep=rests.append)
    run_checks(Session(target, "test"), ALL_CHECKS, FIXTURES)
    assert sum(rests) < 20


def test_at_least_120_facts_have_unique_names() -> None:
    names = [check.name for check in CHECKS]
    assert len(names) >= 120
    assert len(set(names)) == len(names)


def test_every_fact_is_one_sentence() -> None:
    for check in CHECKS:
        assert check.fact.endswith("."), check.name
        assert ". " not in check.fact, check.name


def test_every_fixture_is_used_and_exists() -> None:
    used = {name for check in CHECKS for name in check.fixtures}
    assert used == set(FIXTURES)


def test_checks_cover_exactly_the_operations_of_the_routes() -> None:
    assert set(count_by_operation(CHECKS)) == {route.path for route in API}


def test_every_error_is_checked_or_has_a_reason() -> None:
    assert set(count_by_error(CHECKS)) | set(UNCHECKED_ERRORS) == set(ERRORS)
    assert not set(count_by_error(CHECKS)) & set(UNCHECKED_ERRORS)


def test_raised_but_unchecked_errors_are_limits() -> None:
    raised = {code for code in UNCHECKED_ERRORS if ERRORS[code].is_raised}
    assert raised == {40300, 40304, 40309, 50104, 50105}


def test_statements_of_checks_exist() -> None:
    settings = {f"setting {question.setting}" for question in QUESTIONS if question.setting}
    backed = {statement for check in CHECKS for statement in check.backs}
    assert backed <= set(RESPONSE_FIELDS) | settings


def test_every_assumed_response_field_has_a_check() -> None:
    assumed = {name for name, evidence in RESPONSE_FIELDS.items() if evidence == "assumed"}
    assert assumed <= {statement for check in CHECKS for statement in check.backs}


def test_every_module_of_checks_is_a_page() -> None:
    names = {module.name for module in iter_modules(checks.__path__)}
    assert names == {page.__name__.rpartition(".")[2] for page in checks.PAGES} | {"fixtures"}
