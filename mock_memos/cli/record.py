"""The command `record`: a recorder in the main thread, until a signal ends it."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from mock_memos import scenario
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.clock import Clock
from mock_memos.core.errors import UsageError
from mock_memos.recording.drafting.composer import Composed, compose
from mock_memos.recording.exchange import Exchange
from mock_memos.recording.merge import merge_into
from mock_memos.recording.recording_file import Tape, read_tape
from mock_memos.recording.redaction import Redaction
from mock_memos.server.socket import address_of, bind

if TYPE_CHECKING:
    from mock_memos.recording.upstream import Upstream


def record(chosen: argparse.Namespace) -> int:
    """Record, or read what was recorded before, and write the scenario. Gives the exit status.

    Raises `UsageError` for arguments that do not go together, and for files.
    """
    _check(chosen)
    if chosen.source is not None:
        redact = Redaction(anonymise=chosen.anonymise)
        _write(chosen, [redact(one) for one in read_tape(Path(chosen.source))])
        return 0
    from mock_memos.recording.upstream import Upstream  # an HTTP client is slow to import

    upstream = Upstream(chosen.upstream)
    raw = Path(chosen.raw or f"{chosen.out or chosen.merge}.jsonl")
    with bind(chosen.host, chosen.port) as listener, Tape.into(raw) as tape:
        _listen(chosen, upstream, listener, tape)
        _write(chosen, tape.exchanges)
    if chosen.raw is None:
        raw.unlink()
    return 0


def _check(chosen: argparse.Namespace) -> None:
    if (chosen.upstream is None) == (chosen.source is None):
        raise UsageError("name either --upstream, to record, or --from, a raw file")
    if chosen.source is not None and chosen.raw is not None:
        raise UsageError("--raw is written while recording; beside --from there is nothing to")
    if chosen.out is None and chosen.merge is None:
        raise UsageError("name --out, the scenario to write, or --merge, one to add to")
    if chosen.merge is not None and (problems := scenario.check(chosen.merge)):
        raise scenario.ScenarioError(problems)
    if chosen.out is not None:
        out = Path(chosen.out)
        if out.exists() and chosen.merge is None:
            raise UsageError(f"{out} is there already; --merge {out} adds to it")
        if not out.parent.is_dir():
            raise UsageError(f"there is no folder {out.parent} to write {out.name} into")


def _listen(
    chosen: argparse.Namespace, upstream: "Upstream", listener: socket.socket, tape: Tape
) -> None:
    """Note everything that passes, until a signal comes."""
    from mock_memos.recording.proxy import Recorder

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    redact, clock = Redaction(anonymise=chosen.anonymise), Clock("real")
    recorder = Recorder(upstream, tape.note, lambda: clock.now, redact=redact, host=chosen.host)
    url = address_of(listener)
    server = Server(recorder.app(), lambda: _announce(url, upstream.base))
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, server.handle_exit)
    server.run([listener])


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


def _write(chosen: argparse.Namespace, exchanges: Sequence[Exchange]) -> None:
    """Write the scenario, and tell what it holds."""
    composed = compose(exchanges, chosen.title)
    if not composed.rehearsal.played:
        print("mock-memos: nothing was recorded, so nothing is written", file=sys.stderr)
        return
    path = Path(chosen.out or chosen.merge)
    _put(path, composed.text if chosen.merge is None else _merged(chosen, composed))
    broken = sum(not one.whole for one in exchanges)
    for line in told(composed, broken):
        print(line)
    print(f"written: {path}", flush=True)


def _merged(chosen: argparse.Namespace, composed: Composed) -> str:
    """The scenario that was there, with the recording in it. Tells what that changes."""
    merged = merge_into(Path(chosen.merge), composed.document)
    print(merged.difference, end="")
    if not merged.comments_kept and chosen.out is None:
        raise UsageError(
            f"{chosen.merge} cannot be changed line by line, so that its comments would be lost; "
            "name --out, another file, to have the merged scenario there"
        )
    return merged.text


def _put(path: Path, text: str) -> None:
    """Write a scenario in place of what was there, unless it has mistakes."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        if problems := scenario.check(new):  # such as one that has grown too long
            raise scenario.ScenarioError(problems)
        new.replace(path)
    except OSError as problem:
        raise UsageError(f"the scenario {path} cannot be written: {problem.strerror}") from None
    finally:
        new.unlink(missing_ok=True)


def told(composed: Composed, broken: int = 0) -> Sequence[str]:
    """How well the scenario plays what was recorded, in words."""
    played, wrong = composed.rehearsal.played, composed.rehearsal.wrong
    left_out = sum(not one.asked.plain for one in played)
    lines = [f"{len(played) - len(wrong)} of {len(played)} replies come out as recorded"]
    for count, what in (
        (composed.kept, "word for word, by a fault in the scenario"),
        (left_out, "left out of the steps, for no step can make such a call"),
        (broken, "broken off before the end, and left out"),
    ):
        if count:
            lines.append(f"{count} {what}")
    return lines + [
        f"not as recorded: call {one.asked.place + 1}, {one.asked.call}" for one in wrong
    ]
