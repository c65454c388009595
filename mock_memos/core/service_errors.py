"""Every error of the real service in one table: code, message, HTTP status and evidence.

The texts of `UNOFFICIAL_TEXTS` are our own wording, because the official texts are unknown. All
other texts are official and never changed; explanations go into the hint.
"""

from typing import Final

import msgspec

from mock_memos.core.evidence import Evidence
from mock_memos.core.text import shorten


class ErrorCode(msgspec.Struct, frozen=True):
    """One error of the real service, with its evidence.

    `raised_when` is the condition under which the mock raises it; if empty, only a fault does.
    """

    code: int
    message: str
    evidence: Evidence = "documented"
    raised_when: str = ""

    @property
    def status(self) -> int:
        """HTTP status under `http_status = "by-code"` (400, 401, 403 assumed; 500 observed)."""
        return 500 if self.code >= 50000 else self.code // 100

    @property
    def is_raised(self) -> bool:
        """Whether the mock raises it without a fault."""
        return bool(self.raised_when)


INVALID_PARAMETERS: Final = 40000
NOT_FOUND: Final = 40001
FIELD_REQUIRED: Final = 40002
FIELD_EMPTY: Final = 40003
UNSUPPORTED_TYPE: Final = 40006
UNSUPPORTED_FILE_TYPE: Final = 40007
BASE64_CONTENT: Final = 40008
BASE64_FORMAT: Final = 40009
USER_ID_TOO_LONG: Final = 40010
CONVERSATION_ID_TOO_LONG: Final = 40011
INVALID_RELATIVITY: Final = 40012
KEY_REQUIRED: Final = 40100
KEY_INVALID: Final = 40132
RATE_LIMIT: Final = 40300
CALL_QUOTA: Final = 40304
TOKEN_LIMIT: Final = 40305
MEMORY_MISSING: Final = 40307
USER_MISSING: Final = 40308
TOKEN_RATE_LIMIT: Final = 40309
INTERNAL: Final = 50000
FILE_COUNT: Final = 50103
FILE_SIZE: Final = 50104
FILES_SIZE: Final = 50105
FILE_FORMAT: Final = 50107
KNOWLEDGEBASE_MISSING: Final = 50120
KNOWLEDGEBASE_UNLINKED: Final = 50123
TASK_MISSING: Final = 50131

_TABLE = (
    ErrorCode(40000, "Invalid request parameters",
              raised_when="body is not a JSON object, wrong type, value out of range"),
    ErrorCode(40001, "Requested data not found",
              raised_when="unknown memory, profile, template or file id; unknown path (HTTP 404)"),
    ErrorCode(40002, "Required field cannot be empty",
              raised_when="required field is missing, null or empty"),
    ErrorCode(40003, "Field is empty",
              raised_when="empty file, file_ids or bind_list"),
    ErrorCode(40006, "Unsupported type", raised_when="type of a content part or of a file"),
    ErrorCode(40007, "Unsupported file type", raised_when="extension of a knowledge-base file"),
    ErrorCode(40008, "Invalid Base64 content", raised_when="characters outside the alphabet"),
    ErrorCode(40009, "Invalid Base64 format", raised_when="invalid padding or data: prefix"),
    ErrorCode(40010, "User ID too long", raised_when="user_id over 100 characters"),
    ErrorCode(40011, "Conversation ID too long", raised_when="conversation_id over 100 characters"),
    ErrorCode(40012, "Invalid relativity", raised_when="relativity outside 0..1"),
    ErrorCode(40013, "Messages exceed the length limit"),
    ErrorCode(40020, "Invalid Project ID"),
    ErrorCode(40100, "API Key authentication required", raised_when="no Authorization header"),
    ErrorCode(40103, "API Key invalid or not allowed in this project"),
    ErrorCode(40130, "API Key authentication required"),
    ErrorCode(40132, "Invalid or expired API Key", raised_when="unknown API key"),
    ErrorCode(40300, "Rate limit exceeded", raised_when="quotas: calls per second"),
    ErrorCode(40301, "Chat request token quota exceeded"),
    ErrorCode(40302, "Chat response token quota exceeded"),
    ErrorCode(40303, "Chat length exceeds model limit"),
    ErrorCode(40304, "Total API call quota exceeded", raised_when="quotas: total calls"),
    ErrorCode(40305, "Input content exceeds token limit", raised_when="quotas: request tokens"),
    # Documented for a memory of another project. Worlds share no data, so 40307 is returned.
    ErrorCode(40306, "delete_memory authentication failed"),
    ErrorCode(40307, "Memory for deletion does not exist", raised_when="unknown memory id"),
    ErrorCode(40308, "User for deletion does not exist",
              raised_when="user or Agent without any data"),
    ErrorCode(40309, "Input token rate limit exceeded", raised_when="quotas: tokens per minute"),
    ErrorCode(50000, "Internal server error"),
    ErrorCode(50002, "Operation failed"),
    ErrorCode(50004, "Memory service is temporarily unavailable"),
    ErrorCode(50005, "Search service is temporarily unavailable"),
    ErrorCode(50103, "File count exceeds limit", raised_when="more than 20 files"),
    ErrorCode(50104, "Single file size exceeds limit", raised_when="a file over 100 MB"),
    ErrorCode(50105, "Total file size exceeds limit", raised_when="files over 300 MB together"),
    ErrorCode(50107, "Invalid file format", raised_when="invalid skill file"),
    ErrorCode(50120, "Knowledge base not found", raised_when="unknown or deleted knowledge base"),
    ErrorCode(50123, "Knowledge base not linked to project",
              raised_when="knowledge base is not linked to this project"),
    ErrorCode(50131, "Task not found", raised_when="unknown task, or a task of another project"),
    ErrorCode(50143, "Failed to add memory"),
    ErrorCode(50144, "Failed to add message"),
    ErrorCode(50145, "Failed to save feedback and write memory"),
)  # fmt: skip

ERRORS: Final[dict[int, ErrorCode]] = {row.code: row for row in _TABLE}
UNOFFICIAL_TEXTS: Final = frozenset({40012, 40013, 40103, 40309})
"""Codes without a known official text. The text in the table is assumed."""

ASSUMED_USES: Final = frozenset({40001, 40003, 40006, 40008, 40009, 40100, 40132, 50107})
"""Documented codes whose `raised_when` is assumed."""


_MAX_HINT_LENGTH: Final = 2_000
"""Longer hints are cut. Clients accept headers up to 64 KiB."""


class ApiError(Exception):
    """An error of the real service. The engine converts it to a reply.

    `hint` explains it to the developer: the field, the received and the expected value. It is sent
    in a header, never in `message`. `status` and `message` replace those of the table.
    """

    def __init__(
        self,
        code: int,
        hint: str,
        *,
        status: int | None = None,
        message: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.hint = shorten(hint, _MAX_HINT_LENGTH)
        super().__init__(f"{code} {ERRORS[code].message}: {self.hint}")
        self.code = code
        self.message = ERRORS[code].message if message is None else message
        self.retry_after = retry_after
        self.status = status or ERRORS[code].status
