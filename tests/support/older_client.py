"""A day with a release of the official client: `python -m tests.clients.older` prints what it saw.

It uses only what every release from 2.0.0 on has, called the way that all of them understand.
"""

import json
import sys
from typing import Any

from tests.support.official_client import client_class, client_folder

BOOKED = {"role": "user", "content": "I booked the Harbour Inn for May. I like quiet rooms."}
NOTED = {"role": "assistant", "content": "Noted."}
RULES = "RXZlcnkgdHJpcCBuZWVkcyBhIHdyaXR0ZW4gYXBwcm92YWwu"


def poll_until_done(client: Any, task: str) -> list[str]:
    """Every status of a task until it is no longer running."""
    values: list[str] = []
    while not values or values[-1] == "running":
        values.append(client.get_task_status(task).messages[0].status)
    return values


def memories(client: Any, saw: dict[str, Any]) -> None:
    added = client.add_message([BOOKED, NOTED], user_id="ana", conversation_id="c1")
    saw["added"] = [added.success, added.status]
    saw["polled"] = poll_until_done(client, added.task_id)
    sync = client.add_message([NOTED], user_id="ben", conversation_id="c1", async_mode=False)
    saw["sync"] = sync.status
    result = client.search_memory("Which inn did I book for May?", "ana", "c1")
    saw["found"] = [memory.memory_value for memory in result.memories]
    listed = client.get_memory("ana", True)
    saw["preferences"] = [item.preference for item in listed.data.preference_detail_list]
    saw["messages"] = [item.content for item in client.get_message("ana", "c1").messages]
    saw["chat"] = client.chat("ana", "c2", "Which inn did I book for May?").response
    saw["feedback"] = client.add_feedback("ana", "c1", "It is the Garden Inn.").status
    try:
        deleted = client.delete_memory(["ana"], [result.memories[0].id])
    except ValueError:  # newer releases want one selector
        deleted = client.delete_memory(memory_ids=[result.memories[0].id])
    saw["deleted"] = [deleted.success, len(client.get_memory("ana", True).memories)]


def knowledge(client: Any, path: str, saw: dict[str, Any]) -> None:
    base = client.create_knowledgebase("Rules", "For everyone").knowledgebase_id
    item = client.add_knowledgebase_file_json(base, [{"name": "rules.txt", "content": RULES}])
    two = client.add_knowledgebase_file_form(base, [path])
    files = [file["id"] for answer in (item, two) for file in answer.data]
    saw["files"] = [file.name for file in client.get_knowledgebase_file(files).files]
    saw["files deleted"] = client.delete_knowledgebase_file(files).success
    saw["base deleted"] = client.delete_knowledgebase(base).success


def main() -> None:
    log: dict[str, Any] = {"home": str(client_folder())}
    client = client_class()()
    memories(client, log)
    knowledge(client, sys.argv[1], log)
    # The oldest release prints a line, too.
    print("\n" + json.dumps(log))


if __name__ == "__main__":
    main()
