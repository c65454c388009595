"""Where the API is on a host, and what people write for it."""

from typing import Final
from urllib.parse import urlsplit

PREFIXES: Final = ("/api/openmem/v1", "/platform/api/openmem/v1")
"""The base paths of the two public addresses; both are served (assumed)."""


def complete_base_url(base_url: str) -> str:
    """A base URL without a slash at its end; where a host alone was named, its API is meant."""
    address = base_url.rstrip("/")
    alone = "://" in address and not urlsplit(address).path
    return address + PREFIXES[0] if alone else address


def operation_path(path: str) -> str | None:
    """What of a path stands below a base path: the operation. None for a path outside the API."""
    for prefix in PREFIXES:
        if path.startswith(f"{prefix}/"):
            return path[len(prefix) + 1 :]
    return None


CONTROL_TOKEN_HEADER = "x-mock-memos-token"  # noqa: S105  the name of a header
"""The request header that carries the control token, where one is set."""


HINT_HEADER = "x-mock-memos-hint"
"""The response header that explains an error: the field, what came, what was expected."""


FAULT_HEADER = "x-mock-memos-fault"
"""The request header that chooses the fault of one call: `error; code=40309`."""


SERVICE_HOSTS: Final = ("memos.memtensor.cn", "api.memt.ai")


CONTROL_PREFIX = "/_mock"
