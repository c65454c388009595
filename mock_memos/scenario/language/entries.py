"""How a memory is written in a scenario: a struct for each kind, which becomes a draft."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.records import (
    Detail,
    Draft,
    Event,
    Preference,
    Skill,
    Status,
    Tool,
    View,
)
from mock_memos.scenario.language.base import (
    ScenarioStruct,
    Score,
    Text,
    Values,
    moment_error,
)


class Entry(ScenarioStruct, frozen=True, kw_only=True):
    """What memories of every kind may say. The keys from `id` on are for `given` alone."""

    tags: Annotated[tuple[str, ...], Meta(description="Tags of the memory")] = ()
    confidence: Annotated[Score, Meta(description="How sure the service is")] = 0.99
    relativity: Annotated[
        Score | None, Meta(description="Pins the score that every search gives this memory")
    ] = None
    topic: Annotated[
        str, Meta(description="What it is about; the next memory on it rewrites this one")
    ] = ""

    id: Annotated[str, Meta(description="A fixed id; made from the seed when absent")] = ""
    conversation_id: Annotated[str, Meta(description="The conversation it came from")] = ""
    agent_id: Annotated[str, Meta(description="The Agent that marked it")] = ""
    app_id: Annotated[str, Meta(description="The application that marked it")] = ""
    info: Annotated[Values, Meta(description="Custom fields, for filters")] = {}
    time: Annotated[
        int | str | None,
        Meta(
            description="When it was made: ISO 8601 or milliseconds",
            extra={"check": moment_error},
        ),
    ] = None
    status: Annotated[Status, Meta(description="Only activated memories are found")] = "activated"

    def draft(self) -> Draft:
        """The memory that this entry becomes."""
        raise NotImplementedError

    def _make_draft(
        self,
        view: View,
        key: str,
        value: str,
        detail: Detail = None,
        memory_type: str = "WorkingMemory",
    ) -> Draft:
        return Draft(
            view=view,
            key=key,
            value=value,
            tags=self.tags,
            topic=self.topic,
            memory_type=memory_type,
            confidence=self.confidence,
            relativity=self.relativity,
            detail=detail,
        )


class MemoryEntry(Entry, frozen=True, kw_only=True):
    """A fact. A bare text is a fact with that value."""

    value: Annotated[Text, Meta(description="The fact, as one sentence")]
    key: Annotated[str, Meta(description="Its title; the value when absent")] = ""
    memory_type: Annotated[
        Literal["WorkingMemory", "LongTermMemory", "UserMemory"],
        Meta(description="The type that search shows"),
    ] = "WorkingMemory"

    def draft(self) -> Draft:
        return self._make_draft(
            "detail_factual", self.key or self.value, self.value, memory_type=self.memory_type
        )


class PreferenceEntry(Entry, frozen=True, kw_only=True):
    """A preference. A bare text is an explicit one."""

    preference: Annotated[Text, Meta(description="What the user prefers, as one sentence")]
    reasoning: Annotated[str, Meta(description="Why the service believes so")] = ""
    type: Annotated[
        Literal["explicit_preference", "implicit_preference"],
        Meta(description="Whether the user said so or it was concluded"),
    ] = "explicit_preference"

    def draft(self) -> Draft:
        detail = Preference(self.type, self.reasoning)
        return self._make_draft("preference", self.preference, self.preference, detail)


class ToolUseEntry(ScenarioStruct, frozen=True, kw_only=True):
    """How one tool did in a trajectory."""

    used_tool: Annotated[Text, Meta(description="Name of the tool")]
    error_type: Annotated[str, Meta(description="What went wrong, if anything")] = ""
    success_rate: Annotated[Score, Meta(description="Share of calls that went well")] = 1.0
    tool_experience: Annotated[str, Meta(description="What was learned about the tool")] = ""


class ToolEntry(Entry, frozen=True, kw_only=True):
    """A tool memory: how tools were used, or the schema of one."""

    value: Annotated[
        str | Values,
        Meta(description="What was asked, called and returned; or the tool's schema"),
    ]
    type: Annotated[
        Literal["ToolTrajectoryMemory", "ToolSchema"], Meta(description="Trajectory or schema")
    ] = "ToolTrajectoryMemory"
    experience: Annotated[str, Meta(description="What was learned; trajectories only")] = ""
    used: Annotated[tuple[ToolUseEntry, ...], Meta(description="How each tool did")] = ()

    def __post_init__(self) -> None:
        if self.type == "ToolSchema" and (self.experience or self.used):
            raise InvalidValueError("type", "a ToolSchema has neither experience nor used")

    def draft(self) -> Draft:
        value = self.value
        if not isinstance(value, str):
            value = msgspec.json.encode(value).decode()
        used = tuple(msgspec.to_builtins(one) for one in self.used)
        detail = Tool(type=self.type, experience=self.experience, used=used)
        return self._make_draft("tool_memory", value, value, detail)


class SkillEntry(Entry, frozen=True, kw_only=True):
    """A skill: a way of doing something."""

    name: Annotated[Text, Meta(description="What the skill is called")]
    description: Annotated[str, Meta(description="What it is for; the name when absent")] = ""
    type: Annotated[Literal["generated", "uploaded"], Meta(description="Where it came from")] = (
        "generated"
    )
    procedure: Annotated[str, Meta(description="The steps, as one text")] = ""
    experience: Annotated[tuple[str, ...], Meta(description="What was learned")] = ()
    preference: Annotated[tuple[str, ...], Meta(description="What the user wants of it")] = ()
    examples: Annotated[tuple[str, ...], Meta(description="Examples of its use")] = ()
    script: Annotated[Values, Meta(description="File names and their texts")] = {}
    others: Annotated[Values, Meta(description="Anything else")] = {}

    def draft(self) -> Draft:
        detail = Skill(
            type=self.type,
            procedure=self.procedure,
            experience=self.experience,
            preference=self.preference,
            examples=self.examples,
            script=self.script,
            others=self.others,
        )
        return self._make_draft("skill", self.name, self.description or self.name, detail)


class EventEntry(Entry, frozen=True, kw_only=True):
    """Something that happened. `when`, `where` and `who` are the words that were said."""

    value: Annotated[Text, Meta(description="What happened, as one sentence")]
    key: Annotated[str, Meta(description="Its title; the value when absent")] = ""
    times: Annotated[tuple[str, ...], Meta(description="Words for the time")] = ()
    locations: Annotated[tuple[str, ...], Meta(description="Words for the places")] = ()
    roles: Annotated[tuple[str, ...], Meta(description="Words for the people")] = ()

    def draft(self) -> Draft:
        detail = Event(time=self.times, location=self.locations, roles=self.roles)
        return self._make_draft("event", self.key or self.value, self.value, detail, "EventMemory")


class Entries(ScenarioStruct, frozen=True, kw_only=True):
    """Memories of every kind."""

    memories: Annotated[tuple[str | MemoryEntry, ...], Meta(description="Facts")] = ()
    preferences: Annotated[tuple[str | PreferenceEntry, ...], Meta(description="Preferences")] = ()
    tools: Annotated[tuple[ToolEntry, ...], Meta(description="Tool memories")] = ()
    skills: Annotated[tuple[SkillEntry, ...], Meta(description="Skills")] = ()
    events: Annotated[tuple[EventEntry, ...], Meta(description="Events")] = ()

    def entries(self) -> Iterator[Entry]:
        """Every entry; a bare text as the entry that it stands for."""
        for memory in self.memories:
            yield MemoryEntry(value=memory) if isinstance(memory, str) else memory
        for preference in self.preferences:
            yield (
                PreferenceEntry(preference=preference)
                if isinstance(preference, str)
                else preference
            )
        yield from self.tools
        yield from self.skills
        yield from self.events
