"""The options of the command `record`. What the command needs is imported when it runs."""

import argparse

from mock_memos.verification.defaults import PACE, PATIENCE


def options(record: argparse.ArgumentParser) -> None:
    """Adds the options of `record` to its parser."""
    record.set_defaults(run=_record)
    add = record.add_argument
    add("--upstream", metavar="URL", help="base URL of the service to record")
    add("--from-recording", metavar="HAR", help="read a HAR file instead of recording")
    add("--save-recording", metavar="HAR", help="keep the recorded exchanges in this HAR file")
    add("--out", metavar="FILE", help="scenario to write")
    add("--merge", metavar="FILE", help="scenario to add the recording to; prints the changes")
    add("--title", default="A recorded session", help="its title (default: %(default)s)")
    add("--anonymize", action="store_true", help="rename users and Agents to user-1, agent-1, ...")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8766, help="port; 0 takes a free one (default: %(default)s)")


def _record(chosen: argparse.Namespace) -> int:
    from mock_memos.cli.record import record

    return record(chosen)


def verify_options(verify: argparse.ArgumentParser) -> None:
    """What can be said to `verify`."""
    add = verify.add_argument
    _target(verify, "in all; with --from-journal for each")
    add(
        "--from-journal",
        metavar="FILE",
        help="in place of facts, make the calls of this journal, which pytest wrote, again",
    )
    _only(verify, "facts whose name, page or operation, or calls whose test or operation this is")
    add("--dry-run", action="store_true", help="list what is asked and the budget, and ask nothing")
    add("--quotas", action="store_true", help="ask for the limits on tokens, too")
    add("--junit", metavar="FILE", help="write the outcome as JUnit XML")
    add("--evidence", metavar="FILE", help="write what was found to be so, for routes and openapi")
    add("--with-host", action="store_true", help="name the host in the evidence")
    add("--max-calls", type=int, default=0, metavar="N", help="never make more calls than this")
    add("--max-tokens", type=int, default=0, metavar="N", help="never send more tokens than this")


def drift_options(drift: argparse.ArgumentParser) -> None:
    """What can be said to `drift`."""
    _target(drift, "for each")
    _only(drift, "operations that this is")


def _target(command: argparse.ArgumentParser, patience: str) -> None:
    """Which service is asked, and how; and where the outcome goes."""
    add = command.add_argument
    add(
        "--base-url",
        metavar="URL",
        help="the service to ask, as https://host/api/openmem/v1 (default: MEMOS_BASE_URL)",
    )
    add(
        "--api-key",
        metavar="KEY",
        help="its key (default: MEMOS_API_KEY, which no other user of this machine can read)",
    )
    add("--run-name", metavar="NAME", help="what stands in every id of this run (default: fresh)")
    add("--json", metavar="FILE", help="write the outcome as JSON")
    add(
        "--pace",
        type=float,
        metavar="N",
        help=f"calls a second at most; 0 sets no limit (default: {PACE:g}, on this machine 0)",
    )
    add(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="S",
        help=f"seconds to wait for tasks, {patience} (default: %(default)g)",
    )
    add(
        "--timeout",
        type=float,
        default=60.0,
        metavar="S",
        help="seconds to wait for one reply (default: %(default)g)",
    )


def _only(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--only",
        metavar="PATTERN",
        action="append",
        default=[],
        help=f"only {what}, with * for anything; may be given again",
    )
