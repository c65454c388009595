"""When a replayed answer counts as the recorded one."""

import pytest

from mock_memos import scenario
from mock_memos.recording.composer import compose
from mock_memos.recording.recorded_calls import parse_calls
from mock_memos.recording.replay import replay
from tests.support.recording import NOON, invent, record_story


@pytest.mark.parametrize(
    ("late_ms", "tolerance_ms", "kept"), [(0, 0, 0), (40, 0, 1), (40, 50, 0), (60, 50, 1)]
)
def test_times_may_differ_by_the_tolerance(late_ms: int, tolerance_ms: int, kept: int) -> None:
    turn = {"user_id": "ana", "conversation_id": "c1"}
    messages = [{"role": "user", "content": "I live in Lyon."}]
    added = {"success": True, "task_id": "task-0001", "status": "running"}
    add = invent(0, "add/message", turn | {"messages": messages}, added)
    shown = {
        "message_detail_list": [
            {"role": "user", "content": "I live in Lyon.", "message_id": "message-0001",
             "conversation_id": "c1", "create_time": str(NOON + late_ms),
             "update_time": str(NOON + late_ms)},
        ]
    }  # fmt: skip
    composed = compose([add, invent(1, "get/message", turn, shown)], "T", tolerance_ms)
    assert sum(map(len, composed.literal_calls)) == kept, composed.to_yaml()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data.status: running", "data.status: completed"),
        ("status: 200", "status: 201"),
        ("task: data.task_id", "task: data.none"),
    ],
)
def test_changed_step_is_a_mismatch(old: str, new: str) -> None:
    exchanges = record_story("failed-task").exchanges
    text = compose(exchanges).to_yaml()
    calls = parse_calls(exchanges)
    assert replay(scenario.read(text), calls).mismatches == []
    assert replay(scenario.read(text.replace(old, new)), calls).mismatches
