"""JSON Schemas of fields that types cannot describe: filters, profile trees, messages.

They describe the documented forms; the decoder also tolerates others.
"""

from typing import Any, Final

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Returns a reference to a component of the OpenAPI document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, **more: Any) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False} | more


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "number"}
_COMPARISONS: Final = ("gt", "gte", "lt", "lte")
_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIMES: Final = _object(dict.fromkeys(_COMPARISONS, ref("Moment")), minProperties=1)

EXTRA_SCHEMAS: Final[dict[str, Schema]] = {
    "Filter": {
        "description": "One group of conditions, or one for each source of memories",
        "type": "object",
        "anyOf": [
            ref("Group"),
            _object(dict.fromkeys(("user", "agent", "public", "knowledgebase"), ref("Group"))),
        ],
    },
    "Group": _object(
        {name: {"type": "array", "items": ref("Condition")} for name in ("and", "or")},
        minProperties=1,
        maxProperties=1,
    ),
    "Condition": {
        "description": "Conditions on a memory. Any other name is a key of info",
        "type": "object",
        "properties": {
            "tags": {"anyOf": [_object({"contains": _TEXT}, minProperties=1), _TEXT]},
            "create_time": _TIMES,
            "update_time": _TIMES,
            "related_id": {"type": "array", "items": _TEXT},
            **dict.fromkeys(("user_id", "agent_id", "app_id", "conversation_id"), _TEXT),
        },
        "propertyNames": {"not": {"enum": ["and", "or", "not"]}},
        "additionalProperties": {
            "anyOf": [
                _TEXT,
                _NUMBER,
                _object(dict.fromkeys(_COMPARISONS, _NUMBER), minProperties=1),
            ]
        },
    },
    "Moment": {
        "description": "YYYY-MM-DD or YYYY-MM-DD HH:MM:SS",
        "type": "string",
        "pattern": rf"^{_DAY}( ([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$",
    },
    "Tree": {
        "description": "Profile fields below names in at most three levels",
        "type": "object",
        "additionalProperties": {"anyOf": [ref("Leaf"), ref("Branch")]},
    },
    "Branch": {
        "type": "object",
        "additionalProperties": {"anyOf": [ref("Leaf"), ref("Twig")]},
        "minProperties": 1,
    },
    "Twig": {"type": "object", "additionalProperties": ref("Leaf"), "minProperties": 1},
    "Leaf": {
        "description": "One profile field",
        "type": "object",
        "properties": {
            "value": _TEXT,
            "algorithm_updatable": {
                "description": "False: messages never change it",
                "type": "boolean",
                "default": True,
            },
        },
        "required": ["value"],
    },
}
"""Components of the OpenAPI document that have no struct."""

MESSAGE_CONTENT: Final[Schema] = {
    "anyOf": [
        {"required": ["content"], "properties": {"content": {"minLength": 1, "minItems": 1}}},
        {
            "required": ["tool_calls"],
            "properties": {"role": {"const": "assistant"}, "tool_calls": {"minItems": 1}},
        },
    ]
}
"""Content is required, except for an assistant message with tool calls."""
