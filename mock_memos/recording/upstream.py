"""The service behind the proxy, and the headers that are forwarded."""

from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from mock_memos.core.addresses import complete_base_url, operation_path
from mock_memos.core.errors import UsageError

READ_TIMEOUT_SECONDS: Final = 300.0
"""Longer than clients usually wait."""
CONNECT_TIMEOUT_SECONDS: Final = 10.0

_HOP_BY_HOP: Final = {
    "connection", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "proxy-connection", "te", "trailer", "trailers", "transfer-encoding", "upgrade",
}  # fmt: skip
"""Headers about one connection, not about the message (RFC 9110, 7.6.1)."""

Headers = list[tuple[bytes, bytes]]


class Upstream:
    """The service that `--upstream` names."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Raises `UsageError` for an address that is not http(s) or contains a login."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as problem:
            raise UsageError(f"Invalid upstream {url!r}: {problem}") from None
        if address.scheme not in ("http", "https") or not address.host:
            raise UsageError(f"Invalid upstream {url!r}: expected http(s)://host/path.")
        if address.userinfo:
            raise UsageError(
                "The upstream address contains a login. Send the API key in a header instead."
            )
        self.origin = f"{address.scheme}://{address.netloc.decode()}"
        self.base_url = complete_base_url(self.origin + address.path)
        # Cookies of one response must not reach the next request.
        jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, cookies=jar)

    def url(self, path: str, query: str) -> str:
        """Returns the upstream address for a request path. The path is percent-encoded."""
        operation = operation_path(path)
        url = f"{self.origin}{path}" if operation is None else f"{self.base_url}/{operation}"
        return f"{url}?{query}" if query else url

    async def send(self, method: str, url: str, headers: Headers, body: bytes) -> httpx.Response:
        """Forwards a request. The body of the response is not read. Raises `httpx.HTTPError`."""
        # `AsyncClient.request` would add headers.
        timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS).as_dict()
        request = httpx.Request(
            method, url, headers=headers, content=body, extensions={"timeout": timeout}
        )
        return await self._client.send(request, stream=True)

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()


def end_to_end_headers(headers: Iterable[tuple[bytes, bytes]], *also_dropped: str) -> Headers:
    """Returns the headers without those of the connection and those that `Connection` names."""
    pairs = list(headers)
    dropped = _HOP_BY_HOP | set(also_dropped)
    for name, value in pairs:
        if name.lower() == b"connection":
            dropped |= {token.strip().lower() for token in value.decode("latin-1").split(",")}
    return [pair for pair in pairs if pair[0].decode("latin-1").lower() not in dropped]
