"""Law 7: no accepted message is lost, and every task ends."""

import json
from collections import defaultdict
from typing import Any

from hypothesis import given

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from tests.support.program_player import PlayedCall, Step, player
from tests.support.programs import law_settings, programs

Messages = dict[tuple[str, str], list[tuple[str, str]]]


def messages_by_conversation(replies: list[PlayedCall]) -> Messages:
    """Returns the accepted messages by user and conversation."""
    messages: Messages = defaultdict(list)
    for reply in replies:
        if reply.status != 200:
            continue
        match reply.operation:
            case "add/message":
                for user in users_of(reply.request):
                    messages[user, reply.request["conversation_id"]] += [
                        (message["role"], text_of(message.get("content", "")))
                        for message in reply.request["messages"]
                        if message["role"] in ("user", "assistant")
                    ]
            case "add/feedback":
                where = reply.request["user_id"], reply.request["conversation_id"]
                messages[where].append(("user", reply.request["feedback_content"]))
            case "chat" if reply.request.get("add_message_on_answer", True):
                where = reply.request["user_id"], reply.request["conversation_id"]
                messages[where] += [
                    ("user", reply.request["query"]),
                    ("assistant", answer_of(reply)),
                ]
    return messages


def users_of(body: Any) -> list[str]:
    user = body["user_id"]
    return [user] if isinstance(user, str) else user


def text_of(content: str | list[Any]) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", f"[{part['type']}]") for part in content)


def answer_of(reply: PlayedCall) -> str:
    if not reply.request.get("stream"):
        response: str = json.loads(reply.body)["data"]["response"]
        return response
    events = [json.loads(line[6:]) for line in reply.body.splitlines() if line[:5] == b"data:"]
    return "".join(event["data"] for event in events if event["type"] == "text")


@law_settings
@given(programs(longest=20))
def test_accepted_messages_are_listed(program: list[Step]) -> None:
    engine = Engine(Settings(clock="step"))
    playing = player(engine)
    accepted_messages = messages_by_conversation(playing.play(program))
    for (user_id, conversation_id), messages in accepted_messages.items():
        body = {"user_id": user_id, "conversation_id": conversation_id}
        [reply] = playing.play_step(Step("get/message", body | {"message_limit_number": 50}))
        listed = json.loads(reply.body)["data"]["message_detail_list"]
        assert [(item["role"], item["content"]) for item in listed] == messages[-50:]


@law_settings
@given(programs(longest=20))
def test_every_task_ends(program: list[Step]) -> None:
    engine = Engine(Settings(clock="manual"))
    playing = player(engine)
    replies = playing.play(program)
    engine.world("key").run_until_idle()
    for reply in replies:
        if reply.status == 200 and reply.operation in ("add/message", "add/feedback"):
            task_id = json.loads(reply.body)["data"]["task_id"]
            [status] = playing.play_step(Step("get/status", {"task_id": task_id}))
            assert json.loads(status.body)["data"]["status"] == "completed"
    assert engine.pending() == 0
