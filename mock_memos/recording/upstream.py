"""Where a recorder sends what it gets, and what of a request and a reply goes on."""

from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from mock_memos.core.addresses import complete_base_url, operation_path
from mock_memos.core.errors import UsageError

PATIENCE: Final = 300.0
"""Seconds without a byte after which a reply is given up: longer than any client waits."""

CONNECTING: Final = 10.0

_HOP: Final = {
    "connection", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "proxy-connection", "te", "trailer", "trailers", "transfer-encoding", "upgrade",
}  # fmt: skip
"""Headers that are about one connection and not about the message (RFC 9110, 7.6.1)."""

Headers = list[tuple[bytes, bytes]]


class Upstream:
    """The service that the user names. Its address never shows what logs in to it."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Raises `UsageError` for an address that is none."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as problem:
            raise UsageError(f"the upstream {url!r} is no address: {problem}") from None
        if address.scheme not in ("http", "https") or not address.host:
            raise UsageError(f"the upstream is {url!r}; expected 'http(s)://host/path'")
        if address.userinfo:
            raise UsageError("the upstream's address carries a login; the API key goes in a header")
        self.origin = f"{address.scheme}://{address.netloc.decode()}"
        self.base = complete_base_url(self.origin + address.path)
        # Nothing of one reply goes into the next request.
        jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, cookies=jar)

    def address(self, path: str, query: str) -> str:
        """Where a request to this path, as the client escaped it, goes on to."""
        rest = operation_path(path)
        place = f"{self.origin}{path}" if rest is None else f"{self.base}/{rest}"
        return f"{place}?{query}" if query else place

    async def send(self, method: str, url: str, headers: Headers, body: bytes) -> httpx.Response:
        """Send a request on. The body of the response is still to be read. Raises `HTTPError`."""
        # Built by hand, for the client would add headers of its own.
        patience = httpx.Timeout(PATIENCE, connect=CONNECTING).as_dict()
        request = httpx.Request(
            method, url, headers=headers, content=body, extensions={"timeout": patience}
        )
        return await self._client.send(request, stream=True)

    async def close(self) -> None:
        await self._client.aclose()


def onward(headers: Iterable[tuple[bytes, bytes]], *besides: str) -> Headers:
    """The headers that go on: without those of the connection, and those it names itself."""
    kept = list(headers)
    gone = _HOP | set(besides)
    for name, value in kept:
        if name.lower() == b"connection":
            gone |= {one.strip().lower() for one in value.decode("latin-1").split(",")}
    return [(name, value) for name, value in kept if name.decode("latin-1").lower() not in gone]
