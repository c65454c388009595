"""Live servers under load: processor time per request, and requests per second.

mock-memos runs as `mock-memos serve --quiet`, the yardsticks as `uvicorn --no-access-log`, because
writing log lines would dominate. The row *with a line of log* uses no options. The journal is
always on.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bare import PREFIX
from benchmarks.load import run_load
from benchmarks.measure import Probe, Series, interleave
from benchmarks.pace import Pace
from benchmarks.servers import Server, baseline_command, free_port, mock_memos_command
from benchmarks.texts import queries, sentences

USERS = 1000
BODIES = 2000
MESSAGES_PER_CALL = 500
"""Messages per call when a world is filled."""


Prepare = Callable[[Server], list[Any]]
"""Prepares a server; returns the bodies of the load."""


def get_status(pace: Pace) -> Series:
    """Measures `get/status` of an existing task."""

    def prepare(server: Server) -> list[Any]:
        task = post(server, "add/message", message_body("ana", ["I booked the Harbour Inn."]))
        return [{"task_id": task["task_id"]}]

    return _compare_servers(pace, "get/status", prepare)


def add_message(pace: Pace) -> Series:
    """Measures `add/message` with different texts; the world is reset after each round."""
    return _compare_servers(pace, "add/message", lambda _: message_bodies())


def add_message_with_logs(pace: Pace) -> Series:
    """Measures `add/message` with default options, which write a log line per request."""
    return _compare_servers(
        pace._replace(connections=(16,)), "add/message", lambda _: message_bodies(), logs=True
    )


def search(memories: int, pace: Pace) -> Series:
    """Measures `search/memory` in the memories of one user."""

    def prepare(server: Server) -> list[Any]:
        fill(server, memories)
        return [{"user_id": "ana", "query": query} for query in islice(queries(), BODIES)]

    return _compare_servers(pace, "search/memory", prepare)


def message_bodies() -> list[Any]:
    return [
        message_body(f"user-{number % USERS}", [text])
        for number, text in enumerate(islice(sentences(), BODIES))
    ]


def message_body(user: str, texts: list[str]) -> dict[str, Any]:
    messages = [{"role": "user", "content": text} for text in texts]
    return {"user_id": user, "conversation_id": "c", "messages": messages}


def fill(server: Server, memories: int) -> None:
    """Adds memories of one user, and searches once to build the index."""
    statements = sentences()
    for left in range(memories, 0, -MESSAGES_PER_CALL):
        post(
            server,
            "add/message",
            message_body("ana", list(islice(statements, min(left, MESSAGES_PER_CALL)))),
        )
    run_until_idle(server)
    post(server, "search/memory", {"user_id": "ana", "query": "Which?"})


def post(server: Server, operation: str, body: Any) -> Any:
    status, reply = server.request("POST", f"{PREFIX}/{operation}", json.dumps(body).encode())
    assert status == 200, reply
    return json.loads(reply)["data"]


def run_until_idle(server: Server) -> None:
    assert server.request("POST", "/_mock/clock", b'{"run_until_idle": true}')[0] == 200


def slow_clock(server: Server) -> None:
    """Slows the clock down, so that no task ends during a round."""
    assert server.request("POST", "/_mock/clock", b'{"speed": 0.01}')[0] == 200


def reset_world(server: Server) -> None:
    assert server.request("POST", "/_mock/reset", b"{}")[0] == 200


@contextmanager
def running_servers(*, logs: bool = False) -> Iterator[dict[str, Server]]:
    """Starts mock-memos and both yardsticks."""
    with ExitStack() as running:
        servers = {}
        for name in ("ours", "starlette", "asgi"):
            port = free_port()
            command = (
                mock_memos_command(port, *([] if logs else ["--quiet"]))
                if name == "ours"
                else baseline_command(f"{name}_app", port, *([] if logs else ["--no-access-log"]))
            )
            servers[name] = running.enter_context(Server(command, port))
        yield servers


def _compare_servers(pace: Pace, operation: str, prepare: Prepare, *, logs: bool = False) -> Series:
    series: Series = {}
    with running_servers(logs=logs) as running, TemporaryDirectory() as folder:
        bodies = Path(folder) / "bodies"
        bodies.write_text("\n".join(json.dumps(body) for body in prepare(running["ours"])))
        for connections in pace.connections:
            sides: dict[str, Probe] = {
                name: partial(
                    _round, server, operation, bodies, connections,
                    adds_memories=name == "ours" and operation == "add/message",
                )
                for name, server in running.items()
            }  # fmt: skip
            series |= interleave(sides, pace.load_rounds)
    return series


def _round(
    server: Server, operation: str, bodies: Path, connections: int, *, adds_memories: bool
) -> dict[str, float]:
    """Measures one load; with `adds_memories` also the time until all tasks have ended."""
    server.wait_until_idle()
    if adds_memories:
        slow_clock(server)
    cpu_before = server.cpu_seconds()
    result = run_load(server, f"{PREFIX}/{operation}", bodies, connections, seconds=1)
    cpu = cpu_with_memories = server.cpu_seconds() - cpu_before
    if adds_memories:
        run_until_idle(server)
        cpu_with_memories = server.cpu_seconds() - cpu_before
        reset_world(server)
    return {
        f"cpu {connections}": cpu / result.requests * 1e6,
        f"whole {connections}": cpu_with_memories / result.requests * 1e6,
        f"rate {connections}": result.requests / result.seconds,
    }
