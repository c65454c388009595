"""A client that also calls the control API."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mock_memos.api.openapi.document import build_document
from mock_memos.core.calls import Call
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.engine_client import Client


class ControlClient(Client):
    """A client with the control API."""

    def control(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Sends a control request. Returns status and JSON."""
        content = b"" if body is None else body
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        sent = {"authorization": f"Token {self.key}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        reply = self.engine.handle(Call(method, f"/_mock/{path}", sent, content))
        answer = json.loads(reply.body)
        if reply.status == 200:
            _answer_validator(method, path).validate(answer)
        return reply.status, answer

    def get(self, path: str) -> dict[str, Any]:
        """Returns the JSON of a GET that must succeed."""
        status, answer = self.control("GET", path)
        assert status == 200, answer
        return answer

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Returns the JSON of a POST that must succeed."""
        status, answer = self.control("POST", path, body)
        assert status == 200, answer
        return answer

    def restore(self, document: dict[str, Any]) -> dict[str, Any]:
        """Returns the JSON of a PUT of a snapshot that must succeed."""
        status, answer = self.control("PUT", "snapshot", document)
        assert status == 200, answer
        return answer

    def expect_refusal(self, path: str, body: Any, status: int = 400, method: str = "POST") -> str:
        """Returns the message of a request that must be refused and change nothing."""
        before = take_snapshot(self.world)
        actual, answer = self.control(method, path, body)
        assert actual == status, answer
        assert set(answer) == {"error"}
        assert set(answer["error"]) == {"code", "message", "hint"}
        assert take_snapshot(self.world) == before
        message: str = answer["error"]["message"]
        return message


@cache
def _answer_validator(method: str, path: str) -> Draft202012Validator:
    document = build_document()
    operation = document["paths"][f"/_mock/{path}"][method.lower()]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return Draft202012Validator(schema | {"components": document["components"]})
