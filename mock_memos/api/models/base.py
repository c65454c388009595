"""Base classes of requests and responses, and the annotation that describes a field."""

from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mock_memos.api.models.json_schemas import ref
from mock_memos.core.evidence import Evidence
from mock_memos.core.service_errors import FIELD_REQUIRED

__all__ = [
    "UNSET", "Annotated", "ConversationId", "FieldGroups", "FieldInfo", "Filter", "FromOne",
    "Info", "KnowledgebaseIds", "Model", "ProfileTree", "Request", "StatusName", "Success",
    "UnsetType", "UserId", "ViewName", "field",
]  # fmt: skip


FieldGroups = tuple[tuple[str, ...], ...]
"""Names of fields in groups."""


class FieldInfo(msgspec.Struct, frozen=True):
    """What the type of a field cannot express.

    `required`: absent, null and empty are rejected with 40002; `"strict"`: only in strict mode.
    `code_if_empty`: the error code for an empty list.
    `maximum`: a larger number is replaced by this one; strict mode rejects it.
    `alias_of`: the documented field that older clients send under this name.
    """

    evidence: Evidence = "documented"
    required: bool | Literal["strict"] = False
    code_if_empty: int = FIELD_REQUIRED
    maximum: int | None = None
    alias_of: str = ""


def field(
    description: str,
    evidence: Evidence = "documented",
    *,
    required: bool | Literal["strict"] = False,
    code_if_empty: int = FIELD_REQUIRED,
    maximum: int | None = None,
    alias_of: str = "",
    example: Any = None,
    ge: float | None = None,
    le: float | None = None,
    max_length: int | None = None,
) -> Meta:
    """Returns the annotation of a field: its description, its evidence and its limits."""
    limits: dict[str, Any] = {"ge": ge, "le": le, "max_length": max_length}
    return Meta(
        **limits,
        description=description,
        examples=None if example is None else [example],
        extra={"field": FieldInfo(evidence, required, code_if_empty, maximum, alias_of)},
    )


class Request(msgspec.Struct, gc=False):
    """A request body. Every field has a default, because types are checked before required fields.

    An empty text or list means that the field is absent.
    """

    any_of: ClassVar[FieldGroups] = ()
    """Groups of fields; at least one field of each group is required."""

    one_of: ClassVar[FieldGroups] = ()
    """Groups of fields; exactly one field of each group is required. Checked by `clashes`."""

    def missing_field(self) -> str:
        """Returns the name of a field that is missing by a rule across fields, or an empty text."""
        for group in self.any_of:
            for name in group:
                if getattr(self, name):
                    break
            else:
                return group[0]
        return ""

    def conflict(self, *, strict: bool) -> str:
        """Returns why the fields exclude each other, or an empty text."""
        return ""


class Model(msgspec.Struct, gc=False):
    """A response, or a part of one. An absent field is `UNSET`, never null."""


class Success(Model):
    """The response of operations that return no data."""

    success: Annotated[bool, field("Always true; a failure is an error")] = True


Info = dict[str, str | int | float | list[str]]
"""Custom fields: each key becomes a filter field."""

Filter = Annotated[dict[str, Any], Meta(extra_json_schema=ref("Filter"))]
"""Conditions on memories. Their grammar is checked by `decoding.filters`."""

ProfileTree = Annotated[dict[str, Any], Meta(extra_json_schema=ref("Tree"))]
"""Profile fields in at most three levels. Checked by the operation."""

KnowledgebaseIds = list[str] | Literal["all"]
"""Ids, or `"all"` linked knowledge bases, as a text or as the only element."""

FromOne = Annotated[int, Meta(ge=1)]
UserId = Annotated[str, Meta(max_length=100)]
ConversationId = Annotated[str, Meta(max_length=100)]
ViewName = Literal["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
StatusName = Literal["activated", "resolving", "archived", "deleted"]
