"""The command line: one module per command, all options in `options`.

Change here what a command reads, prints and returns. The entry point `mock-memos` calls `main`,
which imports the module of a command only when it runs, so that `serve` starts fast.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper

from mock_memos.cli.options import parser
from mock_memos.core.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status.

    0: success. 1: a check failed. 2: wrong usage. `verify`, `replay` and `drift` also return 3
    (the service could not be called) and 130 (interrupted).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Chinese shows escapes
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    if not options.command:
        options.parser.print_help(sys.stderr)
        return 2
    try:
        return _import_command(options.command)(options)
    except UsageError as error:
        print(f"mock-memos: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _import_command(command: str) -> Callable[[argparse.Namespace], int]:
    """Imports `module.function` of this package, without collecting garbage meanwhile."""
    module, function = command.split(".")
    gc.disable()  # loaded modules are not garbage
    try:
        run: Callable[[argparse.Namespace], int] = getattr(
            import_module(f"mock_memos.cli.{module}"), function
        )
    finally:
        gc.enable()
    return run
