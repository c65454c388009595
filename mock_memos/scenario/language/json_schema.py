"""The JSON Schema of scenario files, from the structs that load them."""

from typing import Any, Final

import msgspec

from mock_memos.core.settings import Settings
from mock_memos.scenario.language.document import ScenarioDocument

_PARAMETER: Final = {"type": "string", "pattern": r"^\$\{[^{}]+\}$"}
"""`${name}` with nothing around it stands for a value of any type."""
_SCALARS: Final = ("boolean", "integer", "number")


def document_schema() -> dict[str, Any]:
    """A schema by which an editor completes and checks scenario files."""
    (root, _), parts = msgspec.json.schema_components(
        [ScenarioDocument, Settings], ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mock-memos scenario",
        **root,
        "$defs": {name: _open(part) for name, part in sorted(parts.items())}
        | {"Parameter": _PARAMETER},
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain


def _open(schema: Any) -> Any:
    """A schema in which a parameter may stand where a number, a boolean or a choice does."""
    if isinstance(schema, list):
        return [_open(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") not in _SCALARS and "enum" not in schema:
        return {key: value if key == "default" else _open(value) for key, value in schema.items()}
    about = {key: schema[key] for key in ("description", "default") if key in schema}
    value = {key: said for key, said in schema.items() if key not in about}
    return about | {"anyOf": [value, {"$ref": "#/$defs/Parameter"}]}
