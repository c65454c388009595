"""The command `drift`: take the tour, report."""

import argparse
import sys

from mock_memos.cli.service_session import ask, run_of, target_of, tell, write
from mock_memos.verification.comparison.our_models import declared
from mock_memos.verification.drift.report import drift
from mock_memos.verification.drift.text_report import drift_json, drift_text
from mock_memos.verification.selection import look_at_patterns
from mock_memos.verification.service import Target


def compare(chosen: argparse.Namespace) -> int:
    """Compare a service with the double. Gives 1 when something breaking differs."""
    look_at_patterns(chosen.only, declared(), "operation")

    def work(target: Target) -> int:
        run, patience = run_of(chosen), chosen.patience
        found = drift(target, run, only=chosen.only, patience=patience, tell=tell)
        sys.stdout.write(drift_text(found))
        write(chosen, "json", lambda file: file.write_bytes(drift_json(found)))
        return 1 if found.broken else 0

    return ask(target_of(chosen), work)
