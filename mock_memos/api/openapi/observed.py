"""Updates the evidence in the OpenAPI document from a verification run."""

from copy import deepcopy
from typing import Any

from mock_memos.api.evidence.observations import Observations


def with_observations(document: dict[str, Any], findings: Observations) -> dict[str, Any]:
    """Returns a copy in which assumed statements that the run observed are marked as observed."""
    document = deepcopy(document)
    for name, schema in document["components"]["schemas"].items():
        for field, details in schema.get("properties", {}).items():
            _update(details, f"{name}.{field}", findings)
    for response in document["components"]["responses"].values():
        _update_errors(response, findings)
    for path, verbs in document["paths"].items():
        for operation in verbs.values():
            if isinstance(operation, dict):
                _update(operation, f"operation {path.lstrip('/')}", findings)
                for response in operation.get("responses", {}).values():
                    _update_errors(response, findings)
    return document


def _update_errors(response: dict[str, Any], findings: Observations) -> None:
    for error in response.get("x-errors", ()):
        _update(error, f"error {error['code']}", findings)


def _update(details: dict[str, Any], statement: str, findings: Observations) -> None:
    if "x-evidence" in details:
        details["x-evidence"] = findings.evidence_for(statement, details["x-evidence"])
