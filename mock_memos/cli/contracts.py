"""`verify --from-journal`: read what the tests of an application asked, ask it again, report."""

import argparse
import sys
from pathlib import Path
from typing import Final

from mock_memos.cli.service_session import ask, run_of, target_of, tell, write
from mock_memos.core.errors import UsageError
from mock_memos.verification.contracts.journal_file import Diary, meant, read_journal
from mock_memos.verification.contracts.report import contracts
from mock_memos.verification.contracts.text_report import contracts_json, contracts_text, plan
from mock_memos.verification.selection import look_at_patterns
from mock_memos.verification.service import Target

OF_FACTS: Final = ("quotas", "junit", "evidence", "with_host", "max_calls", "max_tokens")
"""Options that only facts know."""


def replay(chosen: argparse.Namespace) -> int:
    """Make the calls of a journal again. Gives 1 when what they rely on is broken."""
    diaries = _read(chosen)
    if chosen.dry_run:
        for line in plan(diaries, chosen.only):
            sys.stdout.write(line + "\n")
        return 0

    def work(target: Target) -> int:
        run, patience = run_of(chosen), chosen.patience
        found = contracts(target, diaries, run, only=chosen.only, patience=patience, tell=tell)
        sys.stdout.write(contracts_text(found))
        write(chosen, "json", lambda file: file.write_bytes(contracts_json(found)))
        return 1 if found.broken else 0

    return ask(target_of(chosen), work)


def _read(chosen: argparse.Namespace) -> list[Diary]:
    """The tests that are meant. Raises `UsageError` for what a journal does not know."""
    for name in OF_FACTS:
        if getattr(chosen, name):
            option = name.replace("_", "-")
            raise UsageError(
                f"--{option} is for facts, and --from-journal asks for none; leave one of them out"
            )
    diaries = read_journal(Path(chosen.from_journal))
    names = (name for diary in diaries for call in diary.calls for name in call.names if name)
    look_at_patterns(chosen.only, names, "call of the journal")
    return meant(diaries, chosen.only)
