"""The records of a world. They are immutable, so worlds can share them after a fork.

Times are virtual milliseconds since the epoch. Lists are tuples. Mappings in a record never change.
"""

from typing import Any, Final, Literal, get_args

import msgspec

from mock_memos.core.profile_tree import FieldPath, Fields

View = Literal["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
VIEWS: tuple[View, ...] = get_args(View)
Role = Literal["user", "assistant", "system", "tool"]
Status = Literal["activated", "resolving", "archived", "deleted"]
TaskKind = Literal["message", "feedback", "chat", "file"]
TaskStatus = Literal["running", "completed", "failed"]
TaskOutcome = Literal["completed", "failed", "partial_failure", "unknown_to_status"]
TaskState = Literal["timed", "polled", "held", "stuck", "done"]


_EMPTY: dict[Any, Any] = {}


def empty_mapping() -> dict[Any, Any]:
    """Returns the empty mapping that records share."""
    return _EMPTY


class Scope(msgspec.Struct, frozen=True, gc=False, order=True, array_like=True):
    """The owner of memories: a user, an Agent, the whole project, or a knowledge base."""

    kind: Literal["user", "agent", "public", "knowledgebase"]
    id: str = ""


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One message. `content` is as received, a text or a list of parts; `text` is its plain text.

    `id`, `time` and `conversation_id` are empty for a message that is analysed but not stored.
    """

    id: str = ""
    role: Role
    text: str
    content: Any = ""
    time: int = 0
    conversation_id: str = ""
    chat_time: str = ""
    role_name: str = ""
    tool_calls: Any = None
    tool_call_id: str = ""


class Preference(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag="preference"):
    """Fields of preferences only."""

    type: Literal["explicit_preference", "implicit_preference"]
    reasoning: str


class Tool(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="tool"):
    """Fields of tool memories only. A ToolSchema has neither experience nor used."""

    type: Literal["ToolTrajectoryMemory", "ToolSchema"]
    experience: str = ""
    used: tuple[dict[str, Any], ...] = ()


class Skill(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="skill"):
    """Fields of skills only. Name and description are the key and value of the memory."""

    type: Literal["generated", "uploaded"]
    procedure: str = ""
    experience: tuple[str, ...] = ()
    preference: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    script: dict[str, Any] = {}
    others: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="event"):
    """Fields of events only, in the words of the message."""

    time: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class ProfileField(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="profile"
):
    """Fields of profile values only. Messages may change it if `algorithm_updatable`."""

    template_id: str
    path: FieldPath
    algorithm_updatable: bool = True


Detail = Preference | Tool | Skill | Event | ProfileField | None


class Draft(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A memory without id and time: decided when a turn is added, written when it is due.

    `topic` is the subject of the statement (`home`, `taste:coffee`): a later draft of the same
    scope and topic replaces the text of the earlier memory. An empty topic replaces nothing.
    `relativity` fixes its score in every search.
    """

    view: View
    key: str
    value: str
    tags: tuple[str, ...] = ()
    topic: str = ""
    memory_type: str = "WorkingMemory"
    confidence: float = 0.99
    relativity: float | None = None
    detail: Detail = None


class Memory(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One memory of one scope, of any view."""

    id: str
    scope: Scope
    view: View
    key: str
    value: str
    memory_type: str
    tags: tuple[str, ...]
    conversation_id: str
    create_time: int
    update_time: int
    status: Status = "activated"
    confidence: float = 0.99
    relativity: float | None = None
    topic: str = ""
    user_id: str = ""
    agent_ids: tuple[str, ...] = ()
    app_id: str = ""
    related: tuple[str, ...] = ()
    """All users and Agents that the call names."""
    info: dict[str, Any] = msgspec.field(default_factory=empty_mapping)
    messages: tuple[Message, ...] = ()
    """The source messages."""
    file_id: str = ""
    detail: Detail = None


class Edit(msgspec.Struct, frozen=True, gc=False):
    """A change of all memories that contain the text `find`.

    `to` replaces the text (a string) or the whole memory (a draft). None deletes the memory.
    """

    find: str
    to: str | Draft | None


class Turn(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One accepted call whose messages become memories.

    `subjects` own the memories that the task reports; `shared` scopes get copies (public memory,
    knowledge bases).
    """

    task_id: str
    subjects: tuple[Scope, ...]
    shared: tuple[Scope, ...] = ()
    messages: tuple[Message, ...] = ()
    views: tuple[View, ...] = VIEWS
    """The wanted types of memory."""
    tags: tuple[str, ...] = ()
    """Candidates for the tags of its memories."""
    fast: bool = True
    drafts: tuple[Draft, ...] | None = None
    """Memories given by a scenario. None: extracted by the built-in rules."""
    profile: tuple[tuple[str, str], ...] = ()
    """New profile values: an attribute such as `city`, or a dotted path, and its value."""
    edits: tuple[Edit, ...] = ()
    fails: bool = False
    """Whether processing fails."""
    conversation_id: str = ""
    agent_ids: tuple[str, ...] = ()
    app_id: str = ""
    related: tuple[str, ...] = ()
    info: dict[str, Any] = msgspec.field(default_factory=empty_mapping)
    file_id: str = ""
    """The file whose content it is. Its memories are not merged with others."""


_STATES: Final[dict[str | None, TaskState]] = {
    "time": "timed", "polls": "polled", "release": "held", None: "stuck",
}  # fmt: skip


class Task(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An asynchronous task. `views` lists the ids of the memories that it changed, by view.

    The task of a knowledge-base file has the id of the file, and its base as the subject.
    """

    id: str
    kind: TaskKind
    status: TaskStatus
    created_ms: int
    ended_ms: int = 0
    subjects: tuple[Scope, ...] = ()
    conversation_id: str = ""

    waits_for: Literal["time", "polls", "release"] | None = "time"
    """None for a task that has ended, and for one that never ends."""
    due_ms: int | None = None
    """When it ends, if it waits for that moment."""
    job_order: int = 0
    """The order of the job that ends it; other jobs of this task are ignored."""
    polls_left: int = 0
    outcome: TaskOutcome = "completed"
    reason: str = ""
    """Why it fails; shown in reports."""
    polls: int = 0
    first_poll_ms: int = 0

    added: int = 0
    updated: int = 0
    deleted: int = 0
    views: dict[View, tuple[str, ...]] = msgspec.field(default_factory=empty_mapping)

    @property
    def state(self) -> TaskState:
        """What the task waits for, as one word; `done` once it has ended."""
        if self.status != "running":
            return "done"
        return _STATES[self.waits_for]


class KnowledgeBase(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A knowledge base of the account. A project can use it only if it is linked."""

    id: str
    name: str
    description: str
    created_ms: int
    linked: bool = True


class File(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A file of a knowledge base, without its content. `size` is in bytes."""

    id: str
    knowledgebase_id: str
    name: str
    type: Literal["document", "skill"]
    size: int
    status: TaskStatus
    created_ms: int


class Template(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A profile template."""

    id: str
    name: str
    fields: Fields
    create_time: int
    update_time: int


class Profile(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A template bound to one user or Agent, with its values.

    `memory_ids` has the memory of each field with a value; search finds these.
    """

    id: str
    template_id: str
    scope: Scope
    fields: Fields
    memory_ids: dict[FieldPath, str]
    created_ms: int
    updated_ms: int
