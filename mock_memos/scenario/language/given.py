"""The data of a world before the first call, as written in a scenario."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from mock_memos.core.clock import moment_error
from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.profile_tree import Fields, Leaf, flatten
from mock_memos.core.service_errors import ApiError
from mock_memos.scenario.language.base import ScenarioStruct, Text, Values
from mock_memos.scenario.language.entries import Entries


class GivenMessage(ScenarioStruct, frozen=True, kw_only=True):
    """A message of an earlier conversation."""

    role: Annotated[
        Literal["user", "assistant", "system", "tool"], Meta(description="Role of the speaker")
    ] = "user"
    content: Annotated[Text, Meta(description="The text")]
    time: Annotated[
        int | str | None,
        Meta(description="Time: ISO 8601 or milliseconds", extra={"check": moment_error}),
    ] = None


class Owner(Entries, frozen=True, kw_only=True):
    """The data of one user or Agent."""

    conversations: Annotated[
        dict[str, tuple[str | GivenMessage, ...]],
        Meta(description="Messages by conversation id; a plain text is of the user"),
    ] = {}


class ProfileValue(ScenarioStruct, frozen=True, kw_only=True):
    """A profile value, and whether messages may change it."""

    value: Annotated[str, Meta(description="The value")]
    algorithm_updatable: Annotated[bool, Meta(description="Whether messages may change it")] = True


class BindingEntry(ScenarioStruct, frozen=True, kw_only=True):
    """A user or an Agent with a profile of this template."""

    user_id: Annotated[str, Meta(description="Owner of the profile")] = ""
    agent_id: Annotated[str, Meta(description="Owner of the profile")] = ""
    values: Annotated[
        dict[str, str | ProfileValue],
        Meta(description="Values by path, such as Basics.City, over those of the template"),
    ] = {}

    def __post_init__(self) -> None:
        if bool(self.user_id) == bool(self.agent_id):
            raise InvalidValueError("", "needs either user_id or agent_id")

    @property
    def fields(self) -> Fields:
        """The values by path."""
        return {
            tuple(path.split(".")): Leaf(value)
            if isinstance(value, str)
            else Leaf(value.value, value.algorithm_updatable)
            for path, value in self.values.items()
        }


def metadata_error(metadata: dict[str, Any]) -> str | None:
    """Returns what is wrong with the tree of a template, or None."""
    try:
        flatten(metadata)
    except ApiError as error:
        return error.hint
    return None


class TemplateEntry(ScenarioStruct, frozen=True, kw_only=True):
    """A profile template."""

    name: Annotated[Text, Meta(description="Name")]
    id: Annotated[str, Meta(description="A fixed id; derived from the seed when absent")] = ""
    metadata: Annotated[
        Values,
        Meta(
            description="At most three levels of names, then {value, algorithm_updatable}",
            extra={"check": metadata_error},
        ),
    ]
    bind: Annotated[tuple[BindingEntry, ...], Meta(description="Owners of a profile")] = ()


class FileEntry(ScenarioStruct, frozen=True, kw_only=True):
    """A file of a knowledge base."""

    name: Annotated[Text, Meta(description="File name")]
    id: Annotated[str, Meta(description="A fixed id; derived from the seed when absent")] = ""
    type: Annotated[Literal["document", "skill"], Meta(description="Kind of the file")] = "document"
    size: Annotated[int, Meta(ge=0, description="Size in bytes")] = 0
    status: Annotated[
        Literal["running", "completed", "failed"], Meta(description="Status of its processing")
    ] = "completed"


class KnowledgeBaseEntry(Entries, frozen=True, kw_only=True):
    """A knowledge base with its files and memories."""

    name: Annotated[Text, Meta(description="Name")]
    id: Annotated[str, Meta(description="A fixed id; derived from the seed when absent")] = ""
    description: Annotated[str, Meta(description="Description")] = ""
    linked: Annotated[
        bool, Meta(description="Whether the project may use it; false: error 50123")
    ] = True
    files: Annotated[tuple[str | FileEntry, ...], Meta(description="Files; a text is a name")] = ()


class Given(ScenarioStruct, frozen=True, kw_only=True):
    """The data before the first call."""

    users: Annotated[dict[str, Owner], Meta(description="Users by id")] = {}
    agents: Annotated[dict[str, Owner], Meta(description="Agents by id")] = {}
    public: Annotated[Entries, Meta(description="Public memories of the project")] = Entries()
    knowledgebases: Annotated[
        tuple[KnowledgeBaseEntry, ...], Meta(description="Knowledge bases")
    ] = ()
    templates: Annotated[
        tuple[TemplateEntry, ...], Meta(description="Profile templates and their profiles")
    ] = ()
