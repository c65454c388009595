"""Which API key a call carries."""

from typing import Final

from mock_memos.core import service_errors
from mock_memos.core.addresses import PREFIXES, operation_path
from mock_memos.core.calls import Call
from mock_memos.core.service_errors import ApiError

_OTHER_HEADERS: Final = ("x-api-key", "api-key", "x-auth-token", "x-memos-api-key")
"""Headers in which other services take their key."""
_SCHEMES: Final = ("apikey", "basic", "bearer", "digest", "token")
"""Words that are schemes, and not the beginning of a key."""


def key_of(call: Call) -> tuple[str, str]:
    """The scheme, in lower case, and the key of a call. Raises 40100 or 40132."""
    said = call.headers.get("authorization", "").strip()
    if not said:
        raise _absent(call)
    scheme, _, key = said.partition(" ")
    scheme, key = scheme.lower(), key.strip()
    if scheme in ("token", "bearer") and key:
        return scheme, key
    if scheme in ("token", "bearer"):
        shown = "has no key after its scheme"
    else:
        shown = f"has the scheme {scheme!r}" if key and scheme in _SCHEMES else "has no scheme"
    raise ApiError(service_errors.KEY_INVALID, f"Authorization {shown}; expected 'Token <key>'")


def _absent(call: Call) -> ApiError:
    other = next((name for name in _OTHER_HEADERS if name in call.headers), "")
    came = f", and {other} is not read" if other else ""
    lost = "" if operation_path(call.path) else f"; the API is below {PREFIXES[0]}"
    return ApiError(
        service_errors.KEY_REQUIRED,
        f"the header Authorization is absent{came}; send 'Authorization: Token <key>'{lost}",
    )
