"""The command `serve`: a server in the main thread, until a signal ends it."""

import argparse
import gc
import logging
import signal
import sys
from typing import Any

from mock_memos.core.addresses import PREFIXES
from mock_memos.core.settings import check_setting_names, parse_assignment
from mock_memos.server.factory import create_app
from mock_memos.server.socket import bind, url_of
from mock_memos.server.uvicorn_server import UvicornServer


def serve(options: argparse.Namespace) -> int:
    """Serves until SIGINT or SIGTERM. Returns the exit status.

    Raises `UsageError` for wrong settings or scenarios, and if the address is not available.
    """
    gc.disable()  # until the server is ready: what a start loads is not garbage
    try:
        return _serve(options)
    finally:
        gc.enable()


def _serve(options: argparse.Namespace) -> int:
    log_level = "error" if options.quiet else options.log_level
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(message)s")
    if log_level != "debug":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    app = create_app(
        host=options.host,
        api_keys=options.api_keys,
        scenario=options.scenarios,
        control_token=options.control_token,
        access_log=sys.stderr if log_level in ("debug", "info") else None,
        log_format=options.log_format,
        **_settings(options),
    )
    with bind(options.host, options.port) as listener:
        url, key = url_of(listener), [*options.api_keys, "mock-key"][0]
        server = UvicornServer(app, lambda: _on_ready(url, key))
        # uvicorn raises the signal again when it ends; this handler receives it then.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        server.run([listener])
    if not options.quiet:
        _print_end(app.engine.pending())
    return 0


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    names = ("clock", "speed", "seed", "start_time", "strict")
    values = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    assignments = (parse_assignment(text) for text in options.settings)
    values |= {name.replace("-", "_"): value for name, value in assignments}
    check_setting_names(values)
    return values


def _on_ready(url: str, key: str) -> None:
    gc.freeze()  # what is loaded now stays
    gc.enable()
    _print_ready(url, key)


def _print_ready(url: str, key: str) -> None:
    # One write, because a reader may close the pipe after the first line.
    sys.stdout.write(
        f"mock-memos ready {url}\n"
        f"export MEMOS_BASE_URL={url}{PREFIXES[0]}\n"
        f"export MEMOS_API_KEY={key}\n"
    )
    sys.stdout.flush()


def _print_end(pending: int) -> None:
    tasks = "1 task was" if pending == 1 else f"{pending} tasks were"
    print(f"mock-memos stopped; {tasks} pending", file=sys.stderr, flush=True)
