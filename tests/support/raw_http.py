"""Raw HTTP requests, for requests that client libraries do not send."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from mock_memos.testing.memos import Memos

MESSAGES = [{"role": "user", "content": "I booked the Harbour Inn for May. I like quiet rooms."}]


class RawClient:
    """One open connection that sends bodies and headers unchanged."""

    def __init__(self, memos: Memos) -> None:
        place = urlsplit(memos.base_url)
        self.memos = memos
        self.base = place.path
        self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)

    def send(
        self, method: str, path: str, body: bytes = b"", key: str | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """HTTP status and answer."""
        text = f"Token {self.memos.api_key}" if key is None else key
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if text:
            sent["Authorization"] = text
        self.connection.request(method, self.base + path, body or None, sent)
        reply = self.connection.getresponse()
        assert reply.headers["content-type"] == "application/json"
        answer: dict[str, Any] = json.loads(reply.read())
        return reply.status, answer

    def post(self, operation: str, **body: Any) -> dict[str, Any]:
        """The data of a successful answer."""
        status, answer = self.send("POST", f"/{operation}", json.dumps(body).encode())
        assert (status, answer["code"], answer["message"]) == (200, 0, "ok"), answer
        data: dict[str, Any] = answer["data"]
        assert not {"data", "result"} & set(data)
        return data

    def error_code(self, operation: str, **body: Any) -> int:
        """The code of an error."""
        _, answer = self.send("POST", f"/{operation}", json.dumps(body).encode())
        assert list(answer) == ["code", "data", "message"]
        code: int = answer["code"]
        return code
