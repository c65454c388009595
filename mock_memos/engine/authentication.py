"""Reads the API key of a request."""

from functools import lru_cache
from typing import Final

from mock_memos.core import service_errors
from mock_memos.core.addresses import PREFIXES, operation_path
from mock_memos.core.calls import Call
from mock_memos.core.service_errors import ApiError

_OTHER_HEADERS: Final = ("x-api-key", "api-key", "x-auth-token", "x-memos-api-key")
"""Headers in which other services expect a key."""
_SCHEMES: Final = ("apikey", "basic", "bearer", "digest", "token")
"""Words that are schemes, not the start of a key."""


def parse_authorization(call: Call) -> tuple[str, str]:
    """Returns the scheme in lower case, and the key. Raises 40100 or 40132."""
    header = call.headers.get("authorization", "").strip()
    if not header:
        raise _key_required(call)
    return _scheme_and_key(header)


@lru_cache(maxsize=1024)
def _scheme_and_key(header: str) -> tuple[str, str]:
    scheme, _, key = header.partition(" ")
    scheme, key = scheme.lower(), key.strip()
    if scheme in ("token", "bearer") and key:
        return scheme, key
    if scheme in ("token", "bearer"):
        problem = "has no key after its scheme"
    else:
        problem = f"has the scheme {scheme!r}" if key and scheme in _SCHEMES else "has no scheme"
    raise ApiError(service_errors.KEY_INVALID, f"Authorization {problem}; expected 'Token <key>'")


def _key_required(call: Call) -> ApiError:
    other = next((name for name in _OTHER_HEADERS if name in call.headers), "")
    ignored = f", and {other} is not read" if other else ""
    path = "" if operation_path(call.path) else f"; the API is below {PREFIXES[0]}"
    return ApiError(
        service_errors.KEY_REQUIRED,
        f"the header Authorization is absent{ignored}; send 'Authorization: Token <key>'{path}",
    )
