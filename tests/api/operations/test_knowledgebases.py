"""Knowledge bases."""

import re
from typing import Any

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")

FILE = {"name": "rules.md", "content": "IyBSdWxlcwpUaGUgcG9vbCBvcGVucyBhdCBuaW5lLg=="}


@pytest.fixture
def base(client: Client) -> str:
    base_id: str = client.ok("create/knowledgebase", knowledgebase_name="Travel rules")["id"]
    return base_id


def test_each_call_creates_a_knowledgebase(client: Client) -> None:
    ids = [
        client.ok(
            "create/knowledgebase", knowledgebase_name="x", knowledgebase_description="same name"
        )["id"]
        for _ in range(2)
    ]
    assert ids[0] != ids[1]
    assert all(re.fullmatch(r"base[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item) for item in ids)


def test_unlinked_knowledgebase_returns_50123(client: Client, base: str) -> None:
    client.ok("add/knowledgebase-file", knowledgebase_id=base, file=[FILE])
    assert client.ok("delete/knowledgebase", knowledgebase_id=base) == {"success": True}
    for operation, fields in uses_of(base):
        client.fails(50123, operation, fields)
    client.ok("delete/knowledgebase", knowledgebase_id=base, delete_all=True)


def test_deleted_knowledgebase_returns_50120(client: Client, base: str) -> None:
    [file] = client.ok("add/knowledgebase-file", knowledgebase_id=base, file=[FILE])
    client.ok("delete/knowledgebase", knowledgebase_id=base, delete_all=True)
    for operation, fields in uses_of(base):
        client.fails(50120, operation, fields)
    client.fails(40001, "get/knowledgebase-file", file_ids=[file["id"]])
    client.advance(30)
    body = {"user_id": "ana", "query": "pool", "knowledgebase_ids": [base]}
    client.fails(50123, "search/memory", body)


def uses_of(base: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("delete/knowledgebase", {"knowledgebase_id": base}),
        ("add/knowledgebase-file", {"knowledgebase_id": base, "file": [FILE]}),
        ("get/knowledgebase-file", {"knowledgebase_id": base}),
    ]


def test_unknown_knowledgebase_returns_50120(client: Client) -> None:
    for operation, fields in uses_of("base-none"):
        assert "base-none" in client.fails(50120, operation, fields)
