"""Incidents observed with this API, by name: what the client received, and what it should do."""

from typing import Any, Final, NamedTuple


class Preset(NamedTuple):
    """A fault with options, and advice for clients.

    A preset with an `operation` applies only to it, unless its rule names another operation.
    """

    fault: str
    options: dict[str, Any]
    description: str
    advice: str
    operation: str | None = None


_HTML = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)

PRESETS: Final[dict[str, Preset]] = {
    "accepted-empty-body": Preset(
        "status",
        {"status": 200, "body": "", "content_type": "application/json", "operation_happens": True},
        "HTTP 200 with an empty body, although the message was accepted",
        "Do not resend the message: it is stored. Check get/message first.",
        "add/message",
    ),
    "invalid-parameters-template": Preset(
        "error", {"code": 40000, "message": "Invalid request parameters{0}"},
        "Code 40000 with a placeholder in its message",
        "Compare the code, not the message.",
    ),
    "internal-error-empty-message": Preset(
        "error", {"code": 50000, "message": ""},
        "Code 50000 with an empty message",
        "Show a fallback text for errors without a message.",
    ),
    "token-rate-limit": Preset(
        "error", {"code": 40309},
        "Too many input tokens per minute; HTTP 403, without Retry-After",
        "Back off when the code is 40309; HTTP 403 does not always mean an invalid key.",
    ),
    "rate-limit-in-200": Preset(
        "error", {"code": 40309, "status": 200},
        "Too many input tokens per minute, with HTTP 200",
        "Check `code` even if the HTTP status is 200.",
    ),
    "input-limit-in-200": Preset(
        "error", {"code": 40302, "status": 200, "message": "Input token limit exceeded"},
        "An older code for an input that is too long, with HTTP 200",
        "Split the batch and retry.",
    ),
    "unlinked-knowledgebase": Preset(
        "error", {"code": 50123},
        "A search in a knowledge base that is not linked: HTTP 500",
        "Do not retry: the configuration is wrong.",
        "search/memory",
    ),
    "list-shaped-status": Preset(
        "status",
        {"status": 200, "body": '{"code":0,"data":[{"status":"completed"}],"message":"ok"}',
         "content_type": "application/json"},
        "get/status returns a list with one element, without the task id",
        "Accept both formats.",
        "get/status",
    ),
    "gateway-html": Preset(
        "status", {"status": 502, "body": _HTML, "content_type": "text/html"},
        "An HTML page of a gateway",
        "Check the HTTP status before parsing: the body may not be JSON.",
    ),
    "null-data": Preset(
        "status",
        {"status": 200, "body": '{"code":0,"data":null,"message":"ok"}',
         "content_type": "application/json"},
        "Success without data",
        "Check whether `data` is null.",
    ),
    "null-message": Preset(
        "status",
        {"status": 500, "body": '{"code":50000,"data":null,"message":null}',
         "content_type": "application/json"},
        "An error with the message null",
        "Accept errors without a message.",
    ),
    "closed-after-500": Preset(
        "status", {"status": 500, "body": "", "content_type": "text/plain", "close": True},
        "HTTP 500 with an empty body, and a closed connection",
        "Accept errors without a body.",
    ),
    "slow-5s": Preset(
        "latency", {"seconds": 5.5},
        "A reply after more than 5 seconds, the timeout of some clients",
        "Answer without memories when recall is late.",
    ),
    "slow-6s": Preset(
        "latency", {"seconds": 6.5},
        "A reply after more than 6 seconds, the timeout of other clients",
        "A late answer is not an error of the service: report the timeout, or retry later.",
    ),
    "slow-30s": Preset(
        "latency", {"seconds": 31.0},
        "A reply after more than 30 seconds, the timeout of the official client",
        "A write may be stored although its reply was not received.",
    ),
    "lost-reply": Preset(
        "reset", {"operation_happens": True},
        "The connection is reset after the message was accepted",
        "A retry stores the message a second time: make retries safe.",
        "add/message",
    ),
    "search-down": Preset(
        "error", {"code": 50005},
        "The search service is unavailable",
        "Answer without memories.",
        "search/memory",
    ),
}  # fmt: skip
