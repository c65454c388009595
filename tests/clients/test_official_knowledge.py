"""The official client's methods for knowledge bases, files and profiles, in process and live."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_memos.testing.memos import Memos
from tests.support.official_client import create_template

RULES = "# Rules\n\nEvery trip needs a written approval.\n"


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.mock_memos(clock="manual")
def test_json_file_upload_completes(client: Any, memos: Memos) -> None:
    created = client.create_knowledgebase("Travel rules", "For everyone")
    base = created.knowledgebase_id
    assert (created.code, base[:4]) == (0, "base")
    sent = [{"name": "rules.md", "content": in_base64(RULES)}]
    uploaded = client.add_knowledgebase_file_json(base, sent)
    (file,) = uploaded.memories
    assert uploaded.memories == uploaded.data
    assert (file["name"], file["type"], file["status"]) == ("rules.md", "document", "running")
    assert (type(file["id"]), type(file["sizeMB"])) == (str, float)
    memos.clock.advance(minutes=1)
    result = client.get_knowledgebase_file([file["id"]])
    assert [(file.id, file.status, file.size) for file in result.files] == [
        (file["id"], "completed", str(len(RULES)))
    ]
    search = client.search_memory("What does a trip need?", "zoe", knowledgebase_ids=[base])
    assert "written approval" in search.memories[0].memory_value


def test_form_file_upload_completes(client: Any, memos: Memos, tmp_path: Path) -> None:
    base = client.create_knowledgebase("Travel rules").knowledgebase_id
    (tmp_path / "规则 1.md").write_text(RULES, encoding="utf-8")
    (tmp_path / "notes.txt").write_bytes("Breakfast is at eight.".encode("utf-16"))
    paths = [str(tmp_path / name) for name in ("规则 1.md", "notes.txt", "lost.md")]
    sent = client.add_knowledgebase_file_form(base, paths)
    assert [file["name"] for file in sent.memories] == ["规则 1.md", "notes.txt"]
    memos.run_until_idle()
    page = client.get_knowledgebase_file(knowledgebase_id=base, page=1, page_size=1).data
    assert (page.total, page.page, page.page_size) == (2, 1, 1)
    assert [file.status for file in page.file_detail_list] == ["completed"]
    search = client.search_memory("What does a trip need?", "zoe", knowledgebase_ids=[base])
    assert "written approval" in search.memories[0].memory_value


def test_form_skill_upload_completes(client: Any, memos: Memos, tmp_path: Path) -> None:
    base = client.create_knowledgebase("Skills").knowledgebase_id
    skill = "---\nname: Plan a trip\ndescription: Plans trips\n---\n\n## Procedure\n\n1. Ask.\n"
    (tmp_path / "trip.md").write_text(skill, encoding="utf-8")
    (file,) = client.add_knowledgebase_file_form(base, [str(tmp_path / "trip.md")], "skill").data
    assert file["type"] == "skill"
    memos.run_until_idle()
    answer = client.search_memory(
        "Plan a trip", "zoe", knowledgebase_ids=[base], include_skill=True
    )
    (skill,) = answer.data.skill_detail_list
    assert skill.skill_value["name"] == "Plan a trip"


def test_files_and_bases_are_deleted(client: Any, memos: Memos) -> None:
    base = client.create_knowledgebase("Travel rules").knowledgebase_id
    sent = [{"name": "rules.md", "content": in_base64(RULES)}]
    file = client.add_knowledgebase_file_json(base, sent).data[0]["id"]
    memos.run_until_idle()
    assert client.delete_knowledgebase_file([file]).success is True
    answer = client.search_memory("trip approval", "zoe", knowledgebase_ids=[base], relativity=0)
    assert answer.memories == []
    assert client.get_knowledgebase_file(knowledgebase_id=base).files == []
    assert client.delete_knowledgebase(base).success is True
    with pytest.raises(requests.HTTPError):
        client.search_memory("trip approval", "zoe", knowledgebase_ids=[base])


def test_profile_lifecycle(client: Any, memos: Memos) -> None:
    guest = create_template(memos)
    success = {"code": 0, "data": {"success": True}, "message": "ok"}
    bind = [{"user_id": "ana", "profile_template_id": guest}]
    assert client.bind_profile_template(bind) == success
    city = {"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}}
    assert client.edit_profile(guest, user_id="ana", metadata=city) == success
    listed = client.get_memory("ana", include_memory_view=["profile"]).data.profile_detail_list
    assert listed[0].profile_template_id == guest
    assert listed[0].properties == city
    search = client.search_memory("Lyon", "ana", include_memory_view=["profile"])
    assert [profile.memory for profile in search.data.profile_detail_list] == ["Basics.City: Lyon"]
    assert client.edit_profile(guest, user_id="ana", remove_fields=["Basics.City"]) == success
    assert client.delete_profile(guest, user_id="ana") == success
    page = client.get_memory("ana", include_memory_view=["profile"])
    assert page.data.profile_detail_list == []
