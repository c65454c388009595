"""A good answer of each operation, given by the double itself: no example can grow stale."""

import base64
import json
from functools import cache
from typing import Any, Final

import msgspec

from mock_memos.api.decoding.body import read
from mock_memos.api.routes import API
from mock_memos.core.calls import Reply
from mock_memos.core.records import Scope
from mock_memos.core.settings import Settings
from mock_memos.simulation.world import World

Answers = dict[str, dict[str, Any]]

_ROUTES: Final = {route.path: route for route in API}
_ANA: Final = Scope("user", "ana")
_SAID: Final = "I booked the Harbour Inn for May. I like quiet rooms. My name is Ana."
_RULES: Final = base64.b64encode(b"# House rules\n\nDogs are welcome in the garden.").decode()
_TREE: Final = {"Basics": {"Name": {"value": ""}, "City": {"value": "Lyon"}}}


@cache
def answers(settings: Settings) -> Answers:
    """By operation, what a server with these settings answers in the course of one story."""
    story = _Story(settings.but(clock="manual", start=None, seed=0))
    story.begin()
    story.ask()
    story.end()
    return story.told


class _Story:
    """One user, one knowledge base, one profile, from their beginning to their end."""

    def __init__(self, settings: Settings) -> None:
        self._world = World(settings, "mock-key")
        self.told: Answers = {}

    def _tell(self, path: str, **body: Any) -> Any:
        """Ask, keep the answer as it would be sent, and give its data."""
        route = _ROUTES[path]
        answer = route.function(self._world, read(json.dumps(body).encode(), route.request))
        if isinstance(answer, Reply):
            self.told[path] = json.loads(answer.body)
            return None
        data = json.loads(msgspec.json.encode(answer))
        self.told[path] = {"code": 0, "data": data, "message": "ok"}
        return data

    def begin(self) -> None:
        tell = self._tell
        self._base = tell("create/knowledgebase", knowledgebase_name="House rules")["id"]
        rules = {"name": "rules.md", "content": _RULES}
        (file,) = tell("add/knowledgebase-file", knowledgebase_id=self._base, file=[rules])
        self._file = file["id"]
        template = tell("add/profile_template", name="Guest", metadata=_TREE)
        self._template = {"profile_template_id": template["profile_template_id"]}
        tell("bind/profile_template", bind_list=[{"user_id": "ana", **self._template}])
        said = [{"role": "user", "content": _SAID}, {"role": "assistant", "content": "Noted."}]
        task = tell("add/message", user_id="ana", conversation_id="c1", messages=said)
        self._world.drain()
        tell("get/status", task_id=task["task_id"])

    def ask(self) -> None:
        tell = self._tell
        ana = {"user_id": "ana"}
        tell("get/message", **ana, conversation_id="c1")
        tell("search/memory", **ana, query="Which quiet room did I book at the Harbour Inn?")
        self._memory_id = next(one.id for one in self._world.memories(_ANA) if "Inn" in one.value)
        tell("get/memory", **ana)
        tell("get/memory/{memory_id}", memory_id=self._memory_id)
        tell("extract/memory", messages=[{"role": "user", "content": _SAID}])
        tell("rerank", query="hobby: chess", documents=["plays chess", "lives in Lyon"])
        tell("chat", **ana, conversation_id="c2", query="Which inn did I book?")
        tell("get/knowledgebase-file", knowledgebase_id=self._base)
        tell("edit/profile", **ana, **self._template, metadata={"City": {"value": "Nice"}})
        tell("list/profile_template")
        tell("get/profile_template", **self._template)

    def end(self) -> None:
        tell = self._tell
        tell("update/memory", memory_id=self._memory_id, content="The user booked for June.")
        said = "It is the Garden Inn, not the Harbour Inn."
        tell("add/feedback", user_id="ana", conversation_id="c1", feedback_content=said)
        tell("update/profile_template", **self._template, name="Guests", metadata=_TREE)
        tell("delete/profile", user_id="ana", **self._template)
        tell("delete/profile_template", **self._template)
        tell("delete/knowledgebase-file", file_ids=[self._file])
        tell("delete/knowledgebase", knowledgebase_id=self._base)
        tell("delete/memory", memory_ids=[self._memory_id])
