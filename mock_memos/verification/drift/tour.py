"""A tour of the API: a fixed row of calls that touches every operation, and leaves nothing behind.

Its texts are such that a service which understands them makes every kind of memory. It writes only
under names of its own, which `run` makes fresh.
"""

from base64 import b64encode
from typing import Any, Final

from mock_memos.core.records import VIEWS
from mock_memos.verification.drift.steps import SHOW, Journey, Step

_BOOKING: Final = [
    {"role": "user", "content": "I booked two nights at the Harbour Inn in Lyon for May."},
    {"role": "assistant", "content": "Noted. Which kind of room shall I ask for?"},
    {"role": "user", "content": "I like quiet rooms. Last Tuesday I met Li in Lyon to plan it."},
]
_LATER: Final = [{"role": "user", "content": "I work as a baker. I live in Marseille."}]
_RULES: Final = "# Travel rules\n\nEvery trip needs a written approval.\n\nTaxis are paid back.\n"
_TREE: Final = {
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


class Tour(Journey):
    """One tour of a target."""

    def take(self) -> list[Step]:
        """Make every call, and take away what they made."""
        return self.go(
            self._knowledge, self._profiles, self._memories, self._tools, self._thoughts,
            self._refusals,
        )  # fmt: skip

    def _knowledge(self) -> None:
        made = self.call(
            "a knowledge base", "create/knowledgebase", knowledgebase_name=f"{self.user} rules",
            knowledgebase_description="Made by a tour of the API",
        )  # fmt: skip
        base = {"knowledgebase_id": made.at("id")}
        self.later("the knowledge base", "delete/knowledgebase", **base, delete_all=True)
        file = {"name": "rules.md", "content": b64encode(_RULES.encode()).decode()}
        added = self.call("a file", "add/knowledgebase-file", **base, file=[file])
        ids = {"file_ids": [added.at(0, "id")]}
        self.poll("the file is read", "get/knowledgebase-file", "file_detail_list", 0, **ids)
        self.call("all files", "get/knowledgebase-file", **base)
        self.call(
            "what the rules say", "search/memory", user_id=self.user, relativity=0,
            query="Are taxis paid back?", knowledgebase_ids=[base["knowledgebase_id"]],
        )  # fmt: skip
        self.call("no more file", "delete/knowledgebase-file", **ids)

    def _profiles(self) -> None:
        guest, _ = self._template("guest"), self._template("host")
        self.call("the templates", "list/profile_template", size=100)
        self.call("one template", "get/profile_template", **guest)
        whose = {"user_id": self.user} | guest
        self.call("a profile", "bind/profile_template", bind_list=[whose])
        self.later("the profile", "delete/profile", **whose)
        nice = {"Basics": {"City": {"value": "Nice", "algorithm_updatable": False}}}
        self.call("a field of it", "edit/profile", **whose, metadata=nice)
        self.call(
            "the template changes", "update/profile_template", **guest,
            name=f"{self.user} guest", metadata=_TREE,
        )  # fmt: skip
        self.search("the profile is found", "Which city?", ["profile"])

    def _template(self, name: str) -> dict[str, Any]:
        name = f"{self.user} {name}"
        made = self.call("a template", "add/profile_template", name=name, metadata=_TREE)
        template = {"profile_template_id": made.at("profile_template_id")}
        self.later("a template", "delete/profile_template", **template)
        return template

    def _memories(self) -> None:
        talk = {"user_id": self.user, "conversation_id": "trip"}
        self.add("a turn", messages=_BOOKING, **talk, tags=["hotel"], info={"scene": "trip"})
        self.search("at once, the raw words", "Which inn did I book?")
        self.call("the task is asked for", "get/status", task_id=self.newest_task)
        self.wait()
        self.add("a turn at once", messages=_LATER, **talk, async_mode=False)
        self.wait()
        self.call("the conversation", "get/message", **talk)
        self.search("facts and preferences", "Which inn did I book?")
        self.search("events", "Whom did I meet?", ["event"])
        listed = self.call("the memories", "get/memory", user_id=self.user)
        memory = listed.at("memory_detail_list", 0, "id")
        if isinstance(memory, str):
            self._one(memory)
        self._add_feedback(talk)

    def _one(self, memory: str) -> None:
        self.call("one memory", SHOW, memory)
        text = "The user works as a baker at night."
        self.call("the memory changes", "update/memory", memory_id=memory, content=text)
        self.call("no more memory", "delete/memory", memory_ids=[memory])

    def _add_feedback(self, talk: dict[str, str]) -> None:
        said = "It is the Garden Inn, not the Harbour Inn."
        answer = self.call("a correction", "add/feedback", **talk, feedback_content=said)
        self.began(answer)
        self.wait()

    def _tools(self) -> None:
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": _TOOL},
            {"role": "user", "content": "Where in France will it rain tomorrow?"},
        ]
        for number, city in enumerate(_CITIES):
            called = {"name": "get_weather", "arguments": f'{{"city": "{city}"}}'}
            call = {"id": f"call-{number}", "type": "function", "function": called}
            said = f'{{"city": "{city}", "rain": {"true" if number % 2 else "false"}}}'
            messages += [
                {"role": "assistant", "content": "", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": f"call-{number}", "content": said},
            ]
        messages.append({"role": "assistant", "content": "In Paris and in Lille."})
        self.add("a turn with tools", user_id=self.user, conversation_id="rain", messages=messages)
        self.wait()
        self.search("tools and skills", "Will it rain in Lyon?", ["tool_memory", "skill"])
        self.call(
            "every kind", "get/memory", user_id=self.user, size=50,
            include_memory_view=list(VIEWS),
        )  # fmt: skip

    def _thoughts(self) -> None:
        self.call("what would be remembered", "extract/memory", messages=_BOOKING)
        self.call("an order", "rerank", query="Where does she live?", documents=_DOCUMENTS)
        chat = {
            "user_id": self.user,
            "conversation_id": "evening",
            "query": "Where do I stay?",
            "add_message_on_answer": False,
        }
        self.call("a chat", "chat", **chat)
        self.call("a streamed chat", "chat", **chat, stream=True)

    def _refusals(self) -> None:
        nobody, none = f"{self.user}-nobody", f"{self.user}-none"
        self.call("refused: nobody's turn", "add/message", messages=_LATER)
        self.call("refused: messages in a text", "add/message", user_id=nobody, messages="hello")
        self.call("refused: a long user", "search/memory", user_id="u" * 101, query="hello")
        self.call(
            "refused: a long conversation", "get/message", user_id=nobody,
            conversation_id="c" * 101,
        )  # fmt: skip
        self.call(
            "refused: relativity 2", "search/memory", user_id=nobody, query="hello", relativity=2
        )
        self.call("refused: an unknown task", "get/status", task_id=none)
        self.call("refused: an unknown memory", SHOW, none)
        self.call("refused: none to delete", "delete/memory", memory_ids=[none])
        self.call("refused: nobody's memories", "delete/memory", user_id=nobody)
        self.call("refused: nothing to bind", "bind/profile_template", bind_list=[])
        self.call("refused: no template", "get/profile_template", profile_template_id=none)
        self.call("refused: no base", "get/knowledgebase-file", knowledgebase_id=none)
        self.call("refused: nothing to order", "rerank", query="hello", documents=[])
