"""From the start of a process to its first answer, the memory it has then, and under load.

Ours is started as a user does, `mock-memos serve`, the yardstick by uvicorn's command around bare
Starlette; both answer the same `add/message`.
"""

import json
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.bare import PREFIX
from benchmarks.live import servers
from benchmarks.load import load
from benchmarks.measure import Series, interleave
from benchmarks.pace import Pace
from benchmarks.servers import HEADERS, Server, bare, free_port, ours

ENOUGH = 3
"""Seconds of load that fill the journal; it holds 10,000 calls."""
SPOKEN = "I booked a quiet hotel near the sea and paid for three nights in advance."


def start(pace: Pace) -> Series:
    """Start, first answer, resident memory, end; ours and bare Starlette in turn."""

    def one(mine: bool) -> dict[str, float]:
        port = free_port()
        with Server(ours(port) if mine else bare("starlette_app", port), port) as server:
            wall, cpu = server.started
            return {"wall": wall * 1e3, "cpu": cpu * 1e3, "idle": server.resident()}

    sides = {"ours": partial(one, True), "starlette": partial(one, False)}
    interleave(sides, 1)  # the first start writes the compiled modules
    return interleave(sides, 2 * pace.rounds)


def resident(pace: Pace) -> Series:
    """Resident memory after many calls that change nothing, and after twice as many again."""
    with servers() as found, TemporaryDirectory() as folder:
        asked = Path(folder) / "bodies"
        asked.write_text(json.dumps({"user_id": "ana", "query": "hotel"}))
        series: Series = {}
        for name, server in found.items():
            for figure, seconds in (("loaded", ENOUGH), ("again", 2 * ENOUGH)):
                load(server, f"{PREFIX}/search/memory", asked, 16, seconds)
                series[f"{name}.{figure}"] = [server.resident()]
        return series


def streaming(pace: Pace) -> Series:
    """From a streamed `chat` to its first event, over a connection that is open."""
    with servers() as found:
        sides = {name: partial(_first_event, found[name]) for name in ("ours", "starlette")}
        interleave(sides, 3)
        return interleave(sides, 10 * pace.rounds)


def _first_event(server: Server) -> dict[str, float]:
    body = json.dumps(
        {
            "user_id": "ana",
            "query": SPOKEN,
            "conversation_id": "c",
            "stream": True,
            "add_message_on_answer": False,
        }
    )
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.connect()
        began = perf_counter()
        connection.request("POST", f"{PREFIX}/chat", body, HEADERS)
        reply = connection.getresponse()
        line = reply.readline()
        took = perf_counter() - began
        assert (reply.status, bool(line)) == (200, True)
        return {"first": took * 1e6}
    finally:
        connection.close()
