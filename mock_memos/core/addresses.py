"""Base paths, hosts and headers of the API and of the control API."""

from typing import Final
from urllib.parse import urlsplit

PREFIXES: Final = ("/api/openmem/v1", "/platform/api/openmem/v1")
"""The base paths of the two public addresses. Both are served (assumed)."""


def complete_base_url(base_url: str) -> str:
    """Returns a base URL without a final slash. Adds the base path to a host without a path."""
    base_url = base_url.rstrip("/")
    is_host_only = "://" in base_url and not urlsplit(base_url).path
    return base_url + PREFIXES[0] if is_host_only else base_url


def operation_path(path: str) -> str | None:
    """Returns the part of a path after the base path: the operation. None outside the API."""
    for prefix in PREFIXES:
        if path.startswith(f"{prefix}/"):
            return path[len(prefix) + 1 :]
    return None


CONTROL_TOKEN_HEADER = "x-mock-memos-token"  # noqa: S105  the name of a header
"""The request header with the control token."""
HINT_HEADER = "x-mock-memos-hint"
"""The response header that explains an error: the field, the received, the expected value."""
FAULT_HEADER = "x-mock-memos-fault"
"""The request header that selects the fault of one call: `error; code=40309`."""
SERVICE_HOSTS: Final = ("memos.memtensor.cn", "api.memt.ai")
CONTROL_PREFIX = "/_mock"
