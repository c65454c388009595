"""The document with what a verified run has seen of the real service."""

from copy import deepcopy
from typing import Any

from mock_memos.api.evidence.observations import Findings


def renewed(document: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """The same document, in which what was assumed and then seen is observed."""
    document = deepcopy(document)
    for name, schema in document["components"]["schemas"].items():
        for field, said in schema.get("properties", {}).items():
            _raise(said, f"{name}.{field}", findings)
    for response in document["components"]["responses"].values():
        _raise_errors(response, findings)
    for path, verbs in document["paths"].items():
        for operation in verbs.values():
            if isinstance(operation, dict):
                _raise(operation, f"operation {path.lstrip('/')}", findings)
                for response in operation.get("responses", {}).values():
                    _raise_errors(response, findings)
    return document


def _raise_errors(response: dict[str, Any], findings: Findings) -> None:
    for error in response.get("x-errors", ()):
        _raise(error, f"error {error['code']}", findings)


def _raise(said: dict[str, Any], statement: str, findings: Findings) -> None:
    if "x-evidence" in said:
        said["x-evidence"] = findings.evidence(statement, said["x-evidence"])
