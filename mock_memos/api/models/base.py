"""How a request or response is described: a struct whose fields say what is known of them."""

from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mock_memos.api.models.json_schemas import ref
from mock_memos.core.evidence import Evidence
from mock_memos.core.service_errors import FIELD_REQUIRED

__all__ = [
    "UNSET", "About", "Annotated", "ConversationId", "Filter", "FromOne", "Groups", "Info",
    "KnowledgebaseIds", "Model", "Request", "StatusName", "Success", "Tree", "UnsetType", "UserId",
    "ViewName", "about",
]  # fmt: skip


Groups = tuple[tuple[str, ...], ...]
"""Names of fields in groups."""


class About(msgspec.Struct, frozen=True):
    """What a field's type cannot say.

    `required`: absent, null and empty are refused, with 40002; `"strict"`: in strict mode alone.
    `empty`: the code for a list that came without an element.
    `clamp`: a larger number is read as this one; strict mode refuses it.
    `alias_of`: the documented field for which older clients send this one.
    """

    evidence: Evidence = "documented"
    required: bool | Literal["strict"] = False
    empty: int = FIELD_REQUIRED
    clamp: int | None = None
    alias_of: str = ""


def about(
    description: str,
    evidence: Evidence = "documented",
    *,
    required: bool | Literal["strict"] = False,
    empty: int = FIELD_REQUIRED,
    clamp: int | None = None,
    alias_of: str = "",
    example: Any = None,
    ge: float | None = None,
    le: float | None = None,
    max_length: int | None = None,
) -> Meta:
    """The annotation of a field: its description, where it is known from, and its limits."""
    limits: dict[str, Any] = {"ge": ge, "le": le, "max_length": max_length}
    return Meta(
        **limits,
        description=description,
        examples=None if example is None else [example],
        extra={"about": About(evidence, required, empty, clamp, alias_of)},
    )


class Request(msgspec.Struct, gc=False):
    """A request body. Every field has a default: what is required is checked after the types.

    An empty text or list stands for an absent field.
    """

    needs: ClassVar[Groups] = ()
    """Groups of fields; of each group at least one field must come."""

    only_one: ClassVar[Groups] = ()
    """Groups of fields of which exactly one must come, as `clashes` says."""

    def lacks(self) -> str:
        """The name of a field that is missing by a rule across fields, or an empty text."""
        for group in self.needs:
            for name in group:
                if getattr(self, name):
                    break
            else:
                return group[0]
        return ""

    def clashes(self, *, strict: bool) -> str:
        """Why fields that came cannot stand together, or an empty text."""
        return ""


class Model(msgspec.Struct, gc=False):
    """A response, or a part of one. A field that may be absent is `UNSET`, never null."""


class Success(Model):
    """The answer of operations that only do something."""

    success: Annotated[bool, about("Always true; a failure is an error")] = True


Info = dict[str, str | int | float | list[str]]
"""Custom fields: each key becomes a filter field."""

Filter = Annotated[dict[str, Any], Meta(extra_json_schema=ref("Filter"))]
"""Conditions on memories; their grammar is checked where they are applied."""

Tree = Annotated[dict[str, Any], Meta(extra_json_schema=ref("Tree"))]
"""Profile fields in at most three levels; checked where they are applied."""

KnowledgebaseIds = list[str] | Literal["all"]
"""Ids, or every linked knowledge base: `"all"`, alone or as the only element."""

FromOne = Annotated[int, Meta(ge=1)]
UserId = Annotated[str, Meta(max_length=100)]
ConversationId = Annotated[str, Meta(max_length=100)]
ViewName = Literal["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
StatusName = Literal["activated", "resolving", "archived", "deleted"]
