"""Server processes: started, measured from outside, and stopped."""

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
FIRST_BODY = b'{"user_id":"ana","messages":[{"role":"user","content":"I booked the Harbour Inn."}]}'
START_TIMEOUT_SECONDS: Final = 60.0
"""Maximum time until the first reply."""


class Unavailable(Exception):
    """Something cannot be measured here; the message is the reason."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def mock_memos_command(port: int, *options: str) -> list[str]:
    """Returns the command `mock-memos serve`."""
    return [str(SCRIPTS / "mock-memos"), "serve", "--port", str(port), *options]


def baseline_command(app: str, port: int, *options: str) -> list[str]:
    """Returns the uvicorn command for a yardstick."""
    app_options = ["--app-dir", str(HERE), f"bare:{app}", "--port", str(port)]
    return [str(SCRIPTS / "uvicorn"), *app_options, *options]


class Server:
    """A server process on loopback, stopped when the block ends.

    `start_seconds` are the wall clock and processor seconds until the first reply with status 2xx.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        *,
        path: str = f"{PREFIX}/add/message",
        body: bytes = FIRST_BODY,
        headers: Mapping[str, str] = HEADERS,
        folder: Path | None = None,
    ) -> None:
        import psutil  # only the live rows need it

        self.port, self.headers = port, dict(headers)
        self._first_request = ("POST", path, body)
        began = perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},  # with compiled modules
        )
        self._observed = psutil.Process(self._process.pid)
        try:
            self._wait_for_reply(began + START_TIMEOUT_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = (perf_counter() - began, self.cpu_seconds())

    def _wait_for_reply(self, end: float) -> None:
        while perf_counter() < end:
            if self._process.poll() is not None:
                raise Unavailable(f"ended by itself with status {self._process.returncode}")
            with suppress(OSError, HTTPException):
                if self.request(*self._first_request)[0] // 100 == 2:
                    return
            sleep(0.002)
        raise Unavailable(f"no reply with status 2xx within {START_TIMEOUT_SECONDS:.0f} s")

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Sends one request over a new connection. Returns status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, self.headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def wait_until_idle(self) -> None:
        """Waits until all earlier requests are processed."""
        self.request("GET", "/")

    def cpu_seconds(self) -> float:
        """Returns the processor seconds of the process and its children."""
        return sum(sum(item.cpu_times()[:2]) for item in self._process_tree())

    def resident_mb(self) -> float:
        """Returns the resident memory of the process and its children, in MB."""
        return sum(float(item.memory_info().rss) for item in self._process_tree()) / 1e6

    def _process_tree(self) -> list[Any]:
        return [self._observed, *self._observed.children(recursive=True)]

    def stop(self) -> None:
        for child in (
            self._observed.children(recursive=True) if self._process.poll() is None else ()
        ):
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


def python_command(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
