"""Memories in a scenario: one struct for each kind."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mock_memos.core.clock import moment_error
from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.records import Detail, Draft, Event, Preference, Skill, Status, Tool, View
from mock_memos.scenario.language.base import ScenarioStruct, Score, Text, Values


class Entry(ScenarioStruct, frozen=True, kw_only=True):
    """The common keys of memories. The keys from `id` on are allowed under `given` only."""

    tags: Annotated[tuple[str, ...], Meta(description="Tags of the memory")] = ()
    confidence: Annotated[Score, Meta(description="Confidence of the service")] = 0.99
    relativity: Annotated[
        Score | None, Meta(description="A fixed score of this memory in every search")
    ] = None
    topic: Annotated[
        str, Meta(description="The next memory with the same topic replaces this one")
    ] = ""

    id: Annotated[str, Meta(description="A fixed id; derived from the seed when absent")] = ""
    conversation_id: Annotated[str, Meta(description="The conversation of its messages")] = ""
    agent_id: Annotated[str, Meta(description="The Agent of its call")] = ""
    app_id: Annotated[str, Meta(description="The application of its call")] = ""
    info: Annotated[Values, Meta(description="Custom fields, for filters")] = {}
    time: Annotated[
        int | str | None,
        Meta(description="Creation time: ISO 8601 or milliseconds", extra={"check": moment_error}),
    ] = None
    status: Annotated[Status, Meta(description="Search finds activated memories")] = "activated"

    def draft(self) -> Draft:
        """Returns this entry as a draft."""
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
    """A fact. A plain text is a fact with this value."""

    value: Annotated[Text, Meta(description="The fact, as one sentence")]
    key: Annotated[str, Meta(description="The title; the value when absent")] = ""
    memory_type: Annotated[
        Literal["WorkingMemory", "LongTermMemory", "UserMemory"],
        Meta(description="The memory_type in responses"),
    ] = "WorkingMemory"

    def draft(self) -> Draft:
        return self._make_draft(
            "detail_factual", self.key or self.value, self.value, memory_type=self.memory_type
        )


class PreferenceEntry(Entry, frozen=True, kw_only=True):
    """A preference. A plain text is an explicit preference."""

    preference: Annotated[Text, Meta(description="The preference, as one sentence")]
    reasoning: Annotated[str, Meta(description="The reason for the preference")] = ""
    type: Annotated[
        Literal["explicit_preference", "implicit_preference"],
        Meta(description="Stated by the user, or concluded"),
    ] = "explicit_preference"

    def draft(self) -> Draft:
        detail = Preference(self.type, self.reasoning)
        return self._make_draft("preference", self.preference, self.preference, detail)


class ToolUseEntry(ScenarioStruct, frozen=True, kw_only=True):
    """The use of one tool in a trajectory."""

    used_tool: Annotated[Text, Meta(description="Name of the tool")]
    error_type: Annotated[str, Meta(description="The type of its error, if any")] = ""
    success_rate: Annotated[Score, Meta(description="Share of successful calls")] = 1.0
    tool_experience: Annotated[str, Meta(description="Experience with the tool")] = ""


class ToolEntry(Entry, frozen=True, kw_only=True):
    """A tool memory: the use of tools, or the schema of one."""

    value: Annotated[
        str | Values, Meta(description="The trajectory as text; or the schema of the tool")
    ]
    type: Annotated[
        Literal["ToolTrajectoryMemory", "ToolSchema"], Meta(description="Trajectory or schema")
    ] = "ToolTrajectoryMemory"
    experience: Annotated[str, Meta(description="Experience; trajectories only")] = ""
    used: Annotated[tuple[ToolUseEntry, ...], Meta(description="The use of each tool")] = ()

    def __post_init__(self) -> None:
        if self.type == "ToolSchema" and (self.experience or self.used):
            raise InvalidValueError("type", "ToolSchema cannot be combined with experience or used")

    def draft(self) -> Draft:
        value = self.value
        if not isinstance(value, str):
            value = msgspec.json.encode(value).decode()
        used = tuple(map(msgspec.to_builtins, self.used))
        detail = Tool(type=self.type, experience=self.experience, used=used)
        return self._make_draft("tool_memory", value, value, detail)


class SkillEntry(Entry, frozen=True, kw_only=True):
    """A skill."""

    name: Annotated[Text, Meta(description="Name of the skill")]
    description: Annotated[str, Meta(description="Its purpose; the name when absent")] = ""
    type: Annotated[Literal["generated", "uploaded"], Meta(description="Origin of the skill")] = (
        "generated"
    )
    procedure: Annotated[str, Meta(description="Its steps, as one text")] = ""
    experience: Annotated[tuple[str, ...], Meta(description="Experience with the skill")] = ()
    preference: Annotated[tuple[str, ...], Meta(description="Preferences of the user")] = ()
    examples: Annotated[tuple[str, ...], Meta(description="Examples of use")] = ()
    script: Annotated[Values, Meta(description="Texts by file name")] = {}
    others: Annotated[Values, Meta(description="Other values")] = {}

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
    """An event. `times`, `locations` and `roles` are words of the messages."""

    value: Annotated[Text, Meta(description="The event, as one sentence")]
    key: Annotated[str, Meta(description="The title; the value when absent")] = ""
    times: Annotated[tuple[str, ...], Meta(description="Words for times")] = ()
    locations: Annotated[tuple[str, ...], Meta(description="Words for places")] = ()
    roles: Annotated[tuple[str, ...], Meta(description="Words for people")] = ()

    def draft(self) -> Draft:
        detail = Event(time=self.times, location=self.locations, roles=self.roles)
        return self._make_draft("event", self.key or self.value, self.value, detail, "EventMemory")


class Entries(ScenarioStruct, frozen=True, kw_only=True):
    """Memories of all kinds."""

    memories: Annotated[tuple[str | MemoryEntry, ...], Meta(description="Facts")] = ()
    preferences: Annotated[tuple[str | PreferenceEntry, ...], Meta(description="Preferences")] = ()
    tools: Annotated[tuple[ToolEntry, ...], Meta(description="Tool memories")] = ()
    skills: Annotated[tuple[SkillEntry, ...], Meta(description="Skills")] = ()
    events: Annotated[tuple[EventEntry, ...], Meta(description="Events")] = ()

    def entries(self) -> Iterator[Entry]:
        """Yields every entry; a plain text as a fact or an explicit preference."""
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
