"""A tour of the API: a fixed row of calls that touches every operation, and leaves nothing behind.

Its texts are such that a service which understands them makes every kind of memory. It writes only
under names of its own, which `run` makes fresh.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_memos.verify.target import Answer, Target

VIEWS: Final = ("detail_factual", "preference", "profile", "event", "tool_memory", "skill")
SHOW: Final = "get/memory/{memory_id}"
ENDS: Final = ("completed", "failed")
GONE: Final = frozenset({0, 40001, 40308, 50120, 50123})
"""Codes after which something is no longer there; all but the first say that it never was."""

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


class Step(msgspec.Struct, frozen=True):
    """One call of a tour. A call that was repeated while something ran has one title."""

    title: str
    operation: str
    """As the table of routes names it."""
    answer: Answer


class Tour:
    """One tour of a target. `steps` grows as it goes; `left` says what could not be taken away."""

    def __init__(
        self,
        target: Target,
        run: str,
        *,
        patience: float = 120.0,
        tell: Callable[[str], None] = lambda title: None,
    ) -> None:
        """`patience`: seconds for which a task may run. `tell` hears every title."""
        self.steps: list[Step] = []
        self.left: list[str] = []
        self.user = f"mock-memos-{run}"
        self._target = target
        self._patience = patience
        self._tell = tell
        self._tasks: list[str] = []
        self._leaving = False
        self._undo: list[tuple[str, str, dict[str, Any]]] = []

    def take(self) -> list[Step]:
        """Make every call. Takes away what it made, also when it is interrupted.

        Ends early when three calls in a row had no reply.
        """
        self._undo.append(("the user", "delete/memory", {"user_id": self.user}))
        try:
            self._knowledge()
            self._profiles()
            self._memories()
            self._tools()
            self._thoughts()
            self._refusals()
        except _SilentError:
            pass
        finally:
            self._leave()
        return self.steps

    # --- chapters ---

    def _knowledge(self) -> None:
        made = self._call(
            "a knowledge base", "create/knowledgebase", knowledgebase_name=f"{self.user} rules",
            knowledgebase_description="Made by a tour of the API",
        )  # fmt: skip
        base = {"knowledgebase_id": made.at("id")}
        self._later("the knowledge base", "delete/knowledgebase", **base, delete_all=True)
        file = {"name": "rules.md", "content": b64encode(_RULES.encode()).decode()}
        added = self._call("a file", "add/knowledgebase-file", **base, file=[file])
        ids = {"file_ids": [added.at(0, "id")]}
        self._until("the file is read", "get/knowledgebase-file", "file_detail_list", 0, **ids)
        self._call("all files", "get/knowledgebase-file", **base)
        self._call(
            "what the rules say", "search/memory", user_id=self.user, relativity=0,
            query="Are taxis paid back?", knowledgebase_ids=[base["knowledgebase_id"]],
        )  # fmt: skip
        self._call("no more file", "delete/knowledgebase-file", **ids)

    def _profiles(self) -> None:
        names = [f"{self.user} {name}" for name in ("guest", "host")]
        made = [
            self._call("a template", "add/profile_template", name=name, metadata=_TREE)
            for name in names
        ]
        guest, host = ({"profile_template_id": one.at("profile_template_id")} for one in made)
        self._later("a template", "delete/profile_template", **host)
        self._later("a template", "delete/profile_template", **guest)
        self._call("the templates", "list/profile_template", size=100)
        self._call("one template", "get/profile_template", **guest)
        whose = {"user_id": self.user} | guest
        self._call("a profile", "bind/profile_template", bind_list=[whose])
        self._later("the profile", "delete/profile", **whose)
        nice = {"Basics": {"City": {"value": "Nice", "algorithm_updatable": False}}}
        self._call("a field of it", "edit/profile", **whose, metadata=nice)
        self._call(
            "the template changes", "update/profile_template", **guest, name=names[0],
            metadata=_TREE,
        )  # fmt: skip
        self._search("the profile is found", "Which city?", ["profile"])

    def _memories(self) -> None:
        talk = {"user_id": self.user, "conversation_id": "trip"}
        self._add("a turn", messages=_BOOKING, **talk, tags=["hotel"], info={"scene": "trip"})
        self._search("at once, the raw words", "Which inn did I book?")
        self._call("the task is asked for", "get/status", task_id=self._tasks[-1])
        self._wait()
        self._add("a turn at once", messages=_LATER, **talk, async_mode=False)
        self._wait()
        self._call("the conversation", "get/message", **talk)
        self._search("facts and preferences", "Which inn did I book?")
        self._search("events", "Whom did I meet?", ["event"])
        listed = self._call("the memories", "get/memory", user_id=self.user)
        memory = listed.at("memory_detail_list", 0, "id")
        if isinstance(memory, str):
            self._one(memory)
        self._add_feedback(talk)

    def _one(self, memory: str) -> None:
        self._call("one memory", SHOW, memory)
        text = "The user works as a baker at night."
        self._call("the memory changes", "update/memory", memory_id=memory, content=text)
        self._call("no more memory", "delete/memory", memory_ids=[memory])

    def _add_feedback(self, talk: dict[str, str]) -> None:
        said = "It is the Garden Inn, not the Harbour Inn."
        answer = self._call("a correction", "add/feedback", **talk, feedback_content=said)
        self._began(answer)
        self._wait()

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
        self._add("a turn with tools", user_id=self.user, conversation_id="rain", messages=messages)
        self._wait()
        self._search("tools and skills", "Will it rain in Lyon?", ["tool_memory", "skill"])
        self._call(
            "every kind", "get/memory", user_id=self.user, size=50,
            include_memory_view=list(VIEWS),
        )  # fmt: skip

    def _thoughts(self) -> None:
        self._call("what would be remembered", "extract/memory", messages=_BOOKING)
        self._call("an order", "rerank", query="Where does she live?", documents=_DOCUMENTS)
        chat = {
            "user_id": self.user,
            "conversation_id": "evening",
            "query": "Where do I stay?",
            "add_message_on_answer": False,
        }
        self._call("a chat", "chat", **chat)
        self._call("a streamed chat", "chat", **chat, stream=True)

    def _refusals(self) -> None:
        nobody, none = f"{self.user}-nobody", f"{self.user}-none"
        self._call("refused: nobody's turn", "add/message", messages=_LATER)
        self._call("refused: messages in a text", "add/message", user_id=nobody, messages="hello")
        self._call("refused: a long user", "search/memory", user_id="u" * 101, query="hello")
        self._call(
            "refused: a long conversation", "get/message", user_id=nobody,
            conversation_id="c" * 101,
        )  # fmt: skip
        self._call(
            "refused: relativity 2", "search/memory", user_id=nobody, query="hello", relativity=2
        )
        self._call("refused: an unknown task", "get/status", task_id=none)
        self._call("refused: an unknown memory", SHOW, none)
        self._call("refused: none to delete", "delete/memory", memory_ids=[none])
        self._call("refused: nobody's memories", "delete/memory", user_id=nobody)
        self._call("refused: nothing to bind", "bind/profile_template", bind_list=[])
        self._call("refused: no template", "get/profile_template", profile_template_id=none)
        self._call("refused: no base", "get/knowledgebase-file", knowledgebase_id=none)
        self._call("refused: nothing to order", "rerank", query="hello", documents=[])

    # --- how it goes ---

    def _call(self, title: str, operation: str, memory: str = "", /, **fields: Any) -> Answer:
        self._tell(title)
        if operation == SHOW:
            answer = self._target.get(f"get/memory/{memory}")
        else:
            answer = self._target.post(operation, **fields)
        self.steps.append(Step(title, operation, answer))
        newest = [step.answer.status for step in self.steps[-3:]]
        if newest == [0, 0, 0] and not self._leaving:
            raise _SilentError
        return answer

    def _search(self, title: str, query: str, views: list[str] | None = None) -> None:
        asked = {} if views is None else {"include_memory_view": views}
        self._call(title, "search/memory", user_id=self.user, query=query, relativity=0, **asked)

    def _add(self, title: str, **fields: Any) -> None:
        self._began(self._call(title, "add/message", **fields))

    def _began(self, answer: Answer) -> None:
        self._tasks.append(str(answer.at("task_id")))

    def _wait(self) -> None:
        """Poll the newest task to its end."""
        self._until("the task ends", "get/status", task_id=self._tasks[-1])
        self._tasks.pop()

    def _until(self, title: str, operation: str, /, *where: str | int, **fields: Any) -> None:
        """Ask until a status says that there is no more to wait for, or nothing at all."""
        self._tell(title)
        for answer in self._target.polls(operation, within=self._patience, **fields):
            self.steps.append(Step(title, operation, answer))
            status = answer.at(*where, "status") or answer.at(0, "status")  # the legacy shape
            if status in ENDS or answer.code != 0:
                return

    def _later(self, what: str, operation: str, /, **fields: Any) -> None:
        """Remember how something that was just made is taken away."""
        if self.steps[-1].answer.code == 0:
            self._undo.append((what, operation, fields))

    def _leave(self) -> None:
        self._leaving = True
        while self._tasks:  # a running task would write after its user was deleted
            self._wait()
        while self._undo:
            what, operation, fields = self._undo.pop()
            if self._call(f"no more: {what}", operation, **fields).code not in GONE:
                self.left.append(f"{what} of {self.user} ({operation} was refused)")


class _SilentError(Exception):
    """Nobody answers any more."""
