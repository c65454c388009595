"""Sends generated calls and checks every reply."""

import json
from typing import Any

from mock_memos.testing.strategies.call_sequences import Send, http_request
from tests.support.engine_client import ROUTES, Answer, Client, checked_data


def send_body(client: Client, operation: str, body: Any) -> Answer:
    """The answer to a call of any operation."""
    if not isinstance(body, dict):
        return client.send(operation, body)
    method, path, sent = http_request(operation, body)
    return client.send(path, json.dumps(sent).encode() if sent is not None else b"", method=method)


def success_data(operation: str, answer: Answer) -> Any:
    """The data of a good answer, which fits its response model; None for a stream."""
    if answer.json is None:
        assert answer.reply.content_type.startswith("text/event-stream")
        return None
    return checked_data(ROUTES[operation], answer.reply.body)


def send_function(client: Client) -> Send:
    """The way of a program to a client."""

    def send(method: str, path: str, body: Any) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = client.send(path, content, method=method)
        return answer.json if answer.json is not None else {"code": 0, "data": None}

    return send
