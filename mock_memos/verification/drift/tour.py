"""A fixed sequence of calls that uses every operation and deletes what it created.

Its texts make a service create every kind of memory. All users and names contain the id of the run.
"""

from base64 import b64encode
from typing import Any, Final

from mock_memos.core.records import VIEWS
from mock_memos.verification.drift.steps import SHOW, TourCall, TourRunner

_BOOKING: Final = [
    {"role": "user", "content": "I booked two nights at the Harbour Inn in Lyon for May."},
    {"role": "assistant", "content": "Noted. Which kind of room shall I ask for?"},
    {"role": "user", "content": "I like quiet rooms. Last Tuesday I met Li in Lyon to plan it."},
]
_PERSONAL: Final = [{"role": "user", "content": "I work as a baker. I live in Marseille."}]
_TRAVEL_RULES: Final = (
    "# Travel rules\n\nEvery trip needs a written approval.\n\nTaxis are paid back.\n"
)
_PROFILE_TREE: Final = {
    "Basics": {
        "City": {"value": "Lyon", "algorithm_updatable": True},
        "Job": {"value": "baker", "algorithm_updatable": False},
    }
}
_DOCUMENTS: Final = ["She lives in Lyon.", "She plays chess.", "The inn is by the harbour."]
_TOOL: Final = (
    '<tool_schema>[{"name":"get_weather","description":"The forecast of a city.",'
    '"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]</tool_schema>'
)
_CITIES: Final = ("Lyon", "Paris", "Nice", "Lille", "Brest")


class Tour(TourRunner):
    """The calls of one tour."""

    def run_all(self) -> list[TourCall]:
        """Makes every call, and deletes what the calls created."""
        return self.run(
            self._knowledge, self._profiles, self._memories, self._tools, self._stateless,
            self._errors,
        )  # fmt: skip

    def _knowledge(self) -> None:
        made = self.call(
            "a knowledge base", "create/knowledgebase", knowledgebase_name=f"{self.user} rules",
            knowledgebase_description="Created by mock-memos drift",
        )  # fmt: skip
        base = {"knowledgebase_id": made.at("id")}
        self.delete_later("the knowledge base", "delete/knowledgebase", **base, delete_all=True)
        file = {"name": "rules.md", "content": b64encode(_TRAVEL_RULES.encode()).decode()}
        added = self.call("a file", "add/knowledgebase-file", **base, file=[file])
        ids = {"file_ids": [added.at(0, "id")]}
        self.poll("poll the file", "get/knowledgebase-file", "file_detail_list", 0, **ids)
        self.call("list files", "get/knowledgebase-file", **base)
        self.call(
            "search the knowledge base", "search/memory", user_id=self.user, relativity=0,
            query="Are taxis paid back?", knowledgebase_ids=[base["knowledgebase_id"]],
        )  # fmt: skip
        self.call("delete the file", "delete/knowledgebase-file", **ids)

    def _profiles(self) -> None:
        guest, _ = self._template("guest"), self._template("host")
        self.call("list templates", "list/profile_template", size=100)
        self.call("get a template", "get/profile_template", **guest)
        whose = {"user_id": self.user} | guest
        self.call("a profile", "bind/profile_template", bind_list=[whose])
        self.delete_later("the profile", "delete/profile", **whose)
        nice = {"Basics": {"City": {"value": "Nice", "algorithm_updatable": False}}}
        self.call("edit the profile", "edit/profile", **whose, metadata=nice)
        self.call(
            "update the template", "update/profile_template", **guest,
            name=f"{self.user} guest", metadata=_PROFILE_TREE,
        )  # fmt: skip
        self.search("search the profile", "Which city?", ["profile"])

    def _template(self, name: str) -> dict[str, Any]:
        name = f"{self.user} {name}"
        made = self.call("a template", "add/profile_template", name=name, metadata=_PROFILE_TREE)
        template = {"profile_template_id": made.at("profile_template_id")}
        self.delete_later("a template", "delete/profile_template", **template)
        return template

    def _memories(self) -> None:
        talk = {"user_id": self.user, "conversation_id": "trip"}
        self.add("a turn", messages=_BOOKING, **talk, tags=["hotel"], info={"scene": "trip"})
        self.search("search for the fast memory", "Which inn did I book?")
        self.call("status of the task", "get/status", task_id=self.newest_task)
        self.wait()
        self.add("a synchronous turn", messages=_PERSONAL, **talk, async_mode=False)
        self.wait()
        self.call("list messages", "get/message", **talk)
        self.search("search facts and preferences", "Which inn did I book?")
        self.search("search events", "Whom did I meet?", ["event"])
        listed = self.call("list memories", "get/memory", user_id=self.user)
        memory = listed.at("memory_detail_list", 0, "id")
        if isinstance(memory, str):
            self._memory(memory)
        self._add_feedback(talk)

    def _memory(self, memory: str) -> None:
        self.call("get a memory", SHOW, memory)
        text = "The user works as a baker at night."
        self.call("update the memory", "update/memory", memory_id=memory, content=text)
        self.call("delete the memory", "delete/memory", memory_ids=[memory])

    def _add_feedback(self, talk: dict[str, str]) -> None:
        text = "It is the Garden Inn, not the Harbour Inn."
        response = self.call("a correction", "add/feedback", **talk, feedback_content=text)
        self.add_task(response)
        self.wait()

    def _tools(self) -> None:
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": _TOOL},
            {"role": "user", "content": "Where in France will it rain tomorrow?"},
        ]
        for number, city in enumerate(_CITIES):
            called = {"name": "get_weather", "arguments": f'{{"city": "{city}"}}'}
            call = {"id": f"call-{number}", "type": "function", "function": called}
            result = f'{{"city": "{city}", "rain": {"true" if number % 2 else "false"}}}'
            messages += [
                {"role": "assistant", "content": "", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": f"call-{number}", "content": result},
            ]
        messages.append({"role": "assistant", "content": "In Paris and in Lille."})
        self.add("a turn with tools", user_id=self.user, conversation_id="rain", messages=messages)
        self.wait()
        self.search("search tools and skills", "Will it rain in Lyon?", ["tool_memory", "skill"])
        self.call(
            "list every kind of memory", "get/memory", user_id=self.user, size=50,
            include_memory_view=list(VIEWS),
        )  # fmt: skip

    def _stateless(self) -> None:
        self.call("extract memories", "extract/memory", messages=_BOOKING)
        self.call("rerank documents", "rerank", query="Where does she live?", documents=_DOCUMENTS)
        chat = {
            "user_id": self.user,
            "conversation_id": "evening",
            "query": "Where do I stay?",
            "add_message_on_answer": False,
        }
        self.call("a chat", "chat", **chat)
        self.call("a streamed chat", "chat", **chat, stream=True)

    def _errors(self) -> None:
        unknown_user, unknown_id = f"{self.user}-unknown", f"{self.user}-none"
        self.call("rejected: a turn without a user", "add/message", messages=_PERSONAL)
        self.call(
            "rejected: messages as a string", "add/message", user_id=unknown_user, messages="hello"
        )
        self.call("rejected: a long user", "search/memory", user_id="u" * 101, query="hello")
        self.call(
            "rejected: a long conversation", "get/message", user_id=unknown_user,
            conversation_id="c" * 101,
        )  # fmt: skip
        self.call(
            "rejected: relativity 2",
            "search/memory",
            user_id=unknown_user,
            query="hello",
            relativity=2,
        )
        self.call("rejected: an unknown task", "get/status", task_id=unknown_id)
        self.call("rejected: an unknown memory", SHOW, unknown_id)
        self.call("rejected: deleting an unknown memory", "delete/memory", memory_ids=[unknown_id])
        self.call("rejected: deleting an unknown user", "delete/memory", user_id=unknown_user)
        self.call("rejected: an empty bind_list", "bind/profile_template", bind_list=[])
        self.call(
            "rejected: an unknown template", "get/profile_template", profile_template_id=unknown_id
        )
        self.call(
            "rejected: an unknown knowledge base",
            "get/knowledgebase-file",
            knowledgebase_id=unknown_id,
        )
        self.call("rejected: no documents", "rerank", query="hello", documents=[])
