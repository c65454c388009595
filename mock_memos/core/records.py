"""What a world holds. Every record is an immutable value, so that worlds can share it after a fork.

Times are virtual milliseconds since the epoch. Lists are tuples. Mappings are never changed after
they were put into a record.
"""

from typing import Any, Literal

import msgspec

from mock_memos.core.profile_tree import Fields, Path

View = Literal["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
VIEWS: tuple[View, ...] = (
    "detail_factual", "preference", "profile", "event", "tool_memory", "skill",
)  # fmt: skip
Role = Literal["user", "assistant", "system", "tool"]
Status = Literal["activated", "resolving", "archived", "deleted"]
TaskKind = Literal["message", "feedback", "chat", "file"]
TaskStatus = Literal["running", "completed", "failed"]
TaskOutcome = Literal["completed", "failed", "partial_failure", "unknown_to_status"]
TaskState = Literal["timed", "polled", "held", "stuck", "done"]


_NOTHING: dict[Any, Any] = {}


def empty_mapping() -> dict[Any, Any]:
    """An empty mapping, which all records that have none share."""
    return _NOTHING


class Scope(msgspec.Struct, frozen=True, gc=False, order=True, array_like=True):
    """Whose memories: of one user, one Agent, everybody in the project, or a knowledge base."""

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
    """What only a preference has."""

    type: Literal["explicit_preference", "implicit_preference"]
    reasoning: str


class Tool(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="tool"):
    """What only a tool memory has. A trajectory has experience and use, a schema has neither."""

    type: Literal["ToolTrajectoryMemory", "ToolSchema"]
    experience: str = ""
    used: tuple[dict[str, Any], ...] = ()


class Skill(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="skill"):
    """What only a skill has; name and description are the memory's key and value."""

    type: Literal["generated", "uploaded"]
    procedure: str = ""
    experience: tuple[str, ...] = ()
    preference: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    script: dict[str, Any] = {}
    others: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="event"):
    """What only an event has, in the words that were said."""

    time: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class ProfileField(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="profile"
):
    """What only a profile value has: the template, the path and whether messages may change it."""

    template_id: str
    path: Path
    algorithm_updatable: bool = True


Detail = Preference | Tool | Skill | Event | ProfileField | None


class Draft(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A memory that a turn will become: decided when the turn is added, applied when it is due.

    `topic` names what the statement is about (`home`, `like:coffee`): a later draft of the same
    scope and topic replaces the text of the earlier memory. An empty topic replaces nothing.
    `relativity` pins the score that every search gives it.
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
    """Every user and Agent that the call named."""
    info: dict[str, Any] = msgspec.field(default_factory=empty_mapping)
    messages: tuple[Message, ...] = ()
    """The messages that it was made from."""
    file_id: str = ""
    detail: Detail = None


class Edit(msgspec.Struct, frozen=True, gc=False):
    """What feedback does to the memories that contain a text.

    `to` is a text that takes the place of the found one, a draft that takes the place of the
    whole memory, or None: the memory is deleted.
    """

    find: str
    to: str | Draft | None


class Turn(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One accepted call that becomes memories.

    What it will become is decided: by its messages and the fixed rules, or by `drafts`.

    `subjects` own the memories that count for the task; `shared` get copies (public memory,
    knowledge bases).
    """

    task_id: str
    subjects: tuple[Scope, ...]
    shared: tuple[Scope, ...] = ()
    messages: tuple[Message, ...] = ()
    views: tuple[View, ...] = VIEWS
    """The kinds of memory that it may become."""
    tags: tuple[str, ...] = ()
    """Candidates for the tags of its memories."""
    fast: bool = True
    drafts: tuple[Draft, ...] | None = None
    """What a scenario says that it becomes; None leaves it to the fixed rules."""
    profile: tuple[tuple[str, str], ...] = ()
    """Profile values: an attribute such as `city`, or a dotted path, and what it becomes."""
    edits: tuple[Edit, ...] = ()
    fails: bool = False
    """Processing gives up in the end."""
    conversation_id: str = ""
    agent_ids: tuple[str, ...] = ()
    app_id: str = ""
    related: tuple[str, ...] = ()
    info: dict[str, Any] = msgspec.field(default_factory=empty_mapping)
    file_id: str = ""
    """The file that it is the content of. Nothing of it is merged with what others say."""


class Task(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An asynchronous task. `views` lists the ids of the memories that it changed, by view.

    The task of a knowledge-base file has the id of the file, and its base as the subject.
    """

    id: str
    kind: TaskKind
    status: TaskStatus
    created: int
    ended: int = 0
    subjects: tuple[Scope, ...] = ()
    conversation_id: str = ""

    waits_for: Literal["time", "polls", "release"] | None = "time"
    """None for a task that has ended, and for one that never ends."""
    due: int | None = None
    """When it ends, if it waits for that moment."""
    job_order: int = 0
    """The order of the job that ends it; other jobs of this task are ignored."""
    polls_left: int = 0
    outcome: TaskOutcome = "completed"
    reason: str = ""
    """Why it fails; shown in reports."""
    polls: int = 0
    first_poll: int = 0

    added: int = 0
    updated: int = 0
    deleted: int = 0
    views: dict[View, tuple[str, ...]] = msgspec.field(default_factory=empty_mapping)

    @property
    def state(self) -> TaskState:
        """What the task waits for, as one word; `done` once it has ended."""
        if self.status != "running":
            return "done"
        states: dict[str | None, TaskState] = {
            "time": "timed", "polls": "polled", "release": "held", None: "stuck",
        }  # fmt: skip
        return states[self.waits_for]


class KnowledgeBase(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A knowledge base of the account. An unlinked one exists, but this project cannot use it."""

    id: str
    name: str
    description: str
    created: int
    linked: bool = True


class File(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A file of a knowledge base. `size` is in bytes; the content itself is not kept."""

    id: str
    knowledgebase_id: str
    name: str
    type: Literal["document", "skill"]
    size: int
    status: TaskStatus
    created: int


class Template(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A profile template."""

    id: str
    name: str
    fields: Fields
    create_time: int
    update_time: int


class Profile(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A template bound to one user or Agent, with the values it holds.

    `memory_ids` names the memory behind each field that has a value: search finds those.
    """

    id: str
    template_id: str
    scope: Scope
    fields: Fields
    memory_ids: dict[Path, str]
    created: int
    updated: int
