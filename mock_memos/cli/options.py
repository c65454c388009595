"""Defines every command and option. Imports nothing slow, because every command reads this."""

import argparse
from typing import Any, Final

from mock_memos.verification.defaults import MAX_RATE, TASK_TIMEOUT

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


def parser() -> argparse.ArgumentParser:
    """Returns the parser of `mock-memos`.

    `command` in its result names the module of this package and the function that runs it.
    """
    top = argparse.ArgumentParser(
        prog="mock-memos",
        description="A local, deterministic mock server and pytest plugin for the MemOS Cloud API.",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    top.set_defaults(command="", parser=top)
    commands = top.add_subparsers(metavar="COMMAND")
    _serve(_command(commands, "serve", "serve.serve", "start the mock server"))
    _command(commands, "demo", "play.demo", "play a scenario with asynchronous tasks")
    _scenario(_command(commands, "scenario", "", "list, show, validate and play scenarios"))
    _evidence(_command(commands, "routes", "reference.routes", "list all operations"))
    _evidence(_command(commands, "openapi", "reference.openapi", "print the OpenAPI document"))
    _verify(
        _command(
            commands,
            "verify",
            "verify.verify",
            "check a service against the facts that the mock assumes",
        )
    )
    _drift(
        _command(
            commands,
            "drift",
            "drift.drift",
            "compare every response field of a service and the mock",
        )
    )
    _replay(
        _command(
            commands,
            "replay",
            "replay.replay",
            "repeat the calls of your tests at a service and compare",
        )
    )
    _record(_command(commands, "record", "record.record", "record a service as a scenario"))
    return top


def _command(commands: Any, name: str, function: str, summary: str) -> argparse.ArgumentParser:
    """Adds a command. `function` is `module.function` in this package; empty prints the help."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.set_defaults(command=function, parser=command)
    return command


def _serve(serve: argparse.ArgumentParser) -> None:
    add = serve.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add(
        "--port",
        type=int,
        default=8765,
        help="port to listen on; 0: any free one (default: %(default)s)",
    )
    add(
        "--api-key", metavar="KEY", action="append", default=[], dest="api_keys",
        help="accept only this key; repeatable (default: any key, each with its own data)",
    )  # fmt: skip
    add(
        "--scenario", metavar="NAME|FILE", action="append", default=[], dest="scenarios",
        help="load a shipped scenario or a scenario file; repeatable",
    )  # fmt: skip
    add("--clock", choices=("real", "step", "manual"), help="how the clock moves (default: real)")
    add("--speed", type=float, help="virtual seconds per real second (default: 1)")
    add("--seed", type=int, help="seed of generated identifiers (default: 0)")
    add("--start-time", metavar="ISO-8601", help="start time of the clock (default with real: now)")
    add(
        "--strict", action="store_true", default=None,
        help="reject requests that the real service ignores, corrects or tolerates silently",
    )  # fmt: skip
    add(
        "--setting", metavar="NAME=VALUE", action="append", default=[], dest="settings",
        help="any other setting, such as processing_delay=60; repeatable",
    )  # fmt: skip
    add("--control-token", metavar="TOKEN", help="token that requests of the control API must send")
    add("--log-level", choices=LOG_LEVELS, default="info",
        help="info: one line per call (default: %(default)s)")  # fmt: skip
    add("--log-format", choices=("text", "json"), default="text",
        help="format of the lines per call (default: %(default)s)")  # fmt: skip
    add("--quiet", action="store_true", help="print only the ready lines and internal errors")


def _scenario(scenario: argparse.ArgumentParser) -> None:
    verbs = scenario.add_subparsers(metavar="VERB")
    _command(verbs, "list", "scenario.list_scenarios", "list the shipped scenarios")
    show = _command(verbs, "show", "scenario.show", "print a scenario file")
    show.add_argument("name", metavar="NAME|FILE", help="shipped scenario or scenario file")
    validate = _command(verbs, "validate", "scenario.validate", "report mistakes in scenario files")
    validate.add_argument("paths", metavar="NAME|FILE", nargs="+", help="scenarios to check")
    _play(_command(verbs, "play", "play.play", "play the steps of a scenario and narrate them"))
    _command(verbs, "schema", "scenario.schema", "print the JSON Schema of scenario files")


def _play(play: argparse.ArgumentParser) -> None:
    add = play.add_argument
    add("name", metavar="NAME|FILE", help="shipped scenario or scenario file")
    add("--parameter", metavar="NAME=VALUE", action="append", default=[], dest="parameters",
        help="value of a scenario parameter; repeatable")  # fmt: skip
    add("--base-url", metavar="URL", default="",
        help="play at this service, in real time unless it is a mock-memos server")  # fmt: skip
    add("--api-key", metavar="KEY", default="play",
        help="a mock-memos server replaces its data (default: %(default)s)")  # fmt: skip
    add(
        "--control-token",
        metavar="TOKEN",
        default="",
        help="token of the control API at --base-url",
    )


def _evidence(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--evidence", metavar="FILE", help="add the results of mock-memos verify --write-evidence"
    )


def _verify(verify: argparse.ArgumentParser) -> None:
    add = verify.add_argument
    _service(verify, "in total")
    _only(verify, "check only facts whose name, page or operation matches")
    add("--dry-run", action="store_true", help="print the facts and their cost; send nothing")
    add("--quotas", action="store_true", help="also check the limits on tokens")
    add(
        "--max-calls",
        type=int,
        default=0,
        metavar="N",
        help="maximum number of calls (default: no limit)",
    )
    add(
        "--max-tokens",
        type=int,
        default=0,
        metavar="N",
        help="maximum number of tokens (default: no limit)",
    )
    add("--junit", metavar="FILE", help="write the results as JUnit XML")
    add(
        "--write-evidence",
        metavar="FILE",
        help="write the confirmed statements, for routes and openapi",
    )
    add("--include-host", action="store_true", help="include the host in the evidence file")


def _drift(drift: argparse.ArgumentParser) -> None:
    _service(drift, "per task")
    _only(drift, "report only operations that match")


def _replay(replay: argparse.ArgumentParser) -> None:
    add = replay.add_argument
    add("journal", metavar="FILE", help="journal written by pytest --mock-memos-journal")
    _service(replay, "per task")
    _only(replay, "compare only calls whose operation or test matches")
    add("--dry-run", action="store_true", help="print the calls and their cost; send nothing")


def _record(record: argparse.ArgumentParser) -> None:
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


def _service(command: argparse.ArgumentParser, timeout_scope: str) -> None:
    """Adds the common options of `verify`, `drift` and `replay`."""
    add = command.add_argument
    add("--base-url", metavar="URL",
        help="service, such as https://host/api/openmem/v1 (default: MEMOS_BASE_URL)")  # fmt: skip
    add("--api-key", metavar="KEY",
        help="API key (default: MEMOS_API_KEY, which other users cannot see)")  # fmt: skip
    add("--run-id", metavar="ID", help="part of all ids of this run (default: generated)")
    add(
        "--max-rate", type=float, metavar="N",
        help="maximum calls per second; 0: no limit (default: "
        f"{MAX_RATE:g}, or 0 for a service on this machine)",
    )  # fmt: skip
    add(
        "--task-timeout", type=float, default=TASK_TIMEOUT, metavar="SECONDS",
        help=f"time to wait for tasks, {timeout_scope} (default: %(default)g)",
    )  # fmt: skip
    add("--timeout", type=float, default=60.0, metavar="SECONDS",
        help="time to wait for one response (default: %(default)g)")  # fmt: skip
    add("--json", metavar="FILE", help="write the results as JSON")


def _only(command: argparse.ArgumentParser, selected: str) -> None:
    command.add_argument(
        "--only", metavar="PATTERN", action="append", default=[],
        help=f"{selected}; * is a wildcard; repeatable",
    )  # fmt: skip


class _Version(argparse.Action):
    """Prints the version, which is imported only then."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: Any, values: Any, option: Any = None
    ) -> None:
        from mock_memos.core.version import __version__

        print(f"mock-memos {__version__}")
        parser.exit()
