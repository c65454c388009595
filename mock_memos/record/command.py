"""The command `record`: a recorder in the main thread, until a signal ends it."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn

from mock_memos.clock import Clock
from mock_memos.errors import UsageError
from mock_memos.live import address_of, bind
from mock_memos.record.compose import Composed, compose
from mock_memos.record.exchange import Exchange, Redaction
from mock_memos.record.merge import merge_into
from mock_memos.record.tape import Tape, read_tape
from mock_memos.routes import PREFIXES


def record(chosen: argparse.Namespace) -> int:
    """Record, or read what was recorded before, and write the scenario. Gives the exit status.

    Raises `UsageError` for arguments that do not go together, and for files.
    """
    _check(chosen)
    if chosen.source is not None:
        redact = Redaction(anonymise=chosen.anonymise)
        exchanges = [redact(one) for one in read_tape(Path(chosen.source))]
    else:
        exchanges = _listen(chosen)
    if not exchanges:
        print("mock-memos: nothing was recorded, so nothing is written", file=sys.stderr)
        return 0
    _write(chosen, compose(exchanges, chosen.title))
    return 0


def _check(chosen: argparse.Namespace) -> None:
    if (chosen.upstream is None) == (chosen.source is None):
        raise UsageError("name either --upstream, to record, or --from, a raw file")
    if chosen.source is not None and chosen.raw is not None:
        raise UsageError("--raw is written while recording; beside --from there is nothing to")
    if chosen.out is None and chosen.merge is None:
        raise UsageError("name --out, the scenario to write, or --merge, one to add to")
    if chosen.out is not None and Path(chosen.out).exists() and chosen.merge is None:
        raise UsageError(f"{chosen.out} is there already; --merge {chosen.out} adds to it")


def _listen(chosen: argparse.Namespace) -> list[Exchange]:
    """Everything that passed until a signal came."""
    from mock_memos.record.proxy import Recorder
    from mock_memos.record.upstream import Upstream

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    upstream, clock = Upstream(chosen.upstream), Clock("real")
    raw = Path(chosen.raw) if chosen.raw is not None else None
    with Tape.into(raw) as tape, bind(chosen.host, chosen.port) as listener:
        recorder = Recorder(
            upstream,
            tape.note,
            lambda: clock.now,
            redact=Redaction(anonymise=chosen.anonymise),
            host=chosen.host,
        )
        url = address_of(listener)
        server = Server(recorder.app(), lambda: _announce(url, upstream.base))
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, server.handle_exit)
        server.run([listener])
    return tape.exchanges


class Server(uvicorn.Server):
    """uvicorn around the recorder: says when it is ready, and adds nothing to a reply."""

    def __init__(self, app: Any, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                proxy_headers=False,
                date_header=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def _announce(url: str, upstream: str) -> None:
    print(f"mock-memos recording {url} -> {upstream}")
    print(f"export MEMOS_BASE_URL={url}{PREFIXES[0]}", flush=True)


def _write(chosen: argparse.Namespace, composed: Composed) -> None:
    """Write the scenario, and tell what it holds."""
    path, text = Path(chosen.out or chosen.merge), composed.text
    if chosen.merge is not None:
        merged = merge_into(Path(chosen.merge), composed.document)
        print(merged.difference, end="")
        if not merged.comments_kept and chosen.out is None:
            raise UsageError(
                f"{path} cannot be changed line by line, so that its comments would be lost; "
                "name --out, another file, to have the merged scenario there"
            )
        text = merged.text
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"the scenario {path} cannot be written: {problem}") from None
    for line in told(composed):
        print(line)
    print(f"written: {path}")


def told(composed: Composed) -> Sequence[str]:
    """How well the scenario plays what was recorded, in words."""
    played = composed.rehearsal.played
    wrong = composed.rehearsal.wrong
    lines = [f"{len(played) - len(wrong)} of {len(played)} replies come out as recorded"]
    if composed.kept:
        lines.append(f"{composed.kept} of them word for word, by a fault in the scenario")
    left_out = [one.asked for one in played if not one.asked.plain]
    if left_out:
        lines.append(f"{len(left_out)} calls are no step, for no step can make them")
    return lines + [
        f"not as recorded: call {one.asked.place + 1}, {one.asked.call}" for one in wrong
    ]
