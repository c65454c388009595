"""The operation that a request to an unknown path probably meant."""

from typing import Any

import pytest

from mock_memos.engine.nearest_operation import OperationSignature, differences, nearest_operation

OPERATIONS = (
    OperationSignature("POST", "add/message", ("messages", "user_id"), ("messages",)),
    OperationSignature("POST", "get/memory", ("user_id", "page"), ()),
    OperationSignature("GET", "get/memory/{memory_id}", (), ()),
    OperationSignature("POST", "chat", ("query", "user_id"), ("query", "user_id")),
)


@pytest.mark.parametrize(
    ("method", "path", "body", "nearest"),
    [
        ("POST", "add/mesage", {}, "add/message"),
        ("POST", "/v2/add/message", {}, "add/message"),
        ("POST", "addMessage", {}, "add/message"),
        ("POST", "chat/completions", {"messages": []}, "chat"),
        ("GET", "get/memory/", {}, "get/memory/{memory_id}"),
        ("POST", "get/memories", {"user_id": "ana"}, "get/memory"),
        ("POST", "zzz", {}, None),
    ],
)
def test_nearest_operation_has_the_most_similar_path(
    method: str, path: str, body: dict[str, Any], nearest: str | None
) -> None:
    operation = nearest_operation(method, path, body, OPERATIONS)
    assert (operation.path if operation else None) == nearest


def test_differences_list_method_and_fields() -> None:
    assert differences("GET", {"mesages": [], "user_id": "ana"}, OPERATIONS[0]) == [
        "method is GET, not POST",
        "unknown field mesages, did you mean 'messages'?",
        "messages missing",
    ]
    assert differences("POST", {"messages": [1]}, OPERATIONS[0]) == []
