"""The command `record`: runs the recording proxy until a signal, then writes the scenario."""

import argparse
import difflib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from mock_memos import scenario
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError
from mock_memos.core.text import pluralize
from mock_memos.recording.composer import compose
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.merge import merge
from mock_memos.recording.recording_file import RecordingFile, read_recording
from mock_memos.recording.redaction import Redaction
from mock_memos.server.socket import bind, url_of

if TYPE_CHECKING:
    from mock_memos.recording.upstream import Upstream

TIME_TOLERANCE_MS: Final = 1000
"""How much times of the service may differ from the recorder's clock."""


def record(options: argparse.Namespace) -> int:
    """Records, or reads an earlier recording, and writes the scenario. Returns the exit status.

    Raises `UsageError` for options that cannot be combined, and for files.
    """
    _check(options)
    redact = Redaction(anonymize=options.anonymize)
    if options.from_recording is not None:
        _write(options, read_recording(Path(options.from_recording), redact))
        return 0
    from mock_memos.recording.upstream import Upstream  # an HTTP client is slow to import

    upstream = Upstream(options.upstream)
    path = Path(options.save_recording or f"{options.out or options.merge}.har")
    with bind(options.host, options.port) as listener, RecordingFile.create(path) as recording:
        _run_proxy(options.host, listener, upstream, recording, redact)
        _write(options, recording.exchanges)
    if options.save_recording is None:
        path.unlink()
    return 0


def _check(options: argparse.Namespace) -> None:
    if (options.upstream is None) == (options.from_recording is None):
        raise UsageError("Use either --upstream URL or --from-recording FILE.")
    if options.from_recording is not None and options.save_recording is not None:
        raise UsageError("--save-recording cannot be combined with --from-recording.")
    if options.out is None and options.merge is None:
        raise UsageError("No scenario given. Use --out FILE or --merge FILE.")
    if options.merge is not None and (problems := scenario.check(options.merge)):
        raise scenario.ScenarioError(problems)
    if options.out is not None:
        out = Path(options.out)
        if out.exists() and not (options.merge and out.samefile(options.merge)):
            raise UsageError(f"{out} exists. Use a new file, or --merge {out} to add to it.")
        if not out.parent.is_dir():
            raise UsageError(f"Cannot write {out}: the folder {out.parent} does not exist.")


def _run_proxy(
    host: str,
    listener: socket.socket,
    upstream: "Upstream",
    recording: RecordingFile,
    redact: Redaction,
) -> None:
    """Records everything that passes, until a signal."""
    from mock_memos.recording.proxy import Recorder

    clock = Clock("real")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    recorder = Recorder(upstream, recording.add, lambda: clock.now, redact=redact, host=host)
    url = url_of(listener)

    def announce() -> None:
        print(f"mock-memos recording {url} -> {upstream.base_url}")
        print(f"export MEMOS_BASE_URL={url}{PREFIXES[0]}", flush=True)

    server = RecorderServer(recorder.app(), announce)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, server.handle_exit)
    server.run([listener])


class RecorderServer(uvicorn.Server):
    """Runs uvicorn, and calls `on_ready` when it listens. Adds no headers to responses."""

    def __init__(self, app: Any, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts listening."""
        await super().startup(sockets)
        self._on_ready()


def _write(options: argparse.Namespace, exchanges: Sequence[RecordedExchange]) -> None:
    """Writes the scenario, and prints a summary."""
    if not exchanges:
        print("mock-memos: nothing was recorded, so no scenario is written", file=sys.stderr)
        return
    composed = compose(exchanges, options.title, TIME_TOLERANCE_MS)
    path = Path(options.out or options.merge)
    text = composed.to_yaml()
    if options.merge is not None:
        old = Path(options.merge).read_text(encoding="utf-8")
        text = merge(old, composed.to_yaml(compact=True))
        composed = composed.replay_merged(text, TIME_TOLERANCE_MS)
        lines = difflib.unified_diff(
            old.splitlines(), text.splitlines(), options.merge, str(path), lineterm=""
        )
        print("\n".join(lines) or f"{options.merge} contains this recording already")
    _replace(path, text)
    for line in composed.summary():
        print(line)
    if incomplete := sum(not exchange.is_complete for exchange in exchanges):
        print(f"left out: {pluralize(incomplete, 'incomplete response')}")
    print(f"written: {path}", flush=True)


def _replace(path: Path, text: str) -> None:
    """Writes a scenario. Raises `UsageError` and leaves the old file if it is invalid."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        if problems := scenario.check(new):  # for example if it is too long
            raise scenario.ScenarioError(problems)
        new.replace(path)
    except OSError as problem:
        raise UsageError(f"Cannot write the scenario {path}: {problem.strerror}") from None
    finally:
        new.unlink(missing_ok=True)
