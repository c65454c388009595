"""Servers in processes of their own: started, asked, measured from outside, and ended."""

import os
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, Final, Self

from benchmarks.bare import PREFIX

HERE = Path(__file__).parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
HEADERS = {"Authorization": "Token mock-key", "Content-Type": "application/json"}
GREETING = b'{"user_id":"ana","messages":[{"role":"user","content":"I booked the Harbour Inn."}]}'
PATIENCE: Final = 60.0
"""Seconds after which a server that has not answered is given up."""


class Unavailable(Exception):
    """Something cannot be measured here; says why."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ours(port: int, *options: str) -> list[str]:
    """The command that a user types."""
    return [str(SCRIPTS / "mock-memos"), "serve", "--port", str(port), *options]


def bare(app: str, port: int, *options: str) -> list[str]:
    """uvicorn's own command for one of the yardsticks."""
    place = ["--app-dir", str(HERE), f"bare:{app}", "--port", str(port)]
    return [str(SCRIPTS / "uvicorn"), *place, *options]


class Server:
    """A process that listens on loopback, from its start until the block ends.

    `started` holds the seconds of the wall and of the processor until its first answer with a
    status of 2xx.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        *,
        path: str = f"{PREFIX}/add/message",
        body: bytes = GREETING,
        headers: Mapping[str, str] = HEADERS,
        folder: Path | None = None,
    ) -> None:
        import psutil  # only the live rows need it

        self.port, self.headers = port, dict(headers)
        self._asked = ("POST", path, body)
        began = perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},  # as at a user's second start
        )
        self._seen = psutil.Process(self._process.pid)
        try:
            self._await(began + PATIENCE)
        except BaseException:
            self.stop()
            raise
        self.started = (perf_counter() - began, self.cpu())

    def _await(self, end: float) -> None:
        while perf_counter() < end:
            if self._process.poll() is not None:
                raise Unavailable(f"ended by itself with status {self._process.returncode}")
            with suppress(OSError, HTTPException):
                if self.ask(*self._asked)[0] // 100 == 2:
                    return
            sleep(0.002)
        raise Unavailable(f"gave no answer with 2xx within {PATIENCE:.0f} s")

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """One call over a connection of its own: status and body of the reply."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, self.headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def rest(self) -> None:
        """Wait until it has done all that it was asked, also by clients that have left."""
        self.ask("GET", "/")

    def cpu(self) -> float:
        """Seconds of the processor that it and its children have had."""
        return sum(sum(one.cpu_times()[:2]) for one in self._family())

    def resident(self) -> float:
        """Resident memory of it and its children, in MB."""
        return sum(float(one.memory_info().rss) for one in self._family()) / 1e6

    def _family(self) -> list[Any]:
        return [self._seen, *self._seen.children(recursive=True)]

    def stop(self) -> None:
        for child in self._seen.children(recursive=True) if self._process.poll() is None else ():
            with suppress(Exception):
                child.terminate()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
