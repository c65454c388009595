"""The command `replay`: repeats the calls of a pytest journal against a service."""

import argparse
import sys
from functools import partial
from pathlib import Path

from mock_memos.cli.service_session import write_report
from mock_memos.verification.contracts.journal_file import read_journal, selected_tests
from mock_memos.verification.contracts.report import replay_tests
from mock_memos.verification.contracts.text_report import format_plan, replay_json, replay_text
from mock_memos.verification.selection import validate_patterns


def replay(options: argparse.Namespace) -> int:
    """Repeats the calls of a journal. Returns 1 if a response breaks what the tests rely on."""
    tests = read_journal(Path(options.journal))
    names = (name for test in tests for call in test.calls for name in call.names if name)
    validate_patterns(options.only, names, "call of the journal")
    tests = selected_tests(tests, options.only)
    if options.dry_run:
        for line in format_plan(tests, options.only):
            sys.stdout.write(line + "\n")
        return 0
    return write_report(options, partial(replay_tests, tests=tests), replay_text, replay_json)
