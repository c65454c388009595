"""The command `drift`: compares every response field of a service and the mock."""

import argparse
import sys

from mock_memos.cli.service_session import (
    print_progress,
    run_id_of,
    service_client,
    with_service,
    write_file,
)
from mock_memos.verification.comparison.our_models import declared_shapes
from mock_memos.verification.drift.report import compare_service
from mock_memos.verification.drift.text_report import drift_json, drift_text
from mock_memos.verification.selection import validate_patterns
from mock_memos.verification.service import ServiceClient


def drift(options: argparse.Namespace) -> int:
    """Compares a service with the mock. Returns 1 if a difference is breaking."""
    validate_patterns(options.only, declared_shapes(), "operation")

    def work(client: ServiceClient) -> int:
        report = compare_service(
            client,
            run_id_of(options),
            only=options.only,
            task_timeout=options.task_timeout,
            report=print_progress,
        )
        sys.stdout.write(drift_text(report))
        write_file(options, "json", lambda file: file.write_bytes(drift_json(report)))
        return 1 if report.is_broken else 0

    return with_service(service_client(options), work)
