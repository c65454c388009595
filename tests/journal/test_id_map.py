"""Pairs of identifiers from pairs of responses."""

from mock_memos.journal.id_map import IdMap


def test_translate_replaces_learned_ids_everywhere() -> None:
    ids = IdMap()
    ids.learn({"data": {"task_id": "task-0001"}}, {"data": {"task_id": "other-01"}})
    assert ids.translate(b"get/status?task=task-0001&x=\xff") == b"get/status?task=other-01&x=\xff"
    assert ids.translate_value({"ids": ["task-0001", 7, None]}) == {"ids": ["other-01", 7, None]}
    assert ids.get("task-0001") == "other-01"


def test_learn_ignores_users_and_texts_that_were_sent() -> None:
    ids = IdMap()
    ids.add_request({"conversation_id": "my-conversation"})
    ids.learn(
        {"conversation_id": "my-conversation", "user_id": "someone-1"},
        {"conversation_id": "another-one", "user_id": "someone-2"},
    )
    assert ids.translate(b"my-conversation someone-1") == b"my-conversation someone-1"


def test_missing_in_finds_ids_without_partner() -> None:
    ids = IdMap()
    ids.learn({"items": [{"id": "memory-001"}, {"id": "memory-002"}]}, {"items": [{"id": "m-1"}]})
    assert ids.missing_in(["get/memory/memory-001"]) is None
    assert ids.missing_in({"memory_ids": ["memory-002"]}) == "memory-002"


def test_short_ids_are_replaced_only_as_whole_values() -> None:
    ids = IdMap()
    ids.learn({"id": "a1"}, {"id": "b2"})
    assert ids.translate_value(["a1", "a1b"]) == ["b2", "a1b"]


def test_by_content_pairs_reordered_elements() -> None:
    ids = IdMap(by_content=True)
    recorded = [{"id": "memory-001", "value": "tea"}, {"id": "memory-002", "value": "coffee"}]
    ids.learn(recorded, [{"id": "memory-00b", "value": "coffee"}])
    assert ids.get("memory-001") is None
    assert ids.get("memory-002") == "memory-00b"


def test_id_with_two_meanings_is_exchanged() -> None:
    ids = IdMap()
    ids.learn({"id": "memory-001"}, {"id": "memory-002"})
    assert ids.translate(b"memory-001 memory-002") == b"memory-002 memory-001"
