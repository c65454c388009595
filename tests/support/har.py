"""What the specification of the HTTP Archive, version 1.2, asks of one."""

from typing import Any

TEXT = {"type": "string"}
SIZE = {"type": "integer", "minimum": -1}


def record(needs: dict[str, Any], may: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members; others must begin with an underscore."""
    return {
        "type": "object",
        "required": list(needs),
        "properties": needs | (may or {}),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def every(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


NAMED = every(record({"name": TEXT, "value": TEXT}, {"comment": TEXT}))
MESSAGE = {
    "httpVersion": TEXT, "cookies": NAMED, "headers": NAMED, "headersSize": SIZE, "bodySize": SIZE,
}  # fmt: skip
REQUEST = record(
    MESSAGE
    | {
        "method": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": "^https?://[^ ]+$"},
        "queryString": NAMED,
    },
    {"postData": record({"mimeType": TEXT, "text": TEXT}, {"params": NAMED})},
)
RESPONSE = record(
    MESSAGE
    | {
        "status": {"type": "integer"},
        "statusText": TEXT,
        "content": record(
            {"size": SIZE, "mimeType": TEXT},
            {"text": TEXT, "encoding": {"const": "base64"}, "compression": SIZE},
        ),
        "redirectURL": TEXT,
    }
)
SPAN = {"type": "number", "minimum": 0}
ENTRY = record(
    {
        "startedDateTime": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        },
        "time": SPAN,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": record({}, {"beforeRequest": {}, "afterRequest": {}}),
        "timings": record({"send": SPAN, "wait": SPAN, "receive": SPAN}),
    }
)
ARCHIVE = record(
    {
        "log": record(
            {
                "version": {"const": "1.2"},
                "creator": record({"name": TEXT, "version": TEXT}),
                "entries": every(ENTRY),
            }
        )
    }
)
