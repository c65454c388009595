"""The command `drift`: compares every response field of a service and the mock."""

import argparse

from mock_memos.cli.service_session import write_report
from mock_memos.verification.comparison.our_models import declared_shapes
from mock_memos.verification.drift.report import compare_service
from mock_memos.verification.drift.text_report import drift_json, drift_text
from mock_memos.verification.selection import validate_patterns


def drift(options: argparse.Namespace) -> int:
    """Compares a service with the mock. Returns 1 if a difference is breaking."""
    validate_patterns(options.only, declared_shapes(), "operation")
    return write_report(options, compare_service, drift_text, drift_json)
