"""Law 6: replies match their models; null and unknown fields have no effect."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.api.models.chat import ChatEvent
from mock_memos.api.models.inspection import fields_info
from mock_memos.api.routes import API
from mock_memos.core.service_errors import ERRORS
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.snapshot import take_snapshot
from tests.api.decoding.test_body_laws import values, words
from tests.support.bodies import SMALLEST
from tests.support.engine_client import ROUTES, checked_data
from tests.support.program_player import PlayedCall, Step, player
from tests.support.programs import PREPARATION, STORY, law_settings, programs

POSTS = [route for route in API if route.method == "POST"]


def check_reply(reply: PlayedCall) -> None:
    """Asserts that a reply matches its model, or is an error of its route."""
    route = ROUTES.get(reply.operation)
    if reply.status == 200 and reply.body.startswith(b"event: "):
        for event in reply.body.decode("ascii").removesuffix("\n\n").split("\n\n"):
            msgspec.json.decode(event.removeprefix("event: message\ndata: "), type=ChatEvent)
    elif reply.status == 200:
        assert route is not None
        checked_data(route, reply.body)
    else:
        refused = json.loads(reply.body)
        code = refused["code"]
        assert refused == {"code": code, "data": None, "message": ERRORS[code].message}
        assert code in (route.errors if route else (40001,)), (reply.operation, code)


@law_settings
@given(programs())
def test_random_replies_match_models(program: list[Step]) -> None:
    for reply in player(Engine(Settings(clock="step"))).play(program):
        check_reply(reply)


def test_story_replies_match_models() -> None:
    for reply in player(Engine(Settings(clock="step"))).play(STORY):
        check_reply(reply)


@law_settings
@given(st.lists(st.tuples(st.sampled_from(POSTS), st.dictionaries(words, values, max_size=2),
                          st.data()), max_size=6))  # fmt: skip
def test_any_body_gets_a_reply(wild: list[tuple[Any, dict[str, Any], st.DataObject]]) -> None:
    """Any field values produce a success or a documented error."""
    engine = Engine(Settings(clock="step"))
    playing = player(engine)
    playing.play(PREPARATION)
    for route, strange, data in wild:
        names = st.sampled_from(route.request.__struct_fields__ or ("x",))
        fields = data.draw(st.dictionaries(names, values, max_size=3))
        body = SMALLEST[route.request] | strange | fields
        for reply in playing.play_step(Step(route.path, json.loads(json.dumps(body)))):
            check_reply(reply)


@law_settings
@given(programs())
def test_null_and_unknown_fields_have_no_effect(program: list[Step]) -> None:
    plain, padded = (Engine(Settings(clock="step")) for _ in range(2))
    expected = player(plain).play(program)
    values = player(padded).play([with_null_and_unknown_fields(step) for step in program])
    assert [(item.status, item.body) for item in values] == [
        (item.status, item.body) for item in expected
    ]
    assert take_snapshot(padded.world("key")) == take_snapshot(plain.world("key"))


def with_null_and_unknown_fields(step: Step) -> Step:
    """Returns the step with omitted fields as null, and with unknown fields."""
    if not isinstance(step.body, dict):
        return step
    nulls = dict.fromkeys(fields_info(ROUTES[step.operation].request))
    body = nulls | {"framework": "any", "metadata_2": {"a": [1]}} | step.body
    if isinstance(messages := body.get("messages"), list):
        body["messages"] = [{"name": None, "message_id": "m", "chat_time": None} | message
                            for message in messages]  # fmt: skip
    return step._replace(body=body)


@law_settings
@given(programs())
def test_refused_call_changes_nothing(program: list[Step]) -> None:
    """Without the refused calls, the other replies and the final state are the same."""
    engine = Engine(Settings(clock="manual"))
    playing = player(engine)
    accepted = []
    for step in program:
        replies = playing.play_step(step)
        if not replies or replies[0].status == 200:
            accepted.append((step, replies))
    again = Engine(Settings(clock="manual"))
    replaying = player(again)
    for step, replies in accepted:
        assert replaying.play_step(step) == replies
    assert take_snapshot(again.world("key")) == take_snapshot(engine.world("key"))
