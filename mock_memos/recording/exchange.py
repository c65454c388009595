"""One recorded request and its response."""

from urllib.parse import unquote, urlsplit

import msgspec

from mock_memos.core.addresses import operation_path
from mock_memos.core.calls import JSON


class RecordedExchange(msgspec.Struct, frozen=True, kw_only=True):
    """A request that the proxy forwarded, and the response. Content types are the only headers."""

    started_ms: int
    """When the request was forwarded, in milliseconds since the epoch."""
    duration_ms: int = 0
    """Milliseconds until the response was complete."""
    method: str
    url: str
    """The address that the client called, with its query string."""
    request_type: str = ""
    request_body: bytes = b""
    status: int
    response_type: str = JSON
    response_body: bytes = b""
    is_complete: bool = True
    """Whether the whole response arrived."""

    @property
    def path(self) -> str:
        """The operation, such as `add/message`; for a path outside the API, all of it."""
        path = unquote(urlsplit(self.url).path)
        operation = operation_path(path)
        return path if operation is None else operation

    @property
    def query(self) -> str:
        """The query string, without its question mark."""
        return urlsplit(self.url).query
