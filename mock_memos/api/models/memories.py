"""search/memory, get/memory, update/memory and delete/memory."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Meta

from mock_memos.api.models.base import (
    UNSET,
    Annotated,
    ConversationId,
    Filter,
    FromOne,
    KnowledgebaseIds,
    Model,
    Request,
    StatusName,
    UnsetType,
    UserId,
    ViewName,
    field,
)
from mock_memos.api.models.items import (
    EXAMPLE_ID,
    Fact,
    ListedEvent,
    ListedFact,
    ListedPreference,
    ListedTool,
    MessageSource,
    PreferenceItem,
    ProfileInstance,
    SearchedEvent,
    SearchedProfileField,
    SkillItem,
    ToolItem,
)

BOTH_OWNERS = "received user_id and agent_id; the documentation asks for one of them"

IGNORED_WITH_VIEWS = {
    "include_preference": (True,), "preference_limit_number": (9, 6),
    "include_tool_memory": (False,), "tool_memory_limit_number": (6,),
    "include_skill": (False,), "skill_limit_number": (6,),
}  # fmt: skip
"""Older fields that have no effect together with include_memory_view. These values are accepted
anyway, because official clients send them by default."""


def _two_owners(request: "SearchMemory | GetMemory") -> str:
    return BOTH_OWNERS if request.user_id and request.agent_id else ""


def _no_effect(request: Request, defaults: Mapping[str, tuple[bool | int, ...]]) -> str:
    """Returns why strict mode rejects an older field together with include_memory_view."""
    for name, values in defaults.items():
        if (value := getattr(request, name)) not in values:
            text = str(value).lower() if isinstance(value, bool) else value
            return f"{name} is {text}, which has no effect together with include_memory_view"
    return ""


class Recall(Request):
    """Fields of search/memory and chat: which memories to find, and how many."""

    filter: Annotated[
        Filter,
        field("Conditions that a memory must match",
              example={"and": [{"tags": {"contains": "hotel"}}]}),
    ] = {}  # fmt: skip
    knowledgebase_ids: Annotated[
        KnowledgebaseIds,
        field('Additional knowledge bases to search; "all" means every linked one'),
    ] = []
    relativity: Annotated[float, field("Minimum score; 0 returns all memories", ge=0, le=1)] = 0.45
    memory_limit_number: Annotated[int, field("Maximum number of memories", maximum=25, ge=0)] = 9
    include_preference: Annotated[bool, field("Whether preferences are searched")] = True
    preference_limit_number: Annotated[int, field("Maximum number", maximum=25, ge=0)] = 9
    include_tool_memory: Annotated[bool, field("Whether tool memories are searched", "sdk")] = False
    tool_memory_limit_number: Annotated[int, field("Maximum number", "sdk", maximum=25, ge=0)] = 6

    def limits(self) -> dict[ViewName, int]:
        """Returns the requested views, each with its limit."""
        limits: dict[ViewName, int] = {"detail_factual": self.memory_limit_number}
        if self.include_preference:
            limits["preference"] = self.preference_limit_number
        if self.include_tool_memory:
            limits["tool_memory"] = self.tool_memory_limit_number
        return limits


class SearchMemory(Recall):
    any_of = (("user_id", "agent_id"),)

    query: Annotated[
        str,
        field("What to look for; at most 40,000 tokens", required=True,
              example="Which hotel did I book?"),
    ] = ""  # fmt: skip
    user_id: Annotated[UserId, field("This or agent_id is required", example="ana")] = ""
    agent_id: Annotated[str, field("The Agent's own memories, instead of a user's")] = ""
    conversation_id: Annotated[
        ConversationId, field("Memories of this conversation get a higher score; not a filter")
    ] = ""
    include_memory_view: Annotated[
        list[ViewName],
        field("Only these views, limited together by memory_limit_number; default: facts and "
              "preferences", example=["detail_factual", "preference"]),
    ] = []  # fmt: skip
    include_skill: Annotated[bool, field("Whether skills are searched", "sdk")] = False
    skill_limit_number: Annotated[int, field("Maximum number", "sdk", maximum=25, ge=0)] = 6
    context_format: Annotated[str, field("Always treated as `memory`", "sdk")] = "memory"
    app_id: Annotated[str, field("Ignored; the command line client sends it", "sdk")] = ""
    source: Annotated[str, field("Name of the client; ignored", "sdk")] = ""

    def conflict(self, *, strict: bool) -> str:
        if not strict:
            return ""
        views = self.include_memory_view
        return _two_owners(self) or (_no_effect(self, IGNORED_WITH_VIEWS) if views else "")

    def limits(self) -> dict[ViewName, int]:
        """Returns the requested views, each with its limit."""
        if self.include_memory_view:
            return dict.fromkeys(self.include_memory_view, self.memory_limit_number)
        limits = super().limits()
        if self.include_skill:
            limits["skill"] = self.skill_limit_number
        return limits


class SearchResult(Model, kw_only=True):
    """Search results, best first. `include_empty_lists = "requested"` omits other views."""

    memory_detail_list: Annotated[list[Fact] | UnsetType, field("Facts")] = UNSET
    preference_detail_list: Annotated[
        list[PreferenceItem] | UnsetType, field("Preferences")
    ] = UNSET  # fmt: skip
    profile_detail_list: Annotated[
        list[SearchedProfileField] | UnsetType, field("Profile fields, one by one")
    ] = UNSET
    event_detail_list: Annotated[list[SearchedEvent] | UnsetType, field("Events")] = UNSET
    tool_memory_detail_list: Annotated[list[ToolItem] | UnsetType, field("Tool memories")] = UNSET
    skill_detail_list: Annotated[list[SkillItem] | UnsetType, field("Skills")] = UNSET
    preference_note: Annotated[
        str, field("How a model should use the preferences; empty without any")
    ] = ""


class GetMemory(Request):
    any_of = (("user_id", "agent_id"),)

    user_id: Annotated[UserId, field("This or agent_id is required", example="ana")] = ""
    agent_id: Annotated[str, field("The Agent's own memories, instead of a user's")] = ""
    page: Annotated[FromOne | None, field("Default 1", example=1)] = None
    current: Annotated[
        FromOne | None, field("Name of page in the MCP client", "sdk", alias_of="page")
    ] = None
    size: Annotated[int, field("Memories of each view on a page", maximum=50, ge=1)] = 10
    filter: Annotated[Filter, field("Conditions that a memory must match")] = {}
    include_memory_view: Annotated[
        list[ViewName], field("Only these views; all six by default", example=["detail_factual"])
    ] = []
    include_preference: Annotated[bool, field("Legacy switch", "sdk")] = True
    include_tool_memory: Annotated[bool, field("Legacy switch", "sdk")] = True

    def conflict(self, *, strict: bool) -> str:
        if not strict:
            return ""
        older = {"include_preference": (True,), "include_tool_memory": (True,)}
        views = self.include_memory_view
        return _two_owners(self) or (_no_effect(self, older) if views else "")

    @property
    def page_number(self) -> int:
        """`page`, its alias, or the documented default."""
        return self.page or self.current or 1

    @property
    def views(self) -> tuple[ViewName, ...]:
        """The requested views."""
        if self.include_memory_view:
            return tuple(dict.fromkeys(self.include_memory_view))
        preference: tuple[ViewName, ...] = ("preference",) if self.include_preference else ()
        tool: tuple[ViewName, ...] = ("tool_memory",) if self.include_tool_memory else ()
        return ("detail_factual", *preference, "profile", "event", *tool, "skill")


class MemoryPage(Model, kw_only=True):
    """One page of every view, newest first. Only activated memories are listed."""

    memory_detail_list: Annotated[list[ListedFact] | UnsetType, field("Facts")] = UNSET
    preference_detail_list: Annotated[
        list[ListedPreference] | UnsetType, field("Preferences")
    ] = UNSET  # fmt: skip
    profile_detail_list: Annotated[
        list[ProfileInstance] | UnsetType, field("Profiles with all their fields")
    ] = UNSET
    event_detail_list: Annotated[list[ListedEvent] | UnsetType, field("Events")] = UNSET
    tool_memory_detail_list: Annotated[list[ListedTool] | UnsetType, field("Tool memories")] = UNSET
    skill_detail_list: Annotated[list[SkillItem] | UnsetType, field("Skills")] = UNSET
    total: Annotated[int, field("The largest count among the views")]
    size: Annotated[int, field("As requested, at most 50")]
    current: Annotated[int, field("The number of this page")]
    pages: Annotated[int, field("Number of pages; 0 for an empty result", "assumed")]


class GetMemoryById(Request):
    memory_id: Annotated[str, field("Of any view", required=True, example=EXAMPLE_ID)] = ""


class NodeMetadata(Model):
    """The raw node of a memory, which the command line client reads."""

    memory_type: Annotated[str, field("For example WorkingMemory", "sdk")]
    status: Annotated[StatusName, field("activated, unless it was changed", "sdk")]
    key: Annotated[str, field("The title", "sdk")]
    tags: Annotated[list[str], field("Tags", "sdk")]
    created_at: Annotated[str, field("ISO 8601", "sdk")]
    updated_at: Annotated[str, field("ISO 8601", "sdk")]
    background: Annotated[str, field("May be empty", "sdk")]
    sources: Annotated[list[MessageSource], field("The messages it was made from", "sdk")]


class MemoryDetail(Model, kw_only=True):
    """One memory of any view and any status."""

    id: Annotated[str, field("As requested", example=EXAMPLE_ID)]
    memory_view: Annotated[ViewName, field("Its view")]
    title: Annotated[str, field("Its key; for a profile field the path", example="Hotel booking")]
    content: Annotated[Any, field("Its value", example="The user booked the Harbour Inn.")]
    conversation_id: Annotated[str, field("The conversation of its messages")]
    message_ids: Annotated[list[str], field("The messages it was made from")]
    status: Annotated[StatusName, field("Only activated memories are found by search")]
    algorithm_updatable: Annotated[bool, field("False: messages never change it")]
    created_at: Annotated[str, field("ISO 8601", "assumed")]
    updated_at: Annotated[str, field("ISO 8601", "assumed")]
    user_id: Annotated[str | UnsetType, field("Absent if an Agent is the owner")] = UNSET
    agent_id: Annotated[str | UnsetType, field("Absent if no Agent is the owner or a mark")] = UNSET
    tags: Annotated[list[str], field("Tags")]
    info: Annotated[dict[str, Any], field("Custom fields, as added")]
    memory: Annotated[str | UnsetType, field("The value as a text", "sdk")] = UNSET
    metadata: Annotated[NodeMetadata | UnsetType, field("The raw node", "sdk")] = UNSET


class UpdateMemory(Request):
    any_of = (("content", "title", "status"),)

    memory_id: Annotated[str, field("Of any view", required=True, example=EXAMPLE_ID)] = ""
    content: Annotated[str, field("The new value", example="The user booked the Garden Inn.")] = ""
    title: Annotated[str, field("The new key; ignored by views without one")] = ""
    status: Annotated[
        Literal["", "activated", "resolving", "archived", "deleted"],
        field(
            "Every value except activated hides the memory from search/memory and get/memory", "sdk"
        ),
    ] = ""


class DeleteMemory(Request):
    """Exactly one selector is required."""

    any_of = (("memory_ids", "user_id", "agent_id", "filter", "user_ids"),)

    memory_ids: Annotated[
        Annotated[list[str], Meta(extra_json_schema={"minItems": 1})] | None,
        field("These memories; an empty list is rejected", example=[EXAMPLE_ID]),
    ] = None
    user_id: Annotated[UserId, field("All memories of this user")] = ""
    agent_id: Annotated[str, field("All memories of this Agent")] = ""
    user_ids: Annotated[
        list[UserId], field("One id, as user_id; ignored together with another selector", "sdk")
    ] = []
    filter: Annotated[Filter, field("All memories of the project that it matches", "sdk")] = {}
    memory_type: Annotated[str, field("Only this view or memory_type", "sdk")] = ""

    def missing_field(self) -> str:
        return "memory_ids" if self.memory_ids == [] else super().missing_field()

    def conflict(self, *, strict: bool) -> str:
        if not self.selectors and len(self.user_ids) > 1:
            return f"user_ids has {len(self.user_ids)} users; send one"
        if strict and self.selectors and self.user_ids:
            return f"user_ids has no effect together with {self.selectors[0]}"
        return ""

    @property
    def selectors(self) -> list[str]:
        """The names of the received selectors. A setting decides whether two are accepted."""
        names = ("memory_ids", "user_id", "agent_id", "filter")
        return [name for name in names if getattr(self, name)]

    @property
    def user(self) -> str:
        """The selected user, by either field, or an empty text."""
        return self.user_ids[0] if self.user_ids and not self.selectors else self.user_id
