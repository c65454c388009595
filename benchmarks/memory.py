"""Resident memory over many calls with the default journal.

    python -m benchmarks.memory [calls]

The calls change nothing (get/status, get/message and search/memory in turn), so only the journal
can grow. They go to the live application without a socket.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from tests.support.mutations import MutatedCall, send_call

BODIES: dict[str, dict[str, Any]] = {
    "get/status": {"task_id": "6f0c"},
    "get/message": {"user_id": "ana", "conversation_id": "c1"},
    "search/memory": {"user_id": "ana", "query": "hotel"},
}


def resident_mb() -> float:
    """Returns the resident memory of this process, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_trials() -> list[MutatedCall]:
    trials = []
    for operation, body in BODIES.items():
        trial = MutatedCall(0)
        trial.method, trial.path = "POST", f"/api/openmem/v1/{operation}"
        trial.headers = [(b"authorization", b"Token k"), (b"host", b"localhost")]
        trial.body = json.dumps(body).encode()
        trials.append(trial)
    return trials


async def run_calls(calls: int) -> None:
    app = App(Engine())
    trials = make_trials()
    for tenth in range(11):
        print(f"{tenth * calls // 10:>10} calls  {resident_mb():7.1f} MB", flush=True)
        for number in range(calls // 10 if tenth < 10 else 0):
            await send_call(app, trials[number % len(trials)])


if __name__ == "__main__":
    asyncio.run(run_calls(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
