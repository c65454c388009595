"""Load on a server of this machine, from a process of its own: wrk where it is, else aiohttp.

    python -m benchmarks.load PORT PATH BODIES CONNECTIONS SECONDS HEADERS     (aiohttp)

Both send the bodies of a file in turn over connections that stay open, for so many seconds and
never more than a million, and print what was done as a line of JSON.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from benchmarks.servers import HERE, Server, Unavailable, python

MOST: Final = 1_000_000
"""Requests after which a load sends no more. It is a bound, and no part of a measurement."""

PATIENCE: Final = 30
"""Seconds that a reply may take on a machine with more to do."""


class Done(NamedTuple):
    """What a load got done."""

    requests: int
    seconds: float


def tool() -> str:
    """What makes the load here."""
    if shutil.which("wrk"):
        return "wrk"
    if find_spec("aiohttp"):
        return "aiohttp"
    raise Unavailable("needs wrk (Debian's package) or aiohttp (extra `bench`)")


def load(server: Server, path: str, bodies: Path, connections: int, seconds: int) -> Done:
    """Ask a server by many connections at once. Raises `Unavailable` if one request failed."""
    place = (server.port, path, bodies, connections, seconds)
    if tool() == "wrk":
        command = _wrk(server, *place[1:])
    else:
        command = python("-m", __name__, *map(str, place), json.dumps(server.headers))
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 2 * PATIENCE, check=False
    )
    if run.returncode:
        raise Unavailable(f"{command[0]} ended with status {run.returncode}: {run.stderr}")
    said = json.loads(run.stdout.splitlines()[-1])
    if said["failed"] or not said["requests"]:
        raise Unavailable(f"of {said['requests']} requests to {path} {said['failed']} failed")
    return Done(said["requests"], said["seconds"])


def _wrk(server: Server, path: str, bodies: Path, connections: int, seconds: int) -> list[str]:
    held = [word for name, value in server.headers.items() for word in ("-H", f"{name}: {value}")]
    return [
        "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s",
        "--timeout", f"{PATIENCE}s", *held,
        "-s", str(HERE / "load.lua"), f"http://127.0.0.1:{server.port}",
        "--", str(bodies), str(MOST), path,
    ]  # fmt: skip


async def _ask(
    port: int, path: str, bodies: Path, connections: int, seconds: int, headers: dict[str, str]
) -> dict[str, float]:
    import aiohttp

    waiting = cycle(bodies.read_bytes().splitlines())
    count = failed = 0
    began = perf_counter()

    async def one_connection(session: aiohttp.ClientSession) -> None:
        nonlocal count, failed
        while count < MOST and perf_counter() - began < seconds:
            count += 1
            async with session.post(path, data=next(waiting)) as reply:
                await reply.read()
                failed += reply.status >= 400

    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}",
        headers=headers,
        connector=aiohttp.TCPConnector(limit=connections),
    ) as session:
        await asyncio.gather(*(one_connection(session) for _ in range(connections)))
    return {"requests": count, "seconds": perf_counter() - began, "failed": failed}


def main() -> None:
    port, path, bodies, connections, seconds, headers = sys.argv[1:]
    asked = _ask(int(port), path, Path(bodies), int(connections), int(seconds), json.loads(headers))
    print(json.dumps(asyncio.run(asked)))


if __name__ == "__main__":
    main()
