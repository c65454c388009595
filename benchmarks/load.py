"""Load on a local server from a separate process: wrk if installed, else aiohttp.

    python -m benchmarks.load PORT PATH BODIES CONNECTIONS SECONDS HEADERS     (aiohttp)

Both send the bodies of a file in turn over open connections, at most a million requests, and print
the result as a line of JSON.
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

from benchmarks.servers import HERE, Server, Unavailable, python_command

MAX_REQUESTS: Final = 1_000_000
"""Safety limit of the requests of a load."""

REPLY_TIMEOUT_SECONDS: Final = 30
"""Timeout of a reply on a busy machine."""


class LoadResult(NamedTuple):
    """Completed requests of a load."""

    requests: int
    seconds: float


def load_tool() -> str:
    """Returns the name of the load generator."""
    if shutil.which("wrk"):
        return "wrk"
    if find_spec("aiohttp"):
        return "aiohttp"
    raise Unavailable("needs wrk (Debian's package) or aiohttp (extra `bench`)")


def run_load(server: Server, path: str, bodies: Path, connections: int, seconds: int) -> LoadResult:
    """Sends requests over several connections. Raises `Unavailable` if a request fails."""
    arguments = (server.port, path, bodies, connections, seconds)
    if load_tool() == "wrk":
        command = _wrk_command(server, *arguments[1:])
    else:
        command = python_command("-m", __name__, *map(str, arguments), json.dumps(server.headers))
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds + 2 * REPLY_TIMEOUT_SECONDS,
        check=False,
    )
    if run.returncode:
        raise Unavailable(f"{command[0]} ended with status {run.returncode}: {run.stderr}")
    result = json.loads(run.stdout.splitlines()[-1])
    if result["failed"] or not result["requests"]:
        raise Unavailable(f"of {result['requests']} requests to {path} {result['failed']} failed")
    return LoadResult(result["requests"], result["seconds"])


def _wrk_command(
    server: Server, path: str, bodies: Path, connections: int, seconds: int
) -> list[str]:
    headers = [
        word for name, value in server.headers.items() for word in ("-H", f"{name}: {value}")
    ]
    return [
        "wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s",
        "--timeout", f"{REPLY_TIMEOUT_SECONDS}s", *headers,
        "-s", str(HERE / "load.lua"), f"http://127.0.0.1:{server.port}",
        "--", str(bodies), str(MAX_REQUESTS), path,
    ]  # fmt: skip


async def _send_requests(
    port: int, path: str, bodies: Path, connections: int, seconds: int, headers: dict[str, str]
) -> dict[str, float]:
    import aiohttp

    next_bodies = cycle(bodies.read_bytes().splitlines())
    count = failed = 0
    started = perf_counter()

    async def one_connection(session: aiohttp.ClientSession) -> None:
        nonlocal count, failed
        while count < MAX_REQUESTS and perf_counter() - started < seconds:
            count += 1
            async with session.post(path, data=next(next_bodies)) as reply:
                await reply.read()
                failed += reply.status >= 400

    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}",
        headers=headers,
        connector=aiohttp.TCPConnector(limit=connections),
    ) as session:
        await asyncio.gather(*(one_connection(session) for _ in range(connections)))
    return {"requests": count, "seconds": perf_counter() - started, "failed": failed}


def main() -> None:
    port, path, bodies, connections, seconds, headers = sys.argv[1:]
    request = _send_requests(
        int(port), path, Path(bodies), int(connections), int(seconds), json.loads(headers)
    )
    print(json.dumps(asyncio.run(request)))


if __name__ == "__main__":
    main()
