"""The JSON Schema of scenario files, from the structs that load them."""

from typing import Any

import msgspec

from mock_memos.scenario.model import Document
from mock_memos.settings import Settings


def document_schema() -> dict[str, Any]:
    """A schema by which an editor completes and checks scenario files."""
    (root, _), parts = msgspec.json.schema_components(
        [Document, Settings], ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mock-memos scenario",
        **root,
        "$defs": dict(sorted(parts.items())),
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain
