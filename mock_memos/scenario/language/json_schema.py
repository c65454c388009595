"""The JSON Schema of scenario files, made from their structs."""

from typing import Any, Final

import msgspec

from mock_memos.core.settings import Settings
from mock_memos.scenario.language.document import ScenarioDocument

_PARAMETER: Final = {"type": "string", "pattern": r"^\$\{[^{}]+\}$"}
"""A text that consists of one placeholder becomes a value of any type."""
_SCALARS: Final = ("boolean", "integer", "number")


def scenario_schema() -> dict[str, Any]:
    """Returns the schema with which editors complete and check scenario files."""
    (root, _), parts = msgspec.json.schema_components(
        [ScenarioDocument, Settings], ref_template="#/$defs/{name}"
    )
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mock-memos scenario",
        **root,
        "$defs": {name: _allow_parameters(part) for name, part in sorted(parts.items())}
        | {"Parameter": _PARAMETER},
    }
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema))
    return document


def _allow_parameters(schema: Any) -> Any:
    """Returns a schema that allows a parameter in place of a number, a boolean or a choice."""
    if isinstance(schema, list):
        return [_allow_parameters(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") not in _SCALARS and "enum" not in schema:
        return {
            key: value if key == "default" else _allow_parameters(value)
            for key, value in schema.items()
        }
    notes = {key: schema[key] for key in ("description", "default") if key in schema}
    type_ = {key: value for key, value in schema.items() if key not in notes}
    return notes | {"anyOf": [type_, {"$ref": "#/$defs/Parameter"}]}
