"""Example responses of every operation, produced by the mock itself."""

import base64
import json
from functools import cache
from typing import Any, Final

import msgspec

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.routes import API
from mock_memos.core.calls import Reply
from mock_memos.core.records import Scope
from mock_memos.core.settings import Settings
from mock_memos.simulation.world import World

Examples = dict[str, dict[str, Any]]

_ROUTES: Final = {route.path: route for route in API}
_ANA: Final = Scope("user", "ana")
_TEXT: Final = "I booked the Harbour Inn for May. I like quiet rooms. My name is Ana."
_RULES: Final = base64.b64encode(b"# House rules\n\nDogs are welcome in the garden.").decode()
_TREE: Final = {"Basics": {"Name": {"value": ""}, "City": {"value": "Lyon"}}}


@cache
def example_responses(settings: Settings) -> Examples:
    """Returns a response of each operation, by its path, of a server with these settings."""
    story = _Story(settings.with_changes(clock="manual", start_time=None, seed=0))
    story.create()
    story.query()
    story.change()
    return story.examples


class _Story:
    """Creates, queries, changes and deletes the data of one user."""

    def __init__(self, settings: Settings) -> None:
        self._world = World(settings, "mock-key")
        self.examples: Examples = {}

    def _call(self, path: str, **body: Any) -> Any:
        """Calls an operation and keeps its response. Returns the data of the response."""
        route = _ROUTES[path]
        result = route.function(
            self._world, decode_request(json.dumps(body).encode(), route.request)
        )
        if isinstance(result, Reply):
            self.examples[path] = json.loads(result.body)
            return None
        data = json.loads(msgspec.json.encode(result))
        self.examples[path] = {"code": 0, "data": data, "message": "ok"}
        return data

    def create(self) -> None:
        call = self._call
        self._base = call("create/knowledgebase", knowledgebase_name="House rules")["id"]
        rules = {"name": "rules.md", "content": _RULES}
        (file,) = call("add/knowledgebase-file", knowledgebase_id=self._base, file=[rules])
        self._file = file["id"]
        template = call("add/profile_template", name="Guest", metadata=_TREE)
        self._template = {"profile_template_id": template["profile_template_id"]}
        call("bind/profile_template", bind_list=[{"user_id": "ana", **self._template}])
        messages = [{"role": "user", "content": _TEXT}, {"role": "assistant", "content": "Noted."}]
        task = call("add/message", user_id="ana", conversation_id="c1", messages=messages)
        self._world.run_until_idle()
        call("get/status", task_id=task["task_id"])

    def query(self) -> None:
        call = self._call
        ana = {"user_id": "ana"}
        call("get/message", **ana, conversation_id="c1")
        call("search/memory", **ana, query="Which quiet room did I book at the Harbour Inn?")
        self._memory_id = next(
            memory.id for memory in self._world.memories.of(_ANA) if "Inn" in memory.value
        )
        call("get/memory", **ana)
        call("get/memory/{memory_id}", memory_id=self._memory_id)
        call("extract/memory", messages=[{"role": "user", "content": _TEXT}])
        call("rerank", query="hobby: chess", documents=["plays chess", "lives in Lyon"])
        call("chat", **ana, conversation_id="c2", query="Which inn did I book?")
        call("get/knowledgebase-file", knowledgebase_id=self._base)
        call("edit/profile", **ana, **self._template, metadata={"City": {"value": "Nice"}})
        call("list/profile_template")
        call("get/profile_template", **self._template)

    def change(self) -> None:
        call = self._call
        call("update/memory", memory_id=self._memory_id, content="The user booked for June.")
        text = "It is the Garden Inn, not the Harbour Inn."
        call("add/feedback", user_id="ana", conversation_id="c1", feedback_content=text)
        call("update/profile_template", **self._template, name="Guests", metadata=_TREE)
        call("delete/profile", user_id="ana", **self._template)
        call("delete/profile_template", **self._template)
        call("delete/knowledgebase-file", file_ids=[self._file])
        call("delete/knowledgebase", knowledgebase_id=self._base)
        call("delete/memory", memory_ids=[self._memory_id])
