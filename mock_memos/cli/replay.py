"""The command `replay`: repeats the calls of a pytest journal against a service."""

import argparse
import sys
from pathlib import Path

from mock_memos.cli.service_session import (
    print_progress,
    run_id_of,
    service_client,
    with_service,
    write_file,
)
from mock_memos.verification.contracts.journal_file import (
    RecordedTest,
    read_journal,
    selected_tests,
)
from mock_memos.verification.contracts.report import replay_tests
from mock_memos.verification.contracts.text_report import format_plan, replay_json, replay_text
from mock_memos.verification.selection import validate_patterns
from mock_memos.verification.service import ServiceClient


def replay(options: argparse.Namespace) -> int:
    """Repeats the calls of a journal. Returns 1 if a response breaks what the tests rely on."""
    tests = _read(options)
    if options.dry_run:
        for line in format_plan(tests, options.only):
            sys.stdout.write(line + "\n")
        return 0

    def work(client: ServiceClient) -> int:
        report = replay_tests(
            client,
            tests,
            run_id_of(options),
            only=options.only,
            task_timeout=options.task_timeout,
            report=print_progress,
        )
        sys.stdout.write(replay_text(report))
        write_file(options, "json", lambda file: file.write_bytes(replay_json(report)))
        return 1 if report.is_broken else 0

    return with_service(service_client(options), work)


def _read(options: argparse.Namespace) -> list[RecordedTest]:
    """Returns the selected tests. Raises `UsageError` for patterns that match no call."""
    tests = read_journal(Path(options.journal))
    names = (name for test in tests for call in test.calls for name in call.names if name)
    validate_patterns(options.only, names, "call of the journal")
    return selected_tests(tests, options.only)
