"""The command line. Every command imports what it needs when it runs: `serve` starts fast."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from mock_memos.cli.options import drift_options, verify_options
from mock_memos.cli.options import options as record_options
from mock_memos.core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LOG_LEVELS = ("debug", "info", "warning", "error")
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Gives the exit status: 0, 1 for a failed check, 2 for a mistake in use.

    `verify` and `drift` have two more: 3 when not all could be asked, 130 when it was interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese is no reason to fail.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    chosen = parser().parse_args(arguments)
    run: Command = chosen.run
    try:
        return run(chosen)
    except UsageError as mistake:
        print(f"mock-memos: {mistake}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """Every command and option."""
    top = argparse.ArgumentParser(
        prog="mock-memos", description="MemOS Cloud on your desk, with its clock in your hand."
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    top.set_defaults(run=_help(top))
    commands = top.add_subparsers(metavar="COMMAND")

    serve = _command(commands, "serve", "run the server")
    serve.set_defaults(run=_serve)
    _serve_options(serve)

    demo = _command(commands, "demo", "play the story of the asynchronous mode, narrated")
    demo.set_defaults(run=_demo)

    routes = _command(commands, "routes", "list every operation with its evidence")
    routes.set_defaults(run=_routes)

    openapi = _command(commands, "openapi", "print the OpenAPI document")
    openapi.set_defaults(run=_openapi)
    for listing in (routes, openapi):
        listing.add_argument(
            "--evidence", metavar="FILE", help="add what mock-memos verify has found out"
        )

    verify = _command(commands, "verify", "check the contract against a service")
    verify.set_defaults(run=_verify)
    verify_options(verify)

    drift = _command(commands, "drift", "compare a service with the double, by field")
    drift.set_defaults(run=_drift)
    drift_options(drift)

    record_options(_command(commands, "record", "record a service as a scenario"))

    scenario = _command(commands, "scenario", "list, show, check and play scenarios")
    scenario.set_defaults(run=_help(scenario))
    verbs = scenario.add_subparsers(metavar="VERB")
    _command(verbs, "list", "the shipped scenarios").set_defaults(run=_scenario_list)
    show = _command(verbs, "show", "print a scenario's file")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_scenario_show)
    check = _command(verbs, "check", "look for mistakes in scenario files")
    check.add_argument("paths", metavar="PATH", nargs="+")
    check.set_defaults(run=_scenario_check)
    play = _command(verbs, "play", "play a scenario's steps and tell them")
    play.set_defaults(run=_scenario_play)
    _play_options(play)
    schema = _command(verbs, "schema", "print the JSON Schema of scenario files")
    schema.set_defaults(run=_scenario_schema)
    return top


def _command(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    """A command that says what it does, among others and by itself."""
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}."
    )
    return added


def _serve_options(serve: argparse.ArgumentParser) -> None:
    add = serve.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8765, help="0 takes a free port (default: %(default)s)")
    add(
        "--api-key",
        action="append",
        default=[],
        metavar="KEY",
        dest="keys",
        help="accept only this key (may be given again); without it any opens its own world",
    )
    add(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME|FILE",
        dest="scenarios",
        help="load a shipped scenario, or one of yours; may be given again",
    )
    add("--clock", choices=("real", "step", "manual"), help="how time moves (default: real)")
    add("--speed", type=float, help="virtual seconds for each real one (default: 1)")
    add("--seed", type=int, help="what identifiers are made from (default: 0)")
    add("--start-time", metavar="ISO-8601", help="where the clock begins (default, if real: now)")
    add(
        "--strict",
        action="store_true",
        default=None,
        help="refuse what the real service would ignore in silence",
    )
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="any other setting, such as processing_delay=60; may be given again",
    )
    add("--control-token", metavar="TOKEN", help="what the control API asks for")
    add("--log-level", choices=LOG_LEVELS, default="info",
        help="info writes a line for each call (default: %(default)s)")  # fmt: skip
    add("--log-format", choices=("text", "json"), default="text",
        help="lines for people, or JSON lines (default: %(default)s)")  # fmt: skip
    add("--quiet", action="store_true", help="write nothing but the ready lines and defects")


def _play_options(play: argparse.ArgumentParser) -> None:
    add = play.add_argument
    add("name", metavar="NAME|FILE")
    add("--parameter", action="append", default=[], metavar="NAME=VALUE", dest="parameters",
        help="a value for a parameter of the scenario")  # fmt: skip
    add("--base-url", default="", metavar="URL",
        help="play it there, in real time unless it is a mock-memos server")  # fmt: skip
    add("--api-key", default="", metavar="KEY",
        help="a mock-memos server begins the world of this key anew (default: play)")  # fmt: skip
    add("--control-token", default="", metavar="TOKEN", help="what its control API asks for")


def _serve(chosen: argparse.Namespace) -> int:
    gc.disable()  # until the server is ready: what a start loads is no garbage
    try:
        from mock_memos.cli.serve import serve

        return serve(
            host=chosen.host,
            port=chosen.port,
            keys=chosen.keys,
            scenarios=chosen.scenarios,
            settings=_settings(chosen),
            control_token=chosen.control_token,
            log_level=chosen.log_level,
            log_format=chosen.log_format,
            quiet=chosen.quiet,
        )
    finally:
        gc.enable()


def _settings(chosen: argparse.Namespace) -> dict[str, Any]:
    from mock_memos.core.settings import parse_assignment

    names = ("clock", "speed", "seed", "start_time", "strict")
    said = {name: getattr(chosen, name) for name in names if getattr(chosen, name) is not None}
    given = (parse_assignment(text) for text in chosen.settings)
    return said | {name.replace("-", "_"): value for name, value in given}


def _demo(chosen: argparse.Namespace) -> int:
    from mock_memos.cli.play import demo

    return demo()


def _routes(chosen: argparse.Namespace) -> int:
    from mock_memos.api.evidence.observations import NO_OBSERVATIONS, load_observations
    from mock_memos.api.routes import API

    findings = load_observations(chosen.evidence) if chosen.evidence else NO_OBSERVATIONS
    rows: list[tuple[str, ...]] = [("METHOD", "PATH", "EVIDENCE", "SEEN", "WHAT IT DOES")]
    for route in API:
        statement = f"operation {route.path}"
        evidence = findings.evidence_for(statement, route.evidence)
        seen = findings.date if findings.confirms(statement) else "-"
        rows.append((route.method, route.path, evidence, seen, route.summary))
    if not chosen.evidence:
        rows = [(*row[:3], row[4]) for row in rows]
    _table(rows[0], rows[1:])
    return 0


def _openapi(chosen: argparse.Namespace) -> int:
    import json

    from mock_memos.api.openapi.document import build_document

    shown = build_document()
    if chosen.evidence:
        from mock_memos.api.evidence.observations import load_observations
        from mock_memos.api.openapi.observed import with_observations

        shown = with_observations(shown, load_observations(chosen.evidence))
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    if chosen.from_journal:
        from mock_memos.cli.contracts import replay

        return replay(chosen)
    from mock_memos.cli.verify import verify

    return verify(chosen)


def _drift(chosen: argparse.Namespace) -> int:
    from mock_memos.cli.drift import compare

    return compare(chosen)


def _scenario_list(chosen: argparse.Namespace) -> int:
    from mock_memos.scenario.library import shipped_scenarios

    _table(
        ("NAME", "WHAT IT IS"), [(shipped.name, shipped.title) for shipped in shipped_scenarios()]
    )
    return 0


def _scenario_show(chosen: argparse.Namespace) -> int:
    try:
        sys.stdout.write(_file(chosen.name).read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"{chosen.name} cannot be read: {problem.strerror}") from None
    return 0


def _scenario_check(chosen: argparse.Namespace) -> int:
    from mock_memos.scenario import check

    problems = [problem for path in chosen.paths for problem in check(_file(path))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _file(name: str) -> "Path":
    """The file of a shipped scenario, or the one at this path."""
    from pathlib import Path

    from mock_memos.scenario.library import scenario_path

    return Path(name) if Path(name).is_file() or "." in name else scenario_path(name)


def _scenario_play(chosen: argparse.Namespace) -> int:
    from mock_memos.cli.play import play
    from mock_memos.core.settings import parse_assignment

    return play(
        chosen.name,
        dict(parse_assignment(text, "a parameter") for text in chosen.parameters),
        base_url=chosen.base_url,
        api_key=chosen.api_key,
        token=chosen.control_token,
    )


def _scenario_schema(chosen: argparse.Namespace) -> int:
    import json

    from mock_memos.scenario import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _help(asked: argparse.ArgumentParser) -> Command:
    """What a command does that lacks the word after it: it says which words there are."""

    def tell(chosen: argparse.Namespace) -> int:
        asked.print_help(sys.stderr)
        return 2

    return tell


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


class _Version(argparse.Action):
    def __call__(
        self, parser: argparse.ArgumentParser, namespace: Any, values: Any, option: Any = None
    ) -> None:
        from mock_memos.core.version import __version__

        print(f"mock-memos {__version__}")
        parser.exit()
