"""What becomes of a request, as scenarios write it."""

from collections.abc import Collection, Iterator
from typing import Annotated, Final

from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.records import Draft
from mock_memos.core.request_match import OPERATIONS, Match
from mock_memos.scenario.language.base import Count, Plain, Score, Seconds, Text
from mock_memos.scenario.language.entries import Entries, Entry, MemoryEntry
from mock_memos.scenario.language.task_plan import Course


class Chat(Plain, frozen=True, kw_only=True):
    """The answer of chat."""

    reply: Annotated[str, Meta(description="The answer; the chunks together when absent")] = ""
    chunks: Annotated[
        tuple[str, ...],
        Meta(description="The pieces of a streamed answer; cut for you when absent"),
    ] = ()
    reasoning: Annotated[str, Meta(description="What a streamed answer thinks aloud first")] = ""
    pause: Annotated[Seconds, Meta(description="Virtual seconds between the pieces")] = 0.0

    def __post_init__(self) -> None:
        if not self.text:
            raise InvalidValueError("", "lacks a reply or chunks")
        if self.reply and self.chunks and self.reply != "".join(self.chunks):
            raise InvalidValueError("chunks", "together are not the reply")

    @property
    def text(self) -> str:
        """The whole answer."""
        return self.reply or "".join(self.chunks)


class Replacement(Plain, frozen=True, kw_only=True):
    """A memory that feedback rewrites."""

    text: Annotated[Text, Meta(description="Part of the memory's key or value")]
    to: Annotated[str | MemoryEntry, Meta(description="What it says from then on")]

    def entry(self) -> MemoryEntry:
        """What the memory says from then on."""
        return MemoryEntry(value=self.to) if isinstance(self.to, str) else self.to


class Feedback(Plain, frozen=True, kw_only=True):
    """What feedback does to the memories of its user."""

    replace: Annotated[tuple[Replacement, ...], Meta(description="Memories to rewrite")] = ()
    add: Annotated[tuple[str | MemoryEntry, ...], Meta(description="Facts to add")] = ()
    delete: Annotated[
        tuple[Text, ...], Meta(description="Memories to delete, by a part of their text")
    ] = ()

    def drafts(self) -> Iterator[Draft]:
        """The facts that it adds."""
        for fact in self.add:
            yield (MemoryEntry(value=fact) if isinstance(fact, str) else fact).draft()


class Pin(Plain, frozen=True, kw_only=True):
    """A score for what a search finds."""

    text: Annotated[Text, Meta(description="Part of the memory's key or value")]
    relativity: Annotated[Score, Meta(description="The score it gets")]


class Search(Plain, frozen=True, kw_only=True):
    """How a search ranks."""

    pins: Annotated[tuple[Pin, ...], Meta(description="Scores of single memories")] = ()
    relativity: Annotated[
        Score | None, Meta(description="The score of every other memory in scope")
    ] = None


_WRITES: Final = ("add/message", "extract/memory", "add/knowledgebase-file")
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "memories": _WRITES, "preferences": _WRITES, "tools": _WRITES, "skills": _WRITES,
    "events": _WRITES, "profile": ("add/message",),
    "nothing": ("add/message", "add/feedback", "extract/memory"),
    "chat": ("chat",), "feedback": ("add/feedback",), "rerank": ("rerank",),
    "search": ("search/memory", "chat"),
    "task": ("add/message", "add/feedback", "add/knowledgebase-file"),
}  # fmt: skip
"""Which operations each part of a script speaks of."""


class Then(Entries, frozen=True, kw_only=True):
    """What becomes of a request. A script fits only operations that one of its keys speaks of."""

    profile: Annotated[
        dict[str, str],
        Meta(description="Values for profile fields by path, such as Basics.City"),
    ] = {}
    nothing: Annotated[
        bool, Meta(description="No memory is made, as for a duplicate that is dropped")
    ] = False
    chat: Annotated[str | Chat | None, Meta(description="The answer; a text is the reply")] = None
    feedback: Annotated[Feedback | None, Meta(description="What feedback changes")] = None
    rerank: Annotated[
        dict[str, Score], Meta(description="Scores by index, or by a part of the document")
    ] = {}
    search: Annotated[Search | None, Meta(description="How a search ranks")] = None
    task: Annotated[Course | None, Meta(description="How the task gets to its end")] = None

    def __post_init__(self) -> None:
        if not self.parts:
            raise InvalidValueError("", f"says nothing; allowed: {', '.join(PARTS)}")
        made = [part for part in self.parts if part not in ("nothing", "task")]
        if self.nothing and made:
            raise InvalidValueError("nothing", f"does not go with {made[0]}")
        for entry in self.entries():
            for name in PLACED:
                if getattr(entry, name) != getattr(_BARE, name):
                    raise InvalidValueError(
                        "", f"{name} of a memory is for given; here the request tells it"
                    )

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys that say something."""
        return tuple(part for part in PARTS if getattr(self, part))

    def answer(self) -> Chat | None:
        """What chat says."""
        return Chat(reply=self.chat) if isinstance(self.chat, str) else self.chat

    def drafts(self) -> Iterator[Draft]:
        """What the turn becomes, profile values apart: a draft for each entry."""
        for entry in self.entries():
            yield entry.draft()


_BARE: Final = Entry()
PLACED: Final = ("id", "conversation_id", "agent_id", "app_id", "info", "time", "status")
"""What an entry says of its place, which only `given` has to."""


class Script(Plain, frozen=True, kw_only=True):
    """Which requests, and what becomes of them."""

    when: Annotated[
        Match, Meta(description="Which requests; all that fit the rest when absent")
    ] = Match()
    then: Annotated[Then, Meta(description="What becomes of them")]
    times: Annotated[Count | None, Meta(description="How often; without an end when absent")] = None
    name: Annotated[str, Meta(description="What reports call it")] = ""

    def __post_init__(self) -> None:
        operation = self.when.operation
        if operation in OPERATIONS and operation not in self.operations:
            raise InvalidValueError(
                "then", f"{', '.join(self.then.parts)} says nothing about {operation}; "
                f"it speaks of {', '.join(self.operations)}"
            )  # fmt: skip

    def speaks_of(self, operation: str, parts: Collection[str]) -> bool:
        """Whether it says one of these parts about an operation."""
        return any(part in parts and operation in PARTS[part] for part in self.then.parts)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that its parts speak of."""
        spoken = [operation for part in self.then.parts for operation in PARTS[part]]
        return tuple(dict.fromkeys(spoken))
