"""Rules: which requests, and what they do instead of the built-in behaviour."""

from collections.abc import Collection, Iterator
from typing import Annotated, Final

from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.records import Draft
from mock_memos.core.request_match import OPERATIONS, Match
from mock_memos.scenario.language.base import Count, ScenarioStruct, Score, Seconds, Text
from mock_memos.scenario.language.entries import Entries, Entry, MemoryEntry
from mock_memos.scenario.language.task_plan import TaskPlan


class ChatEffect(ScenarioStruct, frozen=True, kw_only=True):
    """The answer of chat."""

    reply: Annotated[str, Meta(description="The answer; the joined chunks when absent")] = ""
    chunks: Annotated[
        tuple[str, ...],
        Meta(description="The pieces of a streamed answer; split automatically when absent"),
    ] = ()
    reasoning: Annotated[str, Meta(description="Reasoning that a streamed answer begins with")] = ""
    pause: Annotated[Seconds, Meta(description="Virtual seconds between the pieces")] = 0.0

    def __post_init__(self) -> None:
        if not self.text:
            raise InvalidValueError("", "needs a reply or chunks")
        if self.reply and self.chunks and self.reply != "".join(self.chunks):
            raise InvalidValueError("chunks", "joined must equal reply")

    @property
    def text(self) -> str:
        """The whole answer."""
        return self.reply or "".join(self.chunks)


class MemoryReplacement(ScenarioStruct, frozen=True, kw_only=True):
    """A memory that feedback rewrites."""

    text: Annotated[Text, Meta(description="Part of the memory's key or value")]
    to: Annotated[str | MemoryEntry, Meta(description="The new fact")]

    def entry(self) -> MemoryEntry:
        """Returns the new fact."""
        return MemoryEntry(value=self.to) if isinstance(self.to, str) else self.to


class FeedbackEffect(ScenarioStruct, frozen=True, kw_only=True):
    """What feedback does to the memories of its user."""

    replace: Annotated[tuple[MemoryReplacement, ...], Meta(description="Memories to rewrite")] = ()
    add: Annotated[tuple[str | MemoryEntry, ...], Meta(description="Facts to add")] = ()
    delete: Annotated[
        tuple[Text, ...], Meta(description="Memories to delete, by a part of their text")
    ] = ()

    def drafts(self) -> Iterator[Draft]:
        """Yields the facts to add."""
        for fact in self.add:
            yield (MemoryEntry(value=fact) if isinstance(fact, str) else fact).draft()


class MemoryScore(ScenarioStruct, frozen=True, kw_only=True):
    """The score of some memories in a search."""

    text: Annotated[Text, Meta(description="Part of the memory's key or value")]
    relativity: Annotated[Score, Meta(description="The score of these memories")]


class SearchEffect(ScenarioStruct, frozen=True, kw_only=True):
    """How a search ranks."""

    scores: Annotated[tuple[MemoryScore, ...], Meta(description="Scores of single memories")] = ()
    relativity: Annotated[
        Score | None, Meta(description="The score of every other memory in scope")
    ] = None


_WRITES: Final = ("add/message", "extract/memory", "add/knowledgebase-file")
OPERATIONS_OF: Final[dict[str, tuple[str, ...]]] = {
    "memories": _WRITES, "preferences": _WRITES, "tools": _WRITES, "skills": _WRITES,
    "events": _WRITES, "profile": ("add/message",),
    "no_memories": ("add/message", "add/feedback", "extract/memory"),
    "chat": ("chat",), "feedback": ("add/feedback",), "rerank": ("rerank",),
    "search": ("search/memory", "chat"),
    "task": ("add/message", "add/feedback", "add/knowledgebase-file"),
}  # fmt: skip
"""The operations that each key of `then` applies to."""


class Then(Entries, frozen=True, kw_only=True):
    """What a request does. A rule matches only operations that one of these keys applies to."""

    profile: Annotated[
        dict[str, str], Meta(description="Values for profile fields by path, such as Basics.City")
    ] = {}
    no_memories: Annotated[
        bool, Meta(description="Creates no memory, as for a duplicate that is dropped")
    ] = False
    chat: Annotated[
        str | ChatEffect | None, Meta(description="The answer; a text is the reply")
    ] = None
    feedback: Annotated[FeedbackEffect | None, Meta(description="What feedback changes")] = None
    rerank: Annotated[
        dict[str, Score], Meta(description="Scores by index, or by a part of the document")
    ] = {}
    search: Annotated[SearchEffect | None, Meta(description="How a search ranks")] = None
    task: Annotated[TaskPlan | None, Meta(description="When the task ends, and how")] = None

    def __post_init__(self) -> None:
        if not self.effects:
            raise InvalidValueError("", f"is empty; allowed: {', '.join(OPERATIONS_OF)}")
        others = [name for name in self.effects if name not in ("no_memories", "task")]
        if self.no_memories and others:
            raise InvalidValueError("no_memories", f"cannot be combined with {others[0]}")
        for entry in self.entries():
            for name in GIVEN_ONLY_KEYS:
                if getattr(entry, name) != getattr(_EMPTY_ENTRY, name):
                    raise InvalidValueError(
                        "", f"{name} of a memory is allowed under given only; "
                        "here it comes from the request"
                    )  # fmt: skip

    @property
    def effects(self) -> tuple[str, ...]:
        """The keys that are set."""
        return tuple(name for name in OPERATIONS_OF if getattr(self, name))

    def answer(self) -> ChatEffect | None:
        """Returns the answer of chat, or None."""
        return ChatEffect(reply=self.chat) if isinstance(self.chat, str) else self.chat

    def drafts(self) -> Iterator[Draft]:
        """Yields a draft for each memory; profile values are not included."""
        for entry in self.entries():
            yield entry.draft()


_EMPTY_ENTRY: Final = Entry()
GIVEN_ONLY_KEYS: Final = ("id", "conversation_id", "agent_id", "app_id", "info", "time", "status")
"""The keys of a memory that only `given` may set: in a rule they come from the request."""


class Rule(ScenarioStruct, frozen=True, kw_only=True):
    """Which requests, and what they do."""

    when: Annotated[
        Match, Meta(description="Which requests; every request that `then` applies to when absent")
    ] = Match()
    then: Annotated[Then, Meta(description="What these requests do")]
    times: Annotated[Count | None, Meta(description="How often; without limit when absent")] = None
    name: Annotated[str, Meta(description="Name for reports")] = ""

    def __post_init__(self) -> None:
        operation = self.when.operation
        if operation in OPERATIONS and operation not in self.operations:
            raise InvalidValueError(
                "then", f"{', '.join(self.then.effects)} does not apply to {operation}; "
                f"it applies to {', '.join(self.operations)}"
            )  # fmt: skip

    def applies_to(self, operation: str, effects: Collection[str]) -> bool:
        """Returns whether one of these effects is set and applies to an operation."""
        return any(
            name in effects and operation in OPERATIONS_OF[name] for name in self.then.effects
        )

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that this rule can match."""
        names = [operation for effect in self.then.effects for operation in OPERATIONS_OF[effect]]
        return tuple(dict.fromkeys(names))
