"""Memories as search/memory and get/memory show them.

The structs named `Listed…` have the fields that only get/memory returns. Skills are the same in
both; profiles have two unrelated forms.
"""

from typing import Any, Literal

from mock_memos.api.models.base import UNSET, Annotated, Model, StatusName, UnsetType, about

EXAMPLE_ID = "a1d3c2b4-58f0-5e5c-8a39-7b64c0e1d2f5"
Id = Annotated[str, about("A UUID", "observed", example=EXAMPLE_ID)]
Created = Annotated[
    int | str, about("Milliseconds since the epoch", "observed", example=1765359875901)
]
Updated = Annotated[
    int | str, about("Milliseconds since the epoch", "observed", example=1765359875902)
]
Conversation = Annotated[str, about("The conversation of its messages", example="c1")]
Status = Annotated[StatusName, about("Only activated memories are shown", example="activated")]
Tags = Annotated[list[str], about("Tags", example=["hotel", "travel"])]
Confidence = Annotated[float, about("0.99 in every sample", "observed", example=0.99)]
Relativity = Annotated[float, about("Relevance for the query, 0..1", example=0.71)]
Custom = Annotated[dict[str, Any], about("Custom fields, as added")]


class Source(Model):
    """A message that a memory was made from."""

    type: Annotated[str, about("`chat`, or `file`", "sdk")]
    role: Annotated[str, about("The speaker", "sdk")]
    content: Annotated[str, about("The text", "sdk")]
    chat_time: Annotated[str | UnsetType, about("The chat_time of the message", "sdk")] = UNSET
    lang: Annotated[str | UnsetType, about("`en` or `zh`", "sdk")] = UNSET


Sources = Annotated[list[Source], about("The messages it was made from", "assumed")]


class Fact(Model):
    id: Id
    memory_key: Annotated[str, about("A short title", example="Hotel booking")]
    memory_value: Annotated[str, about("One sentence", example="The user booked the Harbour Inn.")]
    memory_type: Annotated[
        str,
        about("WorkingMemory, LongTermMemory or UserMemory", "observed", example="WorkingMemory"),
    ]
    create_time: Created
    update_time: Updated
    conversation_id: Conversation
    status: Status
    confidence: Confidence
    tags: Tags
    relativity: Relativity


class ListedFact(Fact):
    sources: Sources
    info: Custom


class PreferenceItem(Model):
    id: Id
    preference_type: Annotated[
        Literal["explicit_preference", "implicit_preference"], about("Stated, or inferred")
    ]
    preference: Annotated[str, about("One sentence", example="The user likes quiet rooms.")]
    reasoning: Annotated[str, about("The reason", example="The user said so.")]
    conversation_id: Conversation
    status: Status
    create_time: Created
    update_time: Updated
    relativity: Relativity


class ListedPreference(PreferenceItem):
    sources: Sources
    info: Custom


class ToolUse(Model):
    """The use of one tool in a trajectory."""

    used_tool: Annotated[str, about("Its name", example="get_weather")]
    error_type: Annotated[str, about("Empty if there was no error")]
    success_rate: Annotated[float, about("0..1", example=1.0)]
    tool_experience: Annotated[str, about("Experience with the tool")]


class ToolItem(Model, kw_only=True):
    """The schema of a tool, or a trajectory of tool calls, which has two more fields."""

    id: Id
    create_time: Created
    update_time: Updated
    conversation_id: Conversation
    status: Status
    relativity: Relativity
    tool_type: Annotated[
        str, about("ToolTrajectoryMemory or ToolSchema; a sample prints ToolSchemaMemory")
    ]
    tool_value: Annotated[
        str | dict[str, Any], about("Question, calls and results; or the schema as a text")
    ]
    tool_used_status: Annotated[list[ToolUse] | UnsetType, about("Trajectories only")] = UNSET
    experience: Annotated[str | UnsetType, about("Trajectories only")] = UNSET


class ListedTool(ToolItem, kw_only=True):
    source: Annotated[str, about("The origin")]
    info: Custom


class SkillValue(Model):
    name: Annotated[str, about("Its name", example="Plan a trip")]
    description: Annotated[str, about("Its purpose")]
    procedure: Annotated[str, about("Its steps", example="1. Ask for dates")]
    experience: Annotated[list[str], about("Lessons")]
    preference: Annotated[list[str], about("Preferences of the user")]
    examples: Annotated[list[str], about("Examples")]
    script: Annotated[dict[str, Any], about("Scripts by name")]
    others: Annotated[dict[str, Any], about("Anything else")]


class SkillItem(Model):
    skill_value: Annotated[SkillValue, about("The skill")]
    skill_url: Annotated[str, about("URL of the skill file", "assumed")]
    skill_type: Annotated[str, about("generated or uploaded", "assumed")]
    id: Id
    create_time: Created
    update_time: Updated
    conversation_id: Conversation
    status: Status
    confidence: Confidence
    tags: Tags
    relativity: Relativity


class ProfileHit(Model):
    """One field of a profile, as search/memory shows it."""

    id: Annotated[str, about("memos, 32 hex digits, template id, 12 hex digits", "observed")]
    memory: Annotated[str, about("Path and value", "observed", example="Basics.City: Lyon")]
    memory_type: Annotated[str, about("ProfileMemory", "observed", example="ProfileMemory")]
    template_id: Annotated[str, about("Its template", "observed", example="tpl_4c1d0a9be277")]
    profile_category: Annotated[str, about("First level", "observed", example="Basics")]
    profile_field: Annotated[str, about("Last level", "observed", example="City")]
    profile_path: Annotated[str, about("All levels", "observed", example="Basics.City")]
    status: Status
    confidence: Confidence
    relativity: Relativity
    algorithm_updatable: Annotated[bool, about("False: messages never change it", "observed")]
    created_at: Annotated[str, about("ISO 8601")]
    updated_at: Annotated[str, about("ISO 8601")]


class ProfileInstance(Model):
    """One profile as a whole, as get/memory shows it."""

    id: Annotated[str, about("The id of this profile")]
    project_id: Annotated[str, about("The project")]
    profile_template_id: Annotated[str, about("The template")]
    properties: Annotated[
        dict[str, Any],
        about("A tree whose leaves have value and algorithm_updatable",
              example={"Basics": {"City": {"value": "Lyon", "algorithm_updatable": True}}}),
    ]  # fmt: skip
    status: Status
    created_at: Annotated[str, about("ISO 8601")]
    updated_at: Annotated[str, about("ISO 8601")]


class EventItem(Model):
    """An event, in the words of the message."""

    id: Id
    event_key: Annotated[str, about("A short title", example="Design review")]
    event_value: Annotated[str, about("One sentence")]
    event_type: Annotated[str, about("EventMemory", example="EventMemory")]
    conversation_id: Conversation
    status: Status
    create_time: Created
    update_time: Updated
    event_time: Annotated[list[str], about("Times", "observed", example=["last Tuesday afternoon"])]
    event_location: Annotated[list[str], about("Places; may be empty")]
    event_roles: Annotated[list[str], about("Participants", example=["user", "Li"])]


class EventHit(EventItem):
    relativity: Relativity


class ListedEvent(EventItem):
    info: Custom
    sources: Sources
