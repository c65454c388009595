"""Laws 3 and 4: worlds are isolated, and a fork is equal and independent."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.snapshot import restore_world, take_snapshot
from tests.support.program_player import Step, player
from tests.support.programs import PREPARATION, STORY, law_settings, programs, steps


def new_engine() -> Engine:
    return Engine(Settings(clock="step"))


@law_settings
@given(st.lists(st.tuples(st.booleans(), steps), max_size=20))
def test_worlds_of_keys_are_isolated(turns: list[tuple[bool, Step]]) -> None:
    turns = [(mine, step) for step in PREPARATION for mine in (True, False)] + turns
    alone, shared = new_engine(), new_engine()
    expected = player(alone, "mine").play(step for mine, step in turns if mine)
    me, they = player(shared, "mine"), player(shared, "theirs")
    replies = []
    for mine, step in turns:
        if mine:
            replies += me.play_step(step)
        else:
            they.play_step(step)
    assert replies == expected
    assert take_snapshot(alone.world("mine")) == take_snapshot(shared.world("mine"))
    assert alone.world("mine").journal.digest == shared.world("mine").journal.digest


@law_settings
@given(programs(), st.lists(steps, max_size=6), st.lists(steps, max_size=6))
def test_fork_is_equal_and_independent(
    before: list[Step], here: list[Step], there: list[Step]
) -> None:
    forked, plain = new_engine(), new_engine()
    playing, also_playing = player(forked, "a"), player(plain, "a")
    playing.play(before)
    also_playing.play(before)
    original = forked.world("a")
    twin = original.fork()
    forked.set_world("b", twin)
    assert take_snapshot(twin) == take_snapshot(original)
    assert twin.journal.digest == original.journal.digest
    assert twin.clock.now == original.clock.now

    player(forked, "b", playing).play(there)
    plain.world("a").run_due_jobs()
    assert take_snapshot(original) == take_snapshot(plain.world("a"))
    assert playing.play(here) == also_playing.play(here)
    assert take_snapshot(original) == take_snapshot(plain.world("a"))
    assert original.journal.digest == plain.world("a").journal.digest


@law_settings
@given(programs(), st.lists(steps, max_size=6))
def test_fork_answers_like_original(before: list[Step], after: list[Step]) -> None:
    engine = new_engine()
    playing = player(engine, "a")
    playing.play(before)
    engine.set_world("b", engine.world("a").fork())
    engine.set_world("c", engine.world("b").fork())
    first, second, third = (player(engine, key, playing).play(after) for key in "abc")
    assert first == second == third
    original, twin, twin_of_twin = (take_snapshot(engine.world(key)) for key in "abc")
    assert original == twin == twin_of_twin


@law_settings
@given(programs(), st.lists(steps, max_size=6))
def test_restored_world_answers_like_original(before: list[Step], after: list[Step]) -> None:
    engine = new_engine()
    playing = player(engine, "a")
    playing.play(before)
    document = json.loads(json.dumps(take_snapshot(engine.world("a"))))
    engine.set_world("b", restore_world(document))
    assert take_snapshot(engine.world("b")) == document
    assert player(engine, "a", playing).play(after) == player(engine, "b", playing).play(after)
    assert take_snapshot(engine.world("a")) == take_snapshot(engine.world("b"))


def test_fork_at_any_step_ends_like_original() -> None:
    whole = new_engine()
    whole_player = player(whole)
    expected = whole_player.play(STORY)
    engine = new_engine()
    playing = player(engine)
    replies = []
    for step in STORY:
        engine.set_world("key", engine.world("key").fork())
        replies += playing.play_step(step)
    assert replies == expected
    assert take_snapshot(engine.world("key")) == take_snapshot(whole.world("key"))
    assert engine.world("key").journal.digest == whole.world("key").journal.digest
