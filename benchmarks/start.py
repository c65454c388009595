"""Time from process start to first reply, and resident memory idle and under load.

mock-memos is started by `mock-memos serve`, Starlette by uvicorn; both answer `add/message`.
"""

import json
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.bare import PREFIX
from benchmarks.live import running_servers
from benchmarks.load import run_load
from benchmarks.measure import Series, interleave
from benchmarks.pace import Pace
from benchmarks.servers import HEADERS, Server, baseline_command, free_port, mock_memos_command

LOAD_SECONDS = 3
"""Seconds of load that fill the journal; it holds 10,000 calls."""
QUERY = "I booked a quiet hotel near the sea and paid for three nights in advance."


def measure_start(pace: Pace) -> Series:
    """Measures start, first reply and resident memory, alternately with Starlette."""

    def side(mine: bool) -> dict[str, float]:
        port = free_port()
        with Server(
            mock_memos_command(port) if mine else baseline_command("starlette_app", port), port
        ) as server:
            wall, cpu = server.start_seconds
            return {"wall": wall * 1e3, "cpu": cpu * 1e3, "idle": server.resident_mb()}

    sides = {"ours": partial(side, True), "starlette": partial(side, False)}
    interleave(sides, 1)  # the first start writes the compiled modules
    return interleave(sides, 2 * pace.rounds)


def measure_resident(pace: Pace) -> Series:
    """Measures resident memory after many reading calls, and after twice as many more."""
    with running_servers() as servers, TemporaryDirectory() as folder:
        bodies = Path(folder) / "bodies"
        bodies.write_text(json.dumps({"user_id": "ana", "query": "hotel"}))
        series: Series = {}
        for name, server in servers.items():
            for figure, seconds in (("loaded", LOAD_SECONDS), ("again", 2 * LOAD_SECONDS)):
                run_load(server, f"{PREFIX}/search/memory", bodies, 16, seconds)
                series[f"{name}.{figure}"] = [server.resident_mb()]
        return series


def measure_streaming(pace: Pace) -> Series:
    """Measures the time from a streamed `chat` to its first event, on an open connection."""
    with running_servers() as servers:
        sides = {name: partial(_first_event, servers[name]) for name in ("ours", "starlette")}
        interleave(sides, 3)
        return interleave(sides, 10 * pace.rounds)


def _first_event(server: Server) -> dict[str, float]:
    body = json.dumps(
        {
            "user_id": "ana",
            "query": QUERY,
            "conversation_id": "c",
            "stream": True,
            "add_message_on_answer": False,
        }
    )
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.connect()
        started = perf_counter()
        connection.request("POST", f"{PREFIX}/chat", body, HEADERS)
        reply = connection.getresponse()
        line = reply.readline()
        seconds = perf_counter() - started
        assert (reply.status, bool(line)) == (200, True)
        return {"first": seconds * 1e6}
    finally:
        connection.close()
