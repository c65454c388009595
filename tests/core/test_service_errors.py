"""The error table, word for word, and the errors that carry it."""

import pytest

from mock_memos.core import service_errors
from mock_memos.core.service_errors import ERRORS, UNOFFICIAL_TEXTS, ApiError

TABLE = {
    40000: ("Invalid request parameters", 400),
    40001: ("Requested data not found", 400),
    40002: ("Required field cannot be empty", 400),
    40003: ("Field is empty", 400),
    40006: ("Unsupported type", 400),
    40007: ("Unsupported file type", 400),
    40008: ("Invalid Base64 content", 400),
    40009: ("Invalid Base64 format", 400),
    40010: ("User ID too long", 400),
    40011: ("Conversation ID too long", 400),
    40012: ("Invalid relativity", 400),
    40013: ("Messages exceed the length limit", 400),
    40020: ("Invalid Project ID", 400),
    40100: ("API Key authentication required", 401),
    40103: ("API Key invalid or not allowed in this project", 401),
    40130: ("API Key authentication required", 401),
    40132: ("Invalid or expired API Key", 401),
    40300: ("Rate limit exceeded", 403),
    40301: ("Chat request token quota exceeded", 403),
    40302: ("Chat response token quota exceeded", 403),
    40303: ("Chat length exceeds model limit", 403),
    40304: ("Total API call quota exceeded", 403),
    40305: ("Input content exceeds token limit", 403),
    40306: ("delete_memory authentication failed", 403),
    40307: ("Memory for deletion does not exist", 403),
    40308: ("User for deletion does not exist", 403),
    40309: ("Input token rate limit exceeded", 403),
    50000: ("Internal server error", 500),
    50002: ("Operation failed", 500),
    50004: ("Memory service is temporarily unavailable", 500),
    50005: ("Search service is temporarily unavailable", 500),
    50103: ("File count exceeds limit", 500),
    50104: ("Single file size exceeds limit", 500),
    50105: ("Total file size exceeds limit", 500),
    50107: ("Invalid file format", 500),
    50120: ("Knowledge base not found", 500),
    50123: ("Knowledge base not linked to project", 500),
    50131: ("Task not found", 500),
    50143: ("Failed to add memory", 500),
    50144: ("Failed to add message", 500),
    50145: ("Failed to save feedback and write memory", 500),
}
FAULT_ONLY = {40306,
    40013, 40020, 40103, 40130, 40301, 40302, 40303,
    50000, 50002, 50004, 50005, 50143, 50144, 50145,
}  # fmt: skip


def test_every_code_has_its_message_and_its_http_status() -> None:
    assert {code: (row.message, row.status) for code, row in ERRORS.items()} == TABLE


def test_codes_that_only_faults_raise_are_marked() -> None:
    assert {code for code, row in ERRORS.items() if not row.is_raised} == FAULT_ONLY


def test_unofficial_texts_are_marked() -> None:
    assert {40012, 40013, 40103, 40309} == UNOFFICIAL_TEXTS


def test_every_named_code_is_raised_by_the_mock() -> None:
    public = {
        name: value for name, value in vars(service_errors).items() if not name.startswith("_")
    }
    named = [value for value in public.values() if isinstance(value, int)]
    assert len(set(named)) == len(named)
    assert set(named) <= set(ERRORS)
    assert set(ERRORS) - set(named) <= FAULT_ONLY


@pytest.mark.parametrize("code", TABLE)
def test_api_error_has_official_text_and_separate_hint(code: int) -> None:
    error = ApiError(code, "user_id is 3")
    assert (error.code, error.message, error.status) == (code, *TABLE[code])
    assert error.hint == "user_id is 3"
    assert str(error) == f"{code} {TABLE[code][0]}: user_id is 3"


def test_api_error_can_have_another_status() -> None:
    assert ApiError(service_errors.NOT_FOUND, "no such path", status=404).status == 404
