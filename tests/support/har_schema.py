"""What the specification of the HTTP Archive, version 1.2, asks of one."""

from typing import Any

TEXT = {"type": "string"}
SIZE = {"type": "integer", "minimum": -1}


def object_schema(needs: dict[str, Any], may: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members; others must begin with an underscore."""
    return {
        "type": "object",
        "required": list(needs),
        "properties": needs | (may or {}),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def list_schema(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


NAMED = list_schema(object_schema({"name": TEXT, "value": TEXT}, {"comment": TEXT}))
MESSAGE = {
    "httpVersion": TEXT, "cookies": NAMED, "headers": NAMED, "headersSize": SIZE, "bodySize": SIZE,
}  # fmt: skip
REQUEST = object_schema(
    MESSAGE
    | {
        "method": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": "^https?://[^ ]+$"},
        "queryString": NAMED,
    },
    {"postData": object_schema({"mimeType": TEXT, "text": TEXT}, {"params": NAMED})},
)
RESPONSE = object_schema(
    MESSAGE
    | {
        "status": {"type": "integer"},
        "statusText": TEXT,
        "content": object_schema(
            {"size": SIZE, "mimeType": TEXT},
            {"text": TEXT, "encoding": {"const": "base64"}, "compression": SIZE},
        ),
        "redirectURL": TEXT,
    }
)
SPAN = {"type": "number", "minimum": 0}
ENTRY = object_schema(
    {
        "startedDateTime": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        },
        "time": SPAN,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": object_schema({}, {"beforeRequest": {}, "afterRequest": {}}),
        "timings": object_schema({"send": SPAN, "wait": SPAN, "receive": SPAN}),
    }
)
ARCHIVE = object_schema(
    {
        "log": object_schema(
            {
                "version": {"const": "1.2"},
                "creator": object_schema({"name": TEXT, "version": TEXT}),
                "entries": list_schema(ENTRY),
            }
        )
    }
)
