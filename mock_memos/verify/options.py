"""The options of `mock-memos verify`. Imports nothing that is slow: every command reads them."""

import argparse
import os


def verify_options(verify: argparse.ArgumentParser) -> None:
    """What can be said to `verify`."""
    add = verify.add_argument
    add(
        "--base-url",
        metavar="URL",
        default=os.environ.get("MEMOS_BASE_URL"),
        help="the service to ask, as https://host/api/openmem/v1 (default: MEMOS_BASE_URL)",
    )
    add(
        "--api-key",
        metavar="KEY",
        default=os.environ.get("MEMOS_API_KEY"),
        help="its key (default: MEMOS_API_KEY, which no other user of this machine can read)",
    )
    add(
        "--only",
        metavar="PATTERN",
        action="append",
        default=[],
        help="ask only facts whose name, page or operation this is, with * for anything",
    )
    add("--quotas", action="store_true", help="ask for the limits on tokens, too")
    add("--dry-run", action="store_true", help="list the facts and the budget, and ask nothing")
    add("--json", metavar="FILE", help="write the outcome as JSON")
    add("--junit", metavar="FILE", help="write the outcome as JUnit XML")
    add("--evidence", metavar="FILE", help="write what was found to be so, for routes and openapi")
    add("--with-host", action="store_true", help="name the host in the evidence")
    add(
        "--pace",
        type=float,
        metavar="N",
        help="calls a second at most; 0 sets no limit (default: 20, on this machine 0)",
    )
    add(
        "--patience",
        type=float,
        default=180.0,
        metavar="S",
        help="seconds to wait for tasks, in all (default: %(default)g)",
    )
    add(
        "--timeout",
        type=float,
        default=60.0,
        metavar="S",
        help="seconds to wait for one reply (default: %(default)g)",
    )
    add("--max-calls", type=int, default=0, metavar="N", help="never make more calls than this")
    add("--max-tokens", type=int, default=0, metavar="N", help="never send more tokens than this")
    add("--run-name", metavar="NAME", help="what stands in every id of this run (default: fresh)")
