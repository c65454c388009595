"""Memories as search/memory and get/memory show them.

The structs named `Listed…` have the fields that only get/memory returns. Skills are the same in
both; profiles have two unrelated forms.
"""

from typing import Any, Literal

from mock_memos.api.models.base import UNSET, Annotated, Model, StatusName, UnsetType, field

EXAMPLE_ID = "a1d3c2b4-58f0-5e5c-8a39-7b64c0e1d2f5"
Id = Annotated[str, field("A UUID", "observed", example=EXAMPLE_ID)]
Created = Annotated[
    int | str, field("Milliseconds since the epoch", "observed", example=1765359875901)
]
Updated = Annotated[
    int | str, field("Milliseconds since the epoch", "observed", example=1765359875902)
]
Conversation = Annotated[str, field("The conversation of its messages", example="c1")]
Status = Annotated[StatusName, field("Only activated memories are shown", example="activated")]
Tags = Annotated[list[str], field("Tags", example=["hotel", "travel"])]
Confidence = Annotated[float, field("0.99 in every sample", "observed", example=0.99)]
Relativity = Annotated[float, field("Relevance for the query, 0..1", example=0.71)]
CustomFields = Annotated[dict[str, Any], field("Custom fields, as added")]


class MessageSource(Model):
    """A message that a memory was made from."""

    type: Annotated[str, field("`chat`, or `file`", "sdk")]
    role: Annotated[str, field("The speaker", "sdk")]
    content: Annotated[str, field("The text", "sdk")]
    chat_time: Annotated[str | UnsetType, field("The chat_time of the message", "sdk")] = UNSET
    lang: Annotated[str | UnsetType, field("`en` or `zh`", "sdk")] = UNSET


Sources = Annotated[list[MessageSource], field("The messages it was made from", "assumed")]


class Fact(Model):
    id: Id
    memory_key: Annotated[str, field("A short title", example="Hotel booking")]
    memory_value: Annotated[str, field("One sentence", example="The user booked the Harbour Inn.")]
    memory_type: Annotated[
        str,
        field("WorkingMemory, LongTermMemory or UserMemory", "observed", example="WorkingMemory"),
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
    info: CustomFields


class PreferenceItem(Model):
    id: Id
    preference_type: Annotated[
        Literal["explicit_preference", "implicit_preference"], field("Stated, or inferred")
    ]
    preference: Annotated[str, field("One sentence", example="The user likes quiet rooms.")]
    reasoning: Annotated[str, field("The reason", example="Stated by the user.")]
    conversation_id: Conversation
    status: Status
    create_time: Created
    update_time: Updated
    relativity: Relativity


class ListedPreference(PreferenceItem):
    sources: Sources
    info: CustomFields


class ToolUsage(Model):
    """The use of one tool in a trajectory."""

    used_tool: Annotated[str, field("Its name", example="get_weather")]
    error_type: Annotated[str, field("Empty if there was no error")]
    success_rate: Annotated[float, field("0..1", example=1.0)]
    tool_experience: Annotated[str, field("Experience with the tool")]


class ToolItem(Model, kw_only=True):
    """The schema of a tool, or a trajectory of tool calls, which has two more fields."""

    id: Id
    create_time: Created
    update_time: Updated
    conversation_id: Conversation
    status: Status
    relativity: Relativity
    tool_type: Annotated[
        str, field("ToolTrajectoryMemory or ToolSchema; a sample prints ToolSchemaMemory")
    ]
    tool_value: Annotated[
        str | dict[str, Any], field("Question, calls and results; or the schema as a text")
    ]
    tool_used_status: Annotated[list[ToolUsage] | UnsetType, field("Trajectories only")] = UNSET
    experience: Annotated[str | UnsetType, field("Trajectories only")] = UNSET


class ListedTool(ToolItem, kw_only=True):
    source: Annotated[str, field("The origin")]
    info: CustomFields


class SkillValue(Model):
    name: Annotated[str, field("Its name", example="Plan a trip")]
    description: Annotated[str, field("Its purpose")]
    procedure: Annotated[str, field("Its steps", example="1. Ask for dates")]
    experience: Annotated[list[str], field("Lessons")]
    preference: Annotated[list[str], field("Preferences of the user")]
    examples: Annotated[list[str], field("Examples")]
    script: Annotated[dict[str, Any], field("Scripts by name")]
    others: Annotated[dict[str, Any], field("Anything else")]


class SkillItem(Model):
    skill_value: Annotated[SkillValue, field("The skill")]
    skill_url: Annotated[str, field("URL of the skill file", "assumed")]
    skill_type: Annotated[str, field("generated or uploaded", "assumed")]
    id: Id
    create_time: Created
    update_time: Updated
    conversation_id: Conversation
    status: Status
    confidence: Confidence
    tags: Tags
    relativity: Relativity


class SearchedProfileField(Model):
    """One field of a profile, as search/memory shows it."""

    id: Annotated[str, field("memos, 32 hex digits, template id, 12 hex digits", "observed")]
    memory: Annotated[str, field("Path and value", "observed", example="Basics.City: Lyon")]
    memory_type: Annotated[str, field("ProfileMemory", "observed", example="ProfileMemory")]
    template_id: Annotated[str, field("Its template", "observed", example="tpl_4c1d0a9be277")]
    profile_category: Annotated[str, field("First level", "observed", example="Basics")]
    profile_field: Annotated[str, field("Last level", "observed", example="City")]
    profile_path: Annotated[str, field("All levels", "observed", example="Basics.City")]
    status: Status
    confidence: Confidence
    relativity: Relativity
    algorithm_updatable: Annotated[bool, field("False: messages never change it", "observed")]
    created_at: Annotated[str, field("ISO 8601")]
    updated_at: Annotated[str, field("ISO 8601")]


class ProfileInstance(Model):
    """One profile as a whole, as get/memory shows it."""

    id: Annotated[str, field("The id of this profile")]
    project_id: Annotated[str, field("The project")]
    profile_template_id: Annotated[str, field("The template")]
    properties: Annotated[
        dict[str, Any],
        field("A tree whose leaves have value and algorithm_updatable",
              example={"Basics": {"City": {"value": "Lyon", "algorithm_updatable": True}}}),
    ]  # fmt: skip
    status: Status
    created_at: Annotated[str, field("ISO 8601")]
    updated_at: Annotated[str, field("ISO 8601")]


class EventItem(Model):
    """An event, in the words of the message."""

    id: Id
    event_key: Annotated[str, field("A short title", example="Design review")]
    event_value: Annotated[str, field("One sentence")]
    event_type: Annotated[str, field("EventMemory", example="EventMemory")]
    conversation_id: Conversation
    status: Status
    create_time: Created
    update_time: Updated
    event_time: Annotated[list[str], field("Times", "observed", example=["last Tuesday afternoon"])]
    event_location: Annotated[list[str], field("Places; may be empty")]
    event_roles: Annotated[list[str], field("Participants", example=["user", "Li"])]


class SearchedEvent(EventItem):
    relativity: Relativity


class ListedEvent(EventItem):
    info: CustomFields
    sources: Sources
