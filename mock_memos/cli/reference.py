"""The commands `routes` and `openapi`."""

import argparse
import json

from mock_memos.api.evidence.observations import NO_OBSERVATIONS, load_observations
from mock_memos.api.openapi.document import build_document
from mock_memos.api.openapi.observed import with_observations
from mock_memos.api.routes import API
from mock_memos.cli.terminal import print_table


def routes(options: argparse.Namespace) -> int:
    """Lists every operation with its evidence."""
    observations = load_observations(options.evidence) if options.evidence else NO_OBSERVATIONS
    rows: list[tuple[str, ...]] = []
    for route in API:
        statement = f"operation {route.path}"
        evidence = observations.evidence_for(statement, route.evidence)
        seen = (
            (observations.date if observations.confirms(statement) else "-",)
            if options.evidence
            else ()
        )
        rows.append((route.method, route.path, evidence, *seen, route.summary))
    seen = ("SEEN",) if options.evidence else ()
    print_table(("METHOD", "PATH", "EVIDENCE", *seen, "SUMMARY"), rows)
    return 0


def openapi(options: argparse.Namespace) -> int:
    """Prints the OpenAPI document."""
    printed = build_document()
    if options.evidence:
        printed = with_observations(printed, load_observations(options.evidence))
    print(json.dumps(printed, indent=2, ensure_ascii=False))
    return 0
