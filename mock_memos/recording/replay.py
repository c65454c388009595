"""Plays a drafted scenario in a new engine, and compares the answers with the recording."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call, Reply, decode_answer
from mock_memos.core.settings import Settings
from mock_memos.core.text import decode_json
from mock_memos.engine.engine import Engine
from mock_memos.journal.id_map import IdMap
from mock_memos.recording.recorded_calls import RecordedCall, moment_ms
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.player import StepResult, play

_KEY: Final = "mock-key"


class ScenarioReplay(NamedTuple):
    """The calls that were not answered as recorded, and the identifiers of the replay."""

    mismatches: list[RecordedCall]
    id_map: IdMap


def replay(
    scenario: Scenario, calls: Sequence[RecordedCall], time_tolerance_ms: int = 0
) -> ScenarioReplay:
    """Plays the steps of a scenario that was drafted from these calls.

    An answer is the same if status and JSON are equal, with identifiers replaced consistently and
    times at most `time_tolerance_ms` apart.
    """
    engine = Engine(
        Settings().with_changes(**scenario.settings | {"clock": "manual"}), scenarios=[scenario]
    )
    world = engine.create_world(_KEY)
    replies: list[Reply] = []
    headers = {"authorization": f"Token {_KEY}"}

    def send(method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        content = b"" if body is None else msgspec.json.encode(body)
        replies.append(engine.handle(Call(method, f"{PREFIXES[0]}{path}", headers, content)))
        return replies[-1].status, decode_answer(replies[-1].content_type, replies[-1].body)

    results = play(scenario.steps, send, world.clock.advance)
    played: list[tuple[StepResult, Reply]] = [
        (result, replies.pop() if replies else Reply(0, b""))  # without a saved id, nothing is sent
        for result in results
        if result.action == "call"
    ]
    steps = [call for call in calls if call.is_step]
    id_map = IdMap(by_content=True)
    for call, (_, reply) in zip(steps, played, strict=True):
        id_map.add_request(call.body)
        recorded, replayed = _decode(call.exchange.response_body), _decode(reply.body)
        id_map.learn(_without_times(recorded), _without_times(replayed))

    def compare(call: RecordedCall, reply: Reply) -> bool:
        recorded = _decode(id_map.translate(call.exchange.response_body))
        return reply.status == call.exchange.status and _is_same(
            recorded, _decode(reply.body), time_tolerance_ms
        )

    return ScenarioReplay(
        [
            call
            for call, (result, reply) in zip(steps, played, strict=True)
            if result.mismatches or not compare(call, reply)
        ],
        id_map,
    )


def _decode(body: bytes) -> Any:
    return decode_json(body, body)


def _is_time(field: str) -> bool:
    return field.endswith(("_time", "_at"))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_times(item) for name, item in value.items() if not _is_time(name)}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def _is_same(recorded: Any, replayed: Any, tolerance_ms: int, field: str = "") -> bool:
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        return recorded.keys() == replayed.keys() and all(
            _is_same(value, replayed[name], tolerance_ms, name) for name, value in recorded.items()
        )
    if isinstance(recorded, list) and isinstance(replayed, list):
        return len(recorded) == len(replayed) and all(
            _is_same(old, new, tolerance_ms) for old, new in zip(recorded, replayed, strict=True)
        )
    if _is_time(field) and tolerance_ms:
        times = moment_ms(recorded), moment_ms(replayed)
        if times[0] is not None and times[1] is not None:
            return abs(times[0] - times[1]) <= tolerance_ms
    return bool(recorded == replayed)
