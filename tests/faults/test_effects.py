"""What each fault does to a call and to the world, without a transport."""

import json
from typing import Any

import msgspec
import pytest

from mock_memos.core.calls import Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.service_errors import ERRORS
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.faults.effects import EFFECTS, Latency
from mock_memos.faults.parsing import parse_fault
from mock_memos.faults.rules import FaultRule
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.faulty_calls import code, send, stored_messages

GOOD = Reply(200, b'{"code":0}')


def add(engine: Engine, fault: str, **options: Any) -> None:
    world = engine.world("mock-key")
    world.faults.add(FaultRule(fault=fault, options=options), now=world.clock.now)


@pytest.mark.parametrize("number", ERRORS)
def test_error_returns_every_code_of_the_table(engine: Engine, number: int) -> None:
    add(engine, "error", code=number)
    reply = send(engine)
    assert reply.status == ERRORS[number].status
    assert json.loads(reply.body) == {
        "code": number, "data": None, "message": ERRORS[number].message
    }  # fmt: skip
    noted = list(engine.world("mock-key").journal)[-1]
    assert (noted.code, noted.fault) == (number, "error")


def test_error_accepts_status_message_and_retry_after(engine: Engine) -> None:
    add(engine, "error", code=40309, status=429, message="Slow down", retry_after=7)
    reply = send(engine)
    assert reply.status == 429
    assert json.loads(reply.body)["message"] == "Slow down"
    assert dict(reply.headers)["retry-after"] == "7"


def test_error_has_no_retry_after_by_default(engine: Engine) -> None:
    add(engine, "error", code=40300)
    assert "retry-after" not in dict(send(engine).headers)


def test_status_accepts_body_and_close(engine: Engine) -> None:
    add(engine, "status", status=503, body="<h1>no</h1>", close=True)
    reply = send(engine)
    assert (reply.status, reply.body, reply.content_type) == (503, b"<h1>no</h1>", "text/html")
    assert reply.headers == (("connection", "close"),)


UNDONE = ["error", "status", "timeout", "reset", "empty"]


@pytest.mark.parametrize("fault", UNDONE)
def test_replaced_operation_does_not_change_the_world(engine: Engine, fault: str) -> None:
    send(engine)
    world = engine.world("mock-key")
    before = take_snapshot(world)
    send(engine, fault=fault)
    assert take_snapshot(world) == before


@pytest.mark.parametrize("fault", ["status", "timeout", "reset", "empty"])
def test_operation_happens_executes_the_operation(engine: Engine, fault: str) -> None:
    assert send(engine, fault=f"{fault}; operation_happens=true").status in (0, 502)
    assert stored_messages(engine) == ["I booked the Harbour Inn."]


@pytest.mark.parametrize("fault", sorted(set(EFFECTS) - {*UNDONE, "quota"}))
def test_other_faults_execute_the_operation(engine: Engine, fault: str) -> None:
    send(engine, fault=fault)
    assert stored_messages(engine) == ["I booked the Harbour Inn."]


@pytest.mark.parametrize("body", [b"no JSON", b"{}"])
@pytest.mark.parametrize("accepted", ["true", "false"])
def test_reset_applies_to_invalid_requests(engine: Engine, body: bytes, accepted: str) -> None:
    content = body.decode() if body == b"no JSON" else {}
    reply = send(engine, fault=f"reset; operation_happens={accepted}", body=content)
    assert (reply.status, reply.ending) == (0, "reset")


def test_latency_applies_to_errors(engine: Engine) -> None:
    reply = send(engine, fault="latency; seconds=9", body={})
    assert (code(reply), reply.latency_ms) == (40002, 9000)


def test_malformed_body_is_not_json_and_depends_on_the_seed() -> None:
    first, again, other = (
        send(Engine(Settings(clock="manual", seed=seed)), fault="malformed-body; size=40")
        for seed in (1, 1, 2)
    )
    assert len(first.body) == 40
    with pytest.raises(UnicodeDecodeError):
        json.loads(first.body)
    assert first == again != other


@pytest.mark.parametrize(("keep", "left"), [(0, 0), (0.5, 5), (0.99, 9), (1, 10)])
def test_truncated_keeps_the_start(keep: float, left: int) -> None:
    reply = parse_fault("truncated", {"keep": keep}).change_reply(GOOD, lambda: 0)
    assert reply.body == GOOD.body[:left]


@pytest.mark.parametrize(("pieces", "chunks"), [(1, 1), (3, 3), (4, 4), (100, 10)])
def test_slow_body_is_cut_into_pieces_of_one_size(pieces: int, chunks: int) -> None:
    reply = parse_fault("slow-body", {"pieces": pieces, "pause": 2}).change_reply(GOOD, lambda: 0)
    assert len(reply.chunks) == chunks
    assert b"".join(chunk.data for chunk in reply.chunks) == reply.body == GOOD.body
    assert [chunk.delay_ms for chunk in reply.chunks] == [0] + [2000] * (chunks - 1)


def test_slow_body_keeps_an_empty_body() -> None:
    assert parse_fault("slow-body", {}).change_reply(Reply(200, b""), lambda: 0) == Reply(200, b"")


@pytest.mark.parametrize(
    ("fault", "ending"), [("stream-reset", "reset"), ("stream-stall", "stall")]
)
def test_stream_ends_after_the_given_events(engine: Engine, fault: str, ending: str) -> None:
    whole = send(engine, "chat")
    reply = send(engine, "chat", f"{fault}; events=2")
    assert len(whole.chunks) > 2
    assert (len(reply.chunks), reply.body.count(b"data:"), reply.ending) == (2, 2, ending)


@pytest.mark.parametrize("fault", ["stream-reset", "stream-stall"])
def test_stream_faults_keep_other_answers(engine: Engine, fault: str) -> None:
    reply = send(engine, fault=fault)
    assert (code(reply), reply.ending) == (0, "whole")


def lateness(seed: int, *, count: int = 200) -> list[int]:
    engine = Engine(Settings(clock="manual", seed=seed))
    add(engine, "latency", seconds=2, sigma=0.5)
    return [send(engine, "rerank").latency_ms for _ in range(count)]


def test_latency_is_spread_around_its_median() -> None:
    late = lateness(1)
    assert late == lateness(1) != lateness(2)
    assert 1700 < sorted(late)[len(late) // 2] < 2300
    # Half of a log-normal distribution lies within exp(±0.6745 sigma).
    within = sum(2000 / 1.4 < item < 2000 * 1.4 for item in late)
    assert 0.4 < within / len(late) < 0.6


@pytest.mark.parametrize("draw", [0.0, 1 - 2**-52])
def test_latency_has_a_maximum(draw: float) -> None:
    late = Latency(seconds=1e9, sigma=10).change_reply(GOOD, lambda: draw).latency_ms
    assert 0 <= late <= 1e12


def test_latency_does_not_move_the_clock(engine: Engine) -> None:
    before = engine.world("mock-key").clock.now
    send(engine, fault="latency; seconds=60")
    assert engine.world("mock-key").clock.now == before


def test_refused_calls_use_no_quota() -> None:
    engine = Engine(Settings(clock="manual", enforce_quotas="documented", calls_total_limit=1))
    for fault in ("error", "status", "reset"):
        send(engine, fault=fault)
    assert code(send(engine)) == 0
    assert code(send(engine)) == 40304


@pytest.mark.parametrize(
    ("fault", "options", "problem"),
    [
        ("erorr", {}, "unknown fault 'erorr', did you mean 'error'"),
        ("token-rate-limits", {}, "did you mean 'token-rate-limit'"),
        ("error", {"codee": 1}, "error has no option 'codee', did you mean 'code'? Allowed: code,"),
        ("error", {"code": 12}, "code 12 is not in the error table. Known: 40000, "),
        ("error", {"status": 100}, "expected an integer >= 200"),
        ("error", {"status": 204}, "HTTP status 204 has no body"),
        ("quota", {"code": 12}, "code 12 is not in the error table"),
        ("status", {"status": 304, "body": "x"}, "HTTP status 304 has no body"),
        ("status", {"content_type": "a\r\nb: c"}, "content_type"),
        ("latency", {"seconds": "nan"}, "seconds"),
        ("latency", {"seconds": "inf"}, "seconds"),
        ("latency", {"sigma": 11}, "sigma"),
        ("malformed-body", {"size": 0}, "size"),
        ("reset", {"seconds": 1}, "reset has no option 'seconds'"),
        ("slow-5s", {"second": 1}, "slow-5s has no option 'second', did you mean 'seconds'"),
    ],
)
def test_invalid_fault_is_rejected(fault: str, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fault(fault, options)
    assert problem in str(caught.value)


def test_options_differ_from_keys_of_a_rule() -> None:
    words = {"fault", "operation", *FaultRule.__struct_fields__}
    words |= set(FaultRule.__struct_defaults__[0].__struct_fields__)
    for effect in EFFECTS.values():
        assert not words & set(effect.__struct_fields__), effect.name


def test_every_option_has_a_description() -> None:
    for effect in EFFECTS.values():
        (schema,), parts = msgspec.json.schema_components([effect])
        for name, option in parts[effect.__name__].get("properties", {}).items():
            assert option.get("description"), f"{effect.name}.{name}"
        assert schema
