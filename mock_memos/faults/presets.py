"""Incidents seen with this API, by name: what came, and what a client must survive."""

from typing import Any, Final, NamedTuple


class Preset(NamedTuple):
    """A fault with its options set, and what a client has to do about it.

    One that belongs to an `operation` strikes no other, unless its rule names another.
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
        "Do not send the message again blindly: it is stored. Ask get/message first.",
        "add/message",
    ),
    "invalid-parameters-template": Preset(
        "error", {"code": 40000, "message": "Invalid request parameters{0}"},
        "Code 40000 whose text still holds its placeholder",
        "Compare the code, never the text.",
    ),
    "internal-error-empty-message": Preset(
        "error", {"code": 50000, "message": ""},
        "Code 50000 with an empty message",
        "Have a text of your own for errors without one.",
    ),
    "token-rate-limit": Preset(
        "error", {"code": 40309},
        "More input tokens a minute than allowed; HTTP 403, without Retry-After",
        "Back off by the code; 403 is no proof of a bad key here.",
    ),
    "rate-limit-in-200": Preset(
        "error", {"code": 40309, "status": 200},
        "The same with HTTP 200",
        "Look at `code` even when the HTTP status is fine.",
    ),
    "input-limit-in-200": Preset(
        "error", {"code": 40302, "status": 200, "message": "Input token limit exceeded"},
        "An older code for too long an input, with HTTP 200",
        "Split the batch and go on.",
    ),
    "unlinked-knowledgebase": Preset(
        "error", {"code": 50123},
        "A search that names a knowledge base which is not linked: HTTP 500",
        "Do not retry: it is a mistake of configuration.",
        "search/memory",
    ),
    "list-shaped-status": Preset(
        "status",
        {"status": 200, "body": '{"code":0,"data":[{"status":"completed"}],"message":"ok"}',
         "content_type": "application/json"},
        "get/status answers a list of one, without the task id",
        "Read both shapes.",
        "get/status",
    ),
    "gateway-html": Preset(
        "status", {"status": 502, "body": _HTML, "content_type": "text/html"},
        "An HTML page from a gateway",
        "Look at the status before parsing; a body may be no JSON.",
    ),
    "null-data": Preset(
        "status",
        {"status": 200, "body": '{"code":0,"data":null,"message":"ok"}',
         "content_type": "application/json"},
        "Success without data",
        "Check `data` before reaching into it.",
    ),
    "null-message": Preset(
        "status",
        {"status": 500, "body": '{"code":50000,"data":null,"message":null}',
         "content_type": "application/json"},
        "An error whose message is null",
        "A message may be missing.",
    ),
    "closed-after-500": Preset(
        "status", {"status": 500, "body": "", "content_type": "text/plain", "close": True},
        "HTTP 500 with nothing in it, and a closed connection",
        "An error without a body is an error all the same.",
    ),
    "slow-5s": Preset(
        "latency", {"seconds": 5.5},
        "A reply later than five seconds, where some clients give up",
        "Recall must not block the conversation.",
    ),
    "slow-6s": Preset(
        "latency", {"seconds": 6.5},
        "A reply later than six seconds, where others give up",
        "An answer that comes too late is no error of the service: say so, or ask again later.",
    ),
    "slow-30s": Preset(
        "latency", {"seconds": 31.0},
        "A reply later than thirty seconds, the time-out of the official client",
        "A write may have happened although its reply never came.",
    ),
    "lost-reply": Preset(
        "reset", {"operation_happens": True},
        "The connection breaks after the message was accepted",
        "A retry writes a second time: make sure that this does no harm.",
        "add/message",
    ),
    "search-down": Preset(
        "error", {"code": 50005},
        "The search service is unavailable",
        "Answer without memories.",
        "search/memory",
    ),
}  # fmt: skip
