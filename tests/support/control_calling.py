"""Calls to the control API of an engine."""

import json
from typing import Any

from mock_memos.core.calls import Call
from tests.support.calling import Client


class Control(Client):
    """A client that may also move the strings. Answers of the control API are plain JSON."""

    def control(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Any call of the control API: its status and its answer."""
        content = b"" if body is None else body
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        sent = {"authorization": f"Token {self.key}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        reply = self.engine.handle(Call(method, f"/_mock/{path}", sent, content))
        return reply.status, json.loads(reply.body)

    def look(self, path: str) -> dict[str, Any]:
        """The answer of a GET that must succeed."""
        status, answer = self.control("GET", path)
        assert status == 200, answer
        return answer

    def do(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer of a POST that must succeed."""
        status, answer = self.control("POST", path, body)
        assert status == 200, answer
        return answer

    def refused(self, path: str, body: Any, status: int = 400) -> str:
        """The message of a POST that must be refused, and that changes nothing."""
        before = self.world.snapshot()
        came, answer = self.control("POST", path, body)
        assert came == status, answer
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message", "hint"}
        assert self.world.snapshot() == before
        message: str = answer["error"]["message"]
        return message
