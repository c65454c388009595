"""The command `serve`: a server in the main thread, until a signal ends it."""

import gc
import logging
import signal
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from mock_memos.core.addresses import PREFIXES
from mock_memos.engine.engine import Engine
from mock_memos.server.access_log import Format, Log
from mock_memos.server.app import App
from mock_memos.server.socket import address_of, bind
from mock_memos.server.uvicorn_server import Server
from mock_memos.testing.setup import resolve_setup


def serve(
    *,
    host: str,
    port: int,
    keys: Sequence[str],
    scenarios: Sequence[str],
    settings: dict[str, Any],
    control_token: str | None,
    log_level: str,
    log_format: Format = "text",
    quiet: bool = False,
) -> int:
    """Serve until SIGINT or SIGTERM. Gives the exit status.

    Raises `UsageError` for a setting, a scenario or an address that cannot be had.
    """
    log_level = "error" if quiet else log_level
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(message)s")
    if log_level != "debug":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    chosen, loaded = resolve_setup(scenarios, {"clock": "real"} | settings)
    engine = Engine(chosen, keys=keys, scenarios=loaded)
    log = Log(sys.stderr, log_format) if log_level in ("debug", "info") else None
    if log is not None:
        engine.observers.append(log)
    with bind(host, port) as listener:
        app = App(
            engine, host=host, control_token=control_token, refused=log.refused if log else None
        )
        url = address_of(listener)
        server = Server(app, lambda: _ready(url, keys[0] if keys else "mock-key"))
        # uvicorn raises the signal once more at its end; this way it finds us and not the default.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, server.handle_exit)
        server.run([listener])
    if not quiet:
        _farewell(engine.pending())
    return 0


def _ready(url: str, key: str) -> None:
    gc.freeze()  # what is loaded by now stays
    gc.enable()
    _announce(url, key)


def _announce(url: str, key: str) -> None:
    _tell(
        sys.stdout,
        f"mock-memos ready {url}\n"
        f"export MEMOS_BASE_URL={url}{PREFIXES[0]}\n"
        f"export MEMOS_API_KEY={key}",
    )


def _farewell(pending: int) -> None:
    tasks = "1 task was" if pending == 1 else f"{pending} tasks were"
    _tell(sys.stderr, f"mock-memos stopped; {tasks} pending")


def _tell(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()
