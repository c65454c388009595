"""Headers and connections of the live server, over raw HTTP."""

from tests.support.raw_http import RawClient


def test_get_accepts_content_type(wire: RawClient, booked: str) -> None:
    status, answer = wire.send("GET", f"/get/memory/{booked}", Content_Type="application/json")
    assert (status, answer["data"]["id"]) == (200, booked)
    memory, sources = answer["data"]["memory"], answer["data"]["metadata"]["sources"]
    assert memory == answer["data"]["content"]
    assert [source["role"] for source in sources] == ["user"]


def test_connection_is_reused_after_errors(wire: RawClient) -> None:
    wire.post("get/message", user_id="ana", conversation_id="c1")
    socket = wire.connection.sock
    for operation in ("get/status", "nowhere", "get/memory"):
        wire.error_code(operation)
    wire.send("GET", "/ping")
    wire.send("POST", "/add/message", b"{")
    wire.post("get/message", user_id="ana", conversation_id="c1")
    assert wire.connection.sock is socket
