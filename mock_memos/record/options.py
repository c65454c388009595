"""The options of the command `record`. What the command needs is imported when it runs."""

import argparse


def options(record: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    record.set_defaults(run=_record)
    add = record.add_argument
    add("--upstream", metavar="URL", help="the service to hand calls on to: its base URL")
    add("--from", metavar="RAW", dest="source", help="a raw file, in place of a service")
    add("--out", metavar="FILE", help="the scenario to write")
    add("--merge", metavar="SCENARIO", help="add to this scenario, and show what is new")
    add("--raw", metavar="FILE", help="also write each exchange at once, as a line of JSON")
    add("--title", default="A recorded session", help="what it is called (default: %(default)s)")
    add("--anonymise", action="store_true", help="call users and Agents user-1, agent-1, ...")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8766, help="0 takes a free port (default: %(default)s)")


def _record(chosen: argparse.Namespace) -> int:
    from mock_memos.record.command import record

    return record(chosen)
