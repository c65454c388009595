"""Law 2: advancing in parts leads to the same state, and reading changes nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.program_player import Player, Step, player
from tests.support.programs import (  # fmt: skip
    STORY,
    law_settings,
    move_seconds,
    programs,
    read_calls,
    write_calls,
)

READ_ALL = [
    Step("search/memory", {"user_id": user, "query": "Harbour Inn 海港酒店 Lyon", "relativity": 0})
    for user in ("ana", "bo")
] + [Step("get/memory", {"user_id": user, "size": 50}) for user in ("ana", "bo")]


def play_program(program: list[Step]) -> tuple[Engine, Player]:
    """Returns an engine after a program without clock moves."""
    engine = Engine(Settings(clock="manual"))
    playing = player(engine)
    playing.play(program)
    return engine, playing


def final_state(engine: Engine) -> dict[str, Any]:
    """Returns the snapshot without the counters that reading changes."""
    document = take_snapshot(engine.world("key"))
    document["ids"].pop("rerank", None)
    for saved in document["tasks"]:
        del saved["task"]["polls"], saved["task"]["first_poll_ms"]
    return document


@law_settings
@given(programs(write_calls), st.lists(move_seconds, min_size=1, max_size=4))
def test_one_advance_equals_many_advances(program: list[Step], parts: list[float]) -> None:
    whole, looking = play_program(program)
    looking.play_step(Step("", seconds=sum(round(part * 1000) for part in parts) / 1000))
    parted, also_looking = play_program(program)
    also_looking.play([Step("", seconds=part) for part in parts])
    assert final_state(whole) == final_state(parted)
    assert looking.play(READ_ALL) == also_looking.play(READ_ALL)


@law_settings
@given(
    programs(write_calls, 6),
    st.lists(st.tuples(move_seconds, st.lists(read_calls, max_size=4)), max_size=4),
)
def test_reading_changes_nothing(
    program: list[Step], glances: list[tuple[float, list[Step]]]
) -> None:
    alone, looking = play_program(program)
    looking.play([Step("", seconds=seconds) for seconds, _ in glances])
    watched, also_looking = play_program(program)
    for seconds, glance in glances:
        also_looking.play([*glance, Step("", seconds=seconds)])
    assert final_state(alone) == final_state(watched)
    assert looking.play(READ_ALL) == also_looking.play(READ_ALL)


def test_story_result_is_independent_of_advances() -> None:
    started = [step for step in STORY if step.operation and not step.operation.startswith("del")]
    once, looking = play_program(started)
    looking.play_step(Step("", seconds=60))
    slowly, also_looking = play_program(started)
    also_looking.play([Step("", seconds=0.25), *READ_ALL] * 240)
    assert final_state(once) == final_state(slowly)


@law_settings
@given(programs(write_calls))
def test_run_until_idle_equals_advance_to_last_job(program: list[Step]) -> None:
    drained, _ = play_program(program)
    passed = drained.world("key").run_until_idle()
    moved, playing = play_program(program)
    playing.play_step(Step("", seconds=passed / 1000))
    assert final_state(drained) == final_state(moved)
    assert drained.world("key").tasks.pending == 0
