"""Files of knowledge bases."""

import base64
import io
import re
import zipfile
from typing import Any

import pytest

from mock_memos.core.calls import Call
from tests.support.engine_client import BASE, Client

pytestmark = pytest.mark.usefixtures("transport")

RULES = "# Rules\nThe pool opens at nine. Breakfast ends at ten."
SKILL = """---
name: Plan a trip
description: How to plan a trip for a guest
---
## Procedure
1. Ask for dates
2. Offer three hotels
## Experience
- Guests forget visas
## User Preferences
- Trains, not planes
## Examples
- A week in Lyon
"""


def to_base64(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


def zip_to_base64(**files: str) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_md", ".md"), text)
    return to_base64(content.getvalue())


@pytest.fixture
def base(client: Client) -> str:
    base_id: str = client.ok("create/knowledgebase", knowledgebase_name="Travel rules")["id"]
    return base_id


def upload(client: Client, base: str, *files: dict[str, Any]) -> list[Any]:
    added: list[Any] = client.ok("add/knowledgebase-file", knowledgebase_id=base, file=list(files))
    return added


def rules(**fields: Any) -> dict[str, Any]:
    return {"name": "rules.md", "content": to_base64(RULES)} | fields


def search_base(client: Client, base: str, query: str, **fields: Any) -> Any:
    return client.ok(
        "search/memory", user_id="ana", query=query, knowledgebase_ids=[base], **fields
    )


def files_of(client: Client, base: str, **fields: Any) -> Any:
    return client.ok("get/knowledgebase-file", knowledgebase_id=base, **fields)


# --- uploads ---


def test_file_is_running_until_processed(client: Client, base: str) -> None:
    [added] = upload(client, base, rules())
    assert list(added) == ["id", "type", "name", "sizeMB", "status"]
    assert re.fullmatch(r"[0-9a-f]{32}", added["id"])
    assert (added["type"], added["name"], added["status"]) == ("document", "rules.md", "running")
    assert added["sizeMB"] == len(RULES) / 1024 / 1024
    client.advance(29.999)
    assert files_of(client, base)["file_detail_list"][0]["status"] == "running"
    assert search_base(client, base, "pool")["memory_detail_list"] == []
    client.advance(0.001)
    assert files_of(client, base)["file_detail_list"][0]["status"] == "completed"
    assert search_base(client, base, "pool")["memory_detail_list"]


def test_memories_of_a_file_have_observed_fields(client: Client, base: str) -> None:
    upload(client, base, rules())
    client.advance(30)
    memories = search_base(client, base, "pool breakfast")["memory_detail_list"]
    assert memories
    for fact in memories:
        assert fact["conversation_id"] == "default_session"
        assert fact["memory_type"] in ("LongTermMemory", "WorkingMemory")
        assert {"mode:fine", "multimodal:file"} <= set(fact["tags"])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"content": "https://files.test/a/opening%20hours.pdf?v=2"}, "opening hours.pdf"),
        ({"content": "https://files.test/a.pdf", "name": "b.pdf"}, "b.pdf"),
        ({"content": "https://[not-an-address/a.pdf#page=2"}, "a.pdf"),
        ({"content": to_base64("{}"), "file_name": "c.json"}, "c.json"),
        ({"content": to_base64("x"), "name": "d.txt", "file_name": "e.txt"}, "d.txt"),
        ({"content": f"data:text/plain;base64,{to_base64('x')}", "name": "f.txt"}, "f.txt"),
    ],
)
def test_file_name_comes_from_first_known_source(
    client: Client, base: str, given: dict[str, Any], name: str
) -> None:
    [added] = upload(client, base, given)
    assert added["name"] == name


def test_base64_file_without_name_gets_one(client: Client, base: str) -> None:
    skill = {"content": to_base64(SKILL), "type": "skill"}
    added = upload(client, base, {"content": to_base64(RULES)}, skill)
    assert [item["name"] for item in added] == ["file-1.txt", "file-2.md"]
    client.advance(30)
    assert search_base(client, base, "pool")["memory_detail_list"]


@pytest.mark.parametrize(
    "given",
    [
        {"content": "https://files.test/a/tariffs.pdf"},
        {"content": to_base64(b"%PDF-1.4 \xff\xfe"), "name": "tariffs.pdf"},
    ],
)
def test_unreadable_file_becomes_one_memory_with_its_name(
    client: Client, base: str, given: dict[str, Any]
) -> None:
    upload(client, base, given)
    client.advance(30)
    [fact] = search_base(client, base, "tariffs pdf")["memory_detail_list"]
    assert "tariffs.pdf" in fact["memory_key"] + fact["memory_value"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "trip.md", "content": to_base64(SKILL)},
        {"name": "trip.zip", "content": zip_to_base64(SKILL_md=SKILL)},
    ],
)
def test_skill_file_becomes_a_skill(client: Client, base: str, given: dict[str, Any]) -> None:
    [added] = upload(client, base, given | {"type": "skill"})
    assert added["type"] == "skill"
    client.advance(30)
    result = search_base(client, base, "plan a trip", include_memory_view=["skill"])
    [skill] = result["skill_detail_list"]
    value = skill["skill_value"]
    assert value["name"] == "Plan a trip"
    assert value["description"] == "How to plan a trip for a guest"
    assert "Ask for dates" in value["procedure"]
    assert value["experience"] == ["Guests forget visas"]
    assert value["preference"] == ["Trains, not planes"]
    assert value["examples"] == ["A week in Lyon"]
    assert skill["skill_type"] == "uploaded"


def test_form_upload_equals_json_upload(client: Client, base: str) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: text/markdown\r\n\r\n{RULES}\r\n"
        for name in ("rules.md", "more.md")
    )
    headers = {"authorization": "Token key", "content-type": "multipart/form-data; boundary=b"}
    call = Call(
        "POST",
        f"{BASE}/add/knowledgebase-file",
        headers,
        f"{parts}--b--\r\n".encode(),
        f"knowledgebase_id={base}&type=document",
    )
    reply = client.engine.handle(call)
    assert reply.status == 200
    listed = files_of(client, base)["file_detail_list"]
    assert [item["name"] for item in listed] == ["rules.md", "more.md"]
    assert [item["size"] for item in listed] == [str(len(RULES))] * 2


def test_other_operations_reject_forms(client: Client) -> None:
    headers = {"authorization": "Token key", "content-type": "multipart/form-data; boundary=b"}
    answer = client.send("add/message", b"--b--\r\n", headers=headers)
    assert (answer.status, answer.json["code"]) == (400, 40000)
    assert "multipart" in answer.hint


@pytest.mark.parametrize(
    ("code", "file"),
    [
        (40002, None),
        (40003, []),
        (40000, "rules.md"),
        (40000, ["rules.md"]),
        (40002, [{"name": "rules.md"}]),
        (40002, [rules(content="")]),
        (40006, [rules(type="video")]),
        (40007, [rules(name="rules.exe")]),
        (40007, [rules(name="rules")]),
        (40007, [rules(name="rules.md"), rules(name="tool.pdf", type="skill")]),
        (40008, [rules(content="!!!!")]),
        (40009, [rules(content="abc")]),
        (40009, [rules(content="data:text/plain,abcd")]),
        (50103, [rules()] * 21),
        (50107, [rules(name="trip.md", type="skill")]),
        (50107, [rules(name="trip.md", type="skill", content=to_base64("---\nname: x\n---\n"))]),
        (50107, [rules(name="trip.zip", type="skill")]),
        (50107, [rules(name="trip.zip", type="skill", content=zip_to_base64(README_md=SKILL))]),
        (50107, [rules(name="trip.zip", type="skill", content=zip_to_base64(a__SKILL_md="x"))]),
    ],
)
def test_invalid_upload_returns_its_code(client: Client, base: str, code: int, file: Any) -> None:
    client.fails(code, "add/knowledgebase-file", knowledgebase_id=base, file=file)


def test_upload_over_limits_is_rejected(
    client: Client, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_memos.api.operations.knowledgebases.MAX_FILE_BYTES", 10)
    monkeypatch.setattr("mock_memos.api.operations.knowledgebases.MAX_UPLOAD_BYTES", 15)

    def refused(code: int, *texts: str) -> None:
        files = [rules(content=to_base64(text)) for text in texts]
        client.fails(code, "add/knowledgebase-file", knowledgebase_id=base, file=files)

    refused(50104, "x" * 11)
    refused(50105, "x" * 8, "x" * 8)
    upload(client, base, rules(content=to_base64("x" * 10)), rules(content=to_base64("x" * 5)))


# --- showing and deleting ---


def test_files_are_listed_in_upload_order(client: Client, base: str) -> None:
    upload(client, base, *[rules(name=f"{n}.md") for n in range(5)])
    result = files_of(client, base, page=2, page_size=2)
    assert [file["name"] for file in result["file_detail_list"]] == ["2.md", "3.md"]
    assert (result["total"], result["page"], result["page_size"]) == (5, 2, 2)
    beyond = files_of(client, base, page=9)
    assert (beyond["total"], beyond["file_detail_list"], beyond["page_size"]) == (5, [], 20)


def test_files_are_listed_by_type(client: Client, base: str) -> None:
    upload(client, base, rules(), {"name": "trip.md", "type": "skill", "content": to_base64(SKILL)})
    for kind, names in [("document", ["rules.md"]), ("skill", ["trip.md"])]:
        result = files_of(client, base, type=kind)
        assert [file["name"] for file in result["file_detail_list"]] == names
    assert files_of(client, base)["total"] == 2


def test_files_are_listed_by_ids(client: Client, base: str) -> None:
    first, second = upload(client, base, rules(), rules(name="b.md"))
    result = client.ok(
        "get/knowledgebase-file", file_ids=[second["id"], first["id"]], page=7, type="skill"
    )
    assert [file["name"] for file in result["file_detail_list"]] == ["b.md", "rules.md"]
    assert (result["total"], result["page"], result["page_size"]) == (2, 1, 2)
    assert list(result["file_detail_list"][0]) == ["id", "type", "name", "size", "sizeMB", "status"]
    assert result["file_detail_list"][0]["size"] == str(len(RULES))


def test_deleted_file_deletes_its_memories(client: Client, base: str) -> None:
    first, _ = upload(
        client, base, rules(), rules(name="b.md", content=to_base64("The bar is red."))
    )
    client.advance(30)
    client.ok("delete/knowledgebase-file", file_ids=[first["id"], first["id"]])
    assert search_base(client, base, "pool")["memory_detail_list"] == []
    assert search_base(client, base, "red bar")["memory_detail_list"]
    assert files_of(client, base)["total"] == 1


def test_file_deleted_while_running_leaves_nothing(client: Client, base: str) -> None:
    [file] = upload(client, base, rules())
    client.ok("delete/knowledgebase-file", file_ids=[file["id"]], knowledgebase_id="ignored")
    client.advance(30)
    assert search_base(client, base, "pool")["memory_detail_list"] == []


def test_one_unknown_file_deletes_nothing(client: Client, base: str) -> None:
    [file] = upload(client, base, rules())
    client.fails(40001, "delete/knowledgebase-file", file_ids=[file["id"], "none"])
    assert files_of(client, base)["total"] == 1


def test_correction_does_not_change_file_memory(client: Client, base: str) -> None:
    upload(client, base, rules(content=to_base64("The Harbour Inn is closed in May.")))
    client.advance(30)
    client.ok(
        "add/feedback",
        user_id="ana",
        conversation_id="c1",
        feedback_content="It is the Garden Inn, not the Harbour Inn.",
        allow_knowledgebase_ids=[base],
    )
    client.advance(3)
    for name in ("Harbour", "Garden"):
        memories = search_base(client, base, name)["memory_detail_list"]
        assert any(name in item["memory_value"] for item in memories)
