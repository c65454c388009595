"""Other mock servers with one static stub each, compared with mock-memos.

`install.sh` installs them from the registries of Python and npm. Servers that cannot be installed
or started are skipped with the reason. They use default settings, without log lines per request
where this is possible.
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
from benchmarks.load import run_load
from benchmarks.outcome import Peer
from benchmarks.pace import Pace
from benchmarks.servers import (
    FIRST_BODY,
    HEADERS,
    Server,
    Unavailable,
    free_port,
    mock_memos_command,
)

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


class PeerServer(NamedTuple):
    """The start command and the request of another mock server."""

    command: str
    """With `{port}`, `{folder}` of the installations, and `{stubs}`."""
    path: str = f"{PREFIX}/add/message"
    body: bytes = FIRST_BODY
    headers: Mapping[str, str] = JSON
    keeps_state: bool = False
    """Whether it stores requests and is reset after each round."""


_WIREMOCK = (
    "java -jar {folder}/npm-wiremock/node_modules/wiremock/build/wiremock-standalone-*.jar "
    "--root-dir {stubs} --port {port} --bind-address 127.0.0.1"
)
LIVE = {
    "moto server": PeerServer("{folder}/python/bin/moto_server -p {port}", "/", b"{}", SIGNED),
    "pytest-httpserver": PeerServer("{folder}/python/bin/python {stubs}/httpserver.py {port}"),
    "Prism": PeerServer(
        "node {folder}/npm-prism-cli/node_modules/.bin/prism mock -h 127.0.0.1 -p {port} "
        "-v silent {stubs}/openapi.yaml"
    ),
    "Mockoon": PeerServer(
        "node {folder}/npm-cli/node_modules/.bin/mockoon-cli start --data {stubs}/mockoon.json "
        "--port {port} --hostname 127.0.0.1 --disable-log-to-file"
    ),
    "aimock": PeerServer(
        "node {folder}/npm-aimock/node_modules/.bin/llmock -p {port} -f {stubs}/aimock.json "
        "--log-level silent",
        "/v1/chat/completions",
        CHAT,
    ),
    "WireMock": PeerServer(_WIREMOCK),
    "WireMock, journal off": PeerServer(f"{_WIREMOCK} --no-request-journal"),
    "MockServer": PeerServer(
        "java -Dmockserver.initializationJsonPath={stubs}/mockserver.json "
        "-jar {folder}/npm-mockserver-node/node_modules/mockserver-node/mockserver-netty-*.jar "
        "-serverPort {port} -logLevel WARN"
    ),
}

OURS = PeerServer("", headers=HEADERS, keeps_state=True)


def compare_peers(pace: Pace) -> Iterator[Peer]:
    """Measures mock-memos and every other mock server that runs here."""
    folder = install_peers()
    port = free_port()
    yield _measure_live("mock-memos", mock_memos_command(port, "--quiet"), port, OURS, pace)
    for name, peer in LIVE.items():
        try:
            port = free_port()
            yield _measure_live(name, start_command(peer, folder, port), port, peer, pace)
        except Unavailable as problem:
            yield Peer(name=name, where="live", skipped=str(problem))
    mine = calls.measure_calls(pace, "respx", "add/message")["ours.call"]
    yield Peer(name="mock-memos", where="in process", cpu=median(mine))
    yield from _measure_in_process(folder)


def install_peers() -> Path:
    """Returns the folder of the installations, and installs them if it is missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "mock-memos-peers"
    if not folder.exists():
        print(f"installing other mock servers into {folder}", flush=True)
        folder.mkdir(parents=True)
        with (folder / "install.log").open("w") as log:
            words = ["sh", str(HERE / "install.sh"), str(folder), sys.executable]
            subprocess.run(words, stdout=log, stderr=log, check=False)
    return folder


def start_command(peer: PeerServer, folder: Path, port: int) -> list[str]:
    """Returns the start command. Raises `Unavailable` if a program is not installed."""
    filled = [word.format(folder=folder, stubs=STUBS, port=port) for word in peer.command.split()]
    words = [next(iter(_glob(word)), word) for word in filled]
    for word in (words[0], *(part for part in words[1:] if part.startswith(str(folder)))):
        if not shutil.which(word) and not Path(word).exists():
            raise Unavailable(f"{Path(word).name} is not installed here")
    return words


def _glob(word: str) -> list[str]:
    place = Path(word)
    return sorted(map(str, place.parent.glob(place.name))) if "*" in place.name else []


def _measure_live(name: str, words: list[str], port: int, peer: PeerServer, pace: Pace) -> Peer:
    with (
        TemporaryDirectory() as scratch,
        Server(
            words, port, path=peer.path, body=peer.body, headers=peer.headers,
            folder=Path(scratch),
        ) as server,
    ):  # fmt: skip
        started, idle = server.start_seconds[0] * 1e3, server.resident_mb()
        bodies = Path(scratch) / "bodies"
        bodies.write_text(request_bodies() if peer.keeps_state else peer.body.decode())
        _load_round(server, peer, bodies, seconds=2)  # a JVM gets faster at first
        rounds = [_load_round(server, peer, bodies, seconds=1) for _ in range(pace.load_rounds)]
    cpu, rate = (median(item) for item in zip(*rounds, strict=True))
    return Peer(name=name, where="live", cpu=cpu, rate=rate, start=started, idle=idle)


def request_bodies() -> str:
    """Returns different messages, one per line."""
    return "\n".join(json.dumps(body) for body in live.message_bodies())


def _load_round(
    server: Server, peer: PeerServer, bodies: Path, seconds: int
) -> tuple[float, float]:
    server.wait_until_idle()
    if peer.keeps_state:
        live.slow_clock(server)
    cpu_before = server.cpu_seconds()
    result = run_load(server, peer.path, bodies, 16, seconds)
    cpu = server.cpu_seconds() - cpu_before
    if peer.keeps_state:
        live.reset_world(server)
    return cpu / result.requests * 1e6, result.requests / result.seconds


def _measure_in_process(folder: Path) -> Iterator[Peer]:
    with TemporaryDirectory() as scratch:
        words = [
            str(folder / "python" / "bin" / "python"), "-m", "pytest", "-q", "--rootdir", scratch,
            "-p", "no:cacheprovider", "-c", os.devnull, str(STUBS / "in_process.py"),
        ]  # fmt: skip
        subprocess.run(words, cwd=scratch, capture_output=True, check=False)
        path = Path(scratch) / "took.json"
        result = json.loads(path.read_text()) if path.exists() else {}
    for name in ("respx", "responses", "pytest-httpx"):
        reason = "" if name in result else "it is not installed here"
        yield Peer(name=name, where="in process", cpu=result.get(name), skipped=reason)
