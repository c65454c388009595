"""What the client receives with each preset, and that the advice works."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from mock_memos.core.calls import Reply
from mock_memos.engine.engine import Engine
from mock_memos.faults.effects import EFFECTS
from mock_memos.faults.presets import PRESETS
from tests.support.faulty_calls import code, send, stored_messages


class Received(NamedTuple):
    """Returns what a client learns from a reply."""

    reply: Reply
    stored: list[str]

    @property
    def json(self) -> Any:
        return json.loads(self.reply.body)

    @property
    def outline(self) -> tuple[int, int, str]:
        answer = self.json
        return self.reply.status, answer["code"], answer["message"]


STORED = ["I booked the Harbour Inn."]


def accepted_empty_body(received: Received) -> bool:
    return (received.reply.status, received.reply.body, received.stored) == (200, b"", STORED)


def gateway_html(received: Received) -> bool:
    return (received.reply.status, received.reply.content_type) == (502, "text/html") and (
        received.reply.body.startswith(b"<html>") and received.stored == []
    )


def list_shaped_status(received: Received) -> bool:
    return bool(received.json == {"code": 0, "data": [{"status": "completed"}], "message": "ok"})


def null_data(received: Received) -> bool:
    return bool(received.json == {"code": 0, "data": None, "message": "ok"})


def null_message(received: Received) -> bool:
    return received.reply.status == 500 and received.json["message"] is None


def closed_after_500(received: Received) -> bool:
    reply = received.reply
    return (reply.status, reply.body, reply.headers) == (500, b"", (("connection", "close"),))


def lost_reply(received: Received) -> bool:
    return (received.reply.status, received.reply.ending, received.stored) == (0, "reset", STORED)


def late(seconds: float) -> Callable[[Received], bool]:
    def check(received: Received) -> bool:
        reply = received.reply
        at_least = not reply.exceeds(seconds + 2) and reply.exceeds(seconds)
        return code(reply) == 0 and at_least and received.stored == STORED

    return check


def error(status: int, number: int, message: str) -> Callable[[Received], bool]:
    def check(received: Received) -> bool:
        return received.outline == (status, number, message) and (
            "retry-after" not in dict(received.reply.headers) and received.stored == []
        )

    return check


CHECKS: dict[str, Callable[[Received], bool]] = {
    "accepted-empty-body": accepted_empty_body,
    "invalid-parameters-template": error(400, 40000, "Invalid request parameters{0}"),
    "internal-error-empty-message": error(500, 50000, ""),
    "token-rate-limit": error(403, 40309, "Input token rate limit exceeded"),
    "rate-limit-in-200": error(200, 40309, "Input token rate limit exceeded"),
    "input-limit-in-200": error(200, 40302, "Input token limit exceeded"),
    "unlinked-knowledgebase": error(500, 50123, "Knowledge base not linked to project"),
    "list-shaped-status": list_shaped_status,
    "gateway-html": gateway_html,
    "null-data": null_data,
    "null-message": null_message,
    "closed-after-500": closed_after_500,
    "slow-5s": late(5),
    "slow-6s": late(6),
    "slow-30s": late(30),
    "lost-reply": lost_reply,
    "search-down": error(500, 50005, "Search service is temporarily unavailable"),
}


@pytest.mark.parametrize("name", PRESETS)
def test_preset_returns_what_it_describes(engine: Engine, name: str) -> None:
    home = PRESETS[name].operation or "add/message"
    reply = send(engine, home, fault=name)
    assert CHECKS[name](Received(reply, stored_messages(engine)))


@pytest.mark.parametrize("name", PRESETS)
def test_preset_has_description_and_advice(name: str) -> None:
    preset = PRESETS[name]
    assert preset.fault in EFFECTS
    assert preset.description
    assert preset.advice.endswith(".")


def test_presets_and_faults_have_different_names() -> None:
    assert not set(PRESETS) & set(EFFECTS)
