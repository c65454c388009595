"""Profiles and profile templates."""

from typing import ClassVar

from mock_memos.api.models.base import (
    Annotated,
    FieldGroups,
    Model,
    ProfileTree,
    Request,
    UserId,
    field,
)
from mock_memos.core.service_errors import FIELD_EMPTY

_TREE = {"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}}
_TEMPLATE = "tpl_4c1d0a9be277"


class ProfileRef(Request):
    """Identifies the profile of one template for one user or one Agent."""

    any_of: ClassVar[FieldGroups] = (("user_id", "agent_id"),)
    one_of = any_of

    user_id: Annotated[UserId, field("This or agent_id", example="ana")] = ""
    agent_id: Annotated[str, field("This or user_id")] = ""
    profile_template_id: Annotated[str, field("The template", required=True, example=_TEMPLATE)] = (
        ""
    )

    def conflict(self, *, strict: bool) -> str:
        both = self.user_id and self.agent_id
        return "received user_id and agent_id; a profile belongs to one of them" if both else ""


class ProfileBinding(ProfileRef):
    """One profile to create."""


class BindProfileTemplate(Request):
    bind_list: Annotated[
        list[ProfileBinding],
        field("All or nothing", required=True, code_if_empty=FIELD_EMPTY, max_length=20),
    ] = []


class EditProfile(ProfileRef):
    any_of = (*ProfileRef.any_of, ("metadata", "remove_fields"))

    metadata: Annotated[
        ProfileTree,
        field("Fields to write, in at most three levels; others stay unchanged", example=_TREE),
    ] = {}
    remove_fields: Annotated[
        list[str], field("Paths to remove, after metadata is written", example=["Basics.Job"])
    ] = []


class DeleteProfile(ProfileRef):
    """The values and the binding are deleted; the template is not."""


class AddProfileTemplate(Request):
    name: Annotated[str, field("Not blank; not unique", required=True, example="Guest")] = ""
    metadata: Annotated[
        ProfileTree, field("Fields in at most three levels", required=True, example=_TREE)
    ] = {}

    def missing_field(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateAdded(Model):
    profile_template_id: Annotated[str, field("tpl_ and 12 hex digits", "observed")]


class ListProfileTemplate(Request):
    page: Annotated[int, field("From 1", ge=1)] = 1
    size: Annotated[int, field("Templates on a page", maximum=100, ge=1)] = 10


class TemplateSummary(Model):
    profile_template_id: Annotated[str, field("tpl_ and 12 hex digits", example=_TEMPLATE)]
    name: Annotated[str, field("As given", example="Guest")]
    project_id: Annotated[str, field("The project")]
    instance_count: Annotated[int, field("Number of bound profiles")]
    create_time: Annotated[str, field("ISO 8601")]
    update_time: Annotated[str, field("ISO 8601")]


class TemplatePage(Model):
    """Newest first."""

    profile_templates: Annotated[list[TemplateSummary], field("Without their trees")]
    total: Annotated[int, field("Number of all templates")]
    current: Annotated[int, field("The number of this page")]
    size: Annotated[int, field("As requested, at most 100")]
    pages: Annotated[int, field("Number of pages")]


class GetProfileTemplate(Request):
    profile_template_id: Annotated[str, field("The template", required=True, example=_TEMPLATE)] = (
        ""
    )


class ProfileTemplate(TemplateSummary):
    metadata: Annotated[ProfileTree, field("Its tree", example=_TREE)]


class TemplateDetail(Model):
    profile_template: Annotated[ProfileTemplate, field("Summary and tree")]


class UpdateProfileTemplate(Request):
    """Every profile of the template is updated."""

    profile_template_id: Annotated[str, field("The template", required=True, example=_TEMPLATE)] = (
        ""
    )
    name: Annotated[str, field("Not blank", required=True, example="Guest")] = ""
    metadata: Annotated[
        ProfileTree, field("Replaces the whole tree", required=True, example=_TREE)
    ] = {}

    def missing_field(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateUpdated(Model, kw_only=True):
    success: Annotated[bool, field("Always true")] = True
    profile_template_id: Annotated[str, field("As requested")]
    affected_instances: Annotated[int, field("Number of updated profiles")]


class DeleteProfileTemplate(Request):
    """Its profiles are deleted too."""

    profile_template_id: Annotated[str, field("The template", required=True, example=_TEMPLATE)] = (
        ""
    )


class TemplateDeleted(Model, kw_only=True):
    success: Annotated[bool, field("Always true")] = True
    profile_template_id: Annotated[str, field("As requested")]
    deleted_instances: Annotated[int, field("Number of deleted profiles")]
