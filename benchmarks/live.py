"""Live servers under load: processor time of a request, and requests a second.

Ours runs as `mock-memos serve --quiet` and the yardsticks as `uvicorn --no-access-log`, since a
line of log for each request costs all of them much of what is compared. The row *with a line of
log* has all as they are without options. The journal is always on.
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
from benchmarks.load import load
from benchmarks.measure import Probe, Series, interleave
from benchmarks.pace import Pace
from benchmarks.servers import Server, bare, free_port, ours
from benchmarks.texts import queries, sentences

USERS = 1000
BODIES = 2000
AT_ONCE = 500
"""Messages of one call that fills a world."""


Prepare = Callable[[Server], list[Any]]
"""Makes a server ready, and gives the bodies that it is then asked."""


def status(pace: Pace) -> Series:
    """`get/status` of a task that is there."""

    def prepare(server: Server) -> list[Any]:
        task = post(server, "add/message", adding("ana", ["I booked the Harbour Inn."]))
        return [{"task_id": task["task_id"]}]

    return _against_bare(pace, "get/status", prepare)


def add(pace: Pace) -> Series:
    """`add/message`, each of another text; the world begins anew after each round."""
    return _against_bare(pace, "add/message", lambda _: added())


def add_with_logs(pace: Pace) -> Series:
    """The same as all sides are by default, which is with a line of log for each request."""
    return _against_bare(
        pace._replace(connections=(16,)), "add/message", lambda _: added(), logs=True
    )


def search(memories: int, pace: Pace) -> Series:
    """`search/memory` in the memories of one user."""

    def prepare(server: Server) -> list[Any]:
        fill(server, memories)
        return [{"user_id": "ana", "query": query} for query in islice(queries(), BODIES)]

    return _against_bare(pace, "search/memory", prepare)


def added() -> list[Any]:
    return [
        adding(f"user-{number % USERS}", [text])
        for number, text in enumerate(islice(sentences(), BODIES))
    ]


def adding(user: str, texts: list[str]) -> dict[str, Any]:
    said = [{"role": "user", "content": text} for text in texts]
    return {"user_id": user, "conversation_id": "c", "messages": said}


def fill(server: Server, memories: int) -> None:
    """Give one user so many memories, by `add/message`, and search once: the index is made then."""
    said = sentences()
    for left in range(memories, 0, -AT_ONCE):
        post(server, "add/message", adding("ana", list(islice(said, min(left, AT_ONCE)))))
    drain(server)
    post(server, "search/memory", {"user_id": "ana", "query": "Which?"})


def post(server: Server, operation: str, body: Any) -> Any:
    status, reply = server.ask("POST", f"{PREFIX}/{operation}", json.dumps(body).encode())
    assert status == 200, reply
    return json.loads(reply)["data"]


def drain(server: Server) -> None:
    assert server.ask("POST", "/_mock/clock", b'{"drain": true}')[0] == 200


def slow(server: Server) -> None:
    """Let its clock go so slowly that no task ends in a round, however long that takes here."""
    assert server.ask("POST", "/_mock/clock", b'{"rate": 0.01}')[0] == 200


def reset(server: Server) -> None:
    assert server.ask("POST", "/_mock/reset", b"{}")[0] == 200


@contextmanager
def servers(*, logs: bool = False) -> Iterator[dict[str, Server]]:
    """Ours and both yardsticks."""
    with ExitStack() as running:
        found = {}
        for name in ("ours", "starlette", "asgi"):
            port = free_port()
            command = (
                ours(port, *([] if logs else ["--quiet"]))
                if name == "ours"
                else bare(f"{name}_app", port, *([] if logs else ["--no-access-log"]))
            )
            found[name] = running.enter_context(Server(command, port))
        yield found


def _against_bare(pace: Pace, operation: str, prepare: Prepare, *, logs: bool = False) -> Series:
    series: Series = {}
    with servers(logs=logs) as found, TemporaryDirectory() as folder:
        asked = Path(folder) / "bodies"
        asked.write_text("\n".join(json.dumps(body) for body in prepare(found["ours"])))
        for connections in pace.connections:
            sides: dict[str, Probe] = {
                name: partial(
                    _round, server, operation, asked, connections,
                    grows=name == "ours" and operation == "add/message",
                )
                for name, server in found.items()
            }  # fmt: skip
            series |= interleave(sides, pace.loads)
    return series


def _round(
    server: Server, operation: str, asked: Path, connections: int, *, grows: bool
) -> dict[str, float]:
    """One load; where the world grows, also until everything has become memories."""
    server.rest()
    if grows:
        slow(server)
    began = server.cpu()
    done = load(server, f"{PREFIX}/{operation}", asked, connections, seconds=1)
    used = whole = server.cpu() - began
    if grows:
        drain(server)
        whole = server.cpu() - began
        reset(server)
    return {
        f"cpu {connections}": used / done.requests * 1e6,
        f"whole {connections}": whole / done.requests * 1e6,
        f"rate {connections}": done.requests / done.seconds,
    }
