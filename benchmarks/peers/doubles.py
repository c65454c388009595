"""Other doubles beside ours, each with one static stub for the call that ours answers in earnest.

They are installed into a scratch folder by `install.sh`, from the registries of Python and npm; one
that does not install or run here is skipped with the reason. They have their own settings, except
that none writes a line of log for each request where that can be turned off.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import calls, live
from benchmarks.bare import PREFIX
from benchmarks.load import load
from benchmarks.outcome import Peer
from benchmarks.pace import Pace
from benchmarks.servers import GREETING, HEADERS, Server, Unavailable, free_port, ours

HERE = Path(__file__).parent
STUBS = HERE / "stubs"
JSON = {"Content-Type": "application/json"}
CHAT = b'{"model":"m","messages":[{"role":"user","content":"I booked the Harbour Inn."}]}'
SIGNED = {
    "X-Amz-Target": "AmazonSQS.ListQueues",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/sqs/aws4_request, "
    "SignedHeaders=host, Signature=x",
}


class Double(NamedTuple):
    """How another double is started, and what it is asked."""

    command: str
    """With `{port}`, `{folder}` for where the doubles are installed, and `{stubs}`."""
    path: str = f"{PREFIX}/add/message"
    body: bytes = GREETING
    headers: Mapping[str, str] = JSON
    remembers: bool = False
    """It keeps what it is told, and begins anew after each round."""


_WIREMOCK = (
    "java -jar {folder}/npm-wiremock/node_modules/wiremock/build/wiremock-standalone-*.jar "
    "--root-dir {stubs} --port {port} --bind-address 127.0.0.1"
)
LIVE = {
    "moto server": Double("{folder}/python/bin/moto_server -p {port}", "/", b"{}", SIGNED),
    "pytest-httpserver": Double("{folder}/python/bin/python {stubs}/httpserver.py {port}"),
    "Prism": Double(
        "node {folder}/npm-prism-cli/node_modules/.bin/prism mock -h 127.0.0.1 -p {port} "
        "-v silent {stubs}/openapi.yaml"
    ),
    "Mockoon": Double(
        "node {folder}/npm-cli/node_modules/.bin/mockoon-cli start --data {stubs}/mockoon.json "
        "--port {port} --hostname 127.0.0.1 --disable-log-to-file"
    ),
    "aimock": Double(
        "node {folder}/npm-aimock/node_modules/.bin/llmock -p {port} -f {stubs}/aimock.json "
        "--log-level silent",
        "/v1/chat/completions",
        CHAT,
    ),
    "WireMock": Double(_WIREMOCK),
    "WireMock, journal off": Double(f"{_WIREMOCK} --no-request-journal"),
    "MockServer": Double(
        "java -Dmockserver.initializationJsonPath={stubs}/mockserver.json "
        "-jar {folder}/npm-mockserver-node/node_modules/mockserver-node/mockserver-netty-*.jar "
        "-serverPort {port} -logLevel WARN"
    ),
}

OURS = Double("", headers=HEADERS, remembers=True)


def compared_peers(pace: Pace) -> Iterator[Peer]:
    """Ours, and every other double that runs here."""
    folder = installed()
    port = free_port()
    yield _live("mock-memos", ours(port, "--quiet"), port, OURS, pace)
    for name, double in LIVE.items():
        try:
            port = free_port()
            yield _live(name, command(double, folder, port), port, double, pace)
        except Unavailable as problem:
            yield Peer(name=name, where="live", skipped=str(problem))
    mine = calls.through(pace, "respx", "add/message")["ours.call"]
    yield Peer(name="mock-memos", where="in process", cpu=median(mine))
    yield from _in_process(folder)


def installed() -> Path:
    """The folder with the peers; they are installed when it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "mock-memos-peers"
    if not folder.exists():
        print(f"installing the other doubles into {folder}", flush=True)
        folder.mkdir(parents=True)
        with (folder / "install.log").open("w") as log:
            words = ["sh", str(HERE / "install.sh"), str(folder), sys.executable]
            subprocess.run(words, stdout=log, stderr=log, check=False)
    return folder


def command(double: Double, folder: Path, port: int) -> list[str]:
    """The command that starts a double. Raises `Unavailable` for a program that is not there."""
    filled = [word.format(folder=folder, stubs=STUBS, port=port) for word in double.command.split()]
    words = [next(iter(_matches(word)), word) for word in filled]
    for word in (words[0], *(one for one in words[1:] if one.startswith(str(folder)))):
        if not shutil.which(word) and not Path(word).exists():
            raise Unavailable(f"{Path(word).name} is not installed here")
    return words


def _matches(word: str) -> list[str]:
    place = Path(word)
    return sorted(map(str, place.parent.glob(place.name))) if "*" in place.name else []


def _live(name: str, words: list[str], port: int, double: Double, pace: Pace) -> Peer:
    with (
        TemporaryDirectory() as scratch,
        Server(
            words, port, path=double.path, body=double.body, headers=double.headers,
            folder=Path(scratch),
        ) as server,
    ):  # fmt: skip
        started, idle = server.started[0] * 1e3, server.resident()
        asked = Path(scratch) / "bodies"
        asked.write_text(bodies() if double.remembers else double.body.decode())
        _loaded(server, double, asked, seconds=2)  # a JVM gets faster at first
        found = [_loaded(server, double, asked, seconds=1) for _ in range(pace.loads)]
    cpu, rate = (median(one) for one in zip(*found, strict=True))
    return Peer(name=name, where="live", cpu=cpu, rate=rate, start=started, idle=idle)


def bodies() -> str:
    """For who remembers, another message each time."""
    return "\n".join(json.dumps(body) for body in live.added())


def _loaded(server: Server, double: Double, asked: Path, seconds: int) -> tuple[float, float]:
    server.rest()
    if double.remembers:
        live.slow(server)
    began = server.cpu()
    done = load(server, double.path, asked, 16, seconds)
    used = server.cpu() - began
    if double.remembers:
        live.reset(server)
    return used / done.requests * 1e6, done.requests / done.seconds


def _in_process(folder: Path) -> Iterator[Peer]:
    with TemporaryDirectory() as scratch:
        words = [
            str(folder / "python" / "bin" / "python"), "-m", "pytest", "-q", "--rootdir", scratch,
            "-p", "no:cacheprovider", "-c", os.devnull, str(STUBS / "in_process.py"),
        ]  # fmt: skip
        subprocess.run(words, cwd=scratch, capture_output=True, check=False)
        kept = Path(scratch) / "took.json"
        found = json.loads(kept.read_text()) if kept.exists() else {}
    for name in ("respx", "responses", "pytest-httpx"):
        reason = "" if name in found else "it is not installed here"
        yield Peer(name=name, where="in process", cpu=found.get(name), skipped=reason)
