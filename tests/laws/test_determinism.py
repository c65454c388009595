"""Law 1: the same seed, calls and clock moves produce the same bytes, in every process."""

import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

from hypothesis import given

from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.snapshot import take_snapshot
from tests.support.program_player import Step, player
from tests.support.programs import STORY, law_settings, programs

ROOT = Path(__file__).parents[2]
SCRIPT = "from tests.laws.test_determinism import fingerprint; print(fingerprint())"


def fingerprint(seed: int = 0) -> str:
    """Returns the digests of the journal and of the replies of the story."""
    engine = Engine(Settings(clock="step", seed=seed))
    replies = player(engine).play(STORY)
    values = blake2b(b"".join(reply.body for reply in replies), digest_size=8).hexdigest()
    return f"{engine.world('key').journal.digest} {values}"


@law_settings
@given(programs())
def test_equal_runs_have_equal_digests(program: list[Step]) -> None:
    first, second = (Engine(Settings(clock="step")) for _ in range(2))
    assert player(first).play(program) == player(second).play(program)
    assert first.world("key").journal.digest == second.world("key").journal.digest
    assert take_snapshot(first.world("key")) == take_snapshot(second.world("key"))


def test_hash_seeds_and_processes_have_equal_digests() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1", "12345")
    ]
    texts = {run.communicate()[0].strip() for run in runs}
    assert texts == {fingerprint()}


def test_other_seed_changes_ids_but_not_texts() -> None:
    assert fingerprint(1) != fingerprint(2)
