"""Profiles and profile templates."""

from typing import ClassVar

from mock_memos.api.models.base import (
    Annotated,
    FieldGroups,
    Model,
    ProfileTree,
    Request,
    UserId,
    field_info,
)
from mock_memos.core.service_errors import FIELD_EMPTY

_TREE = {"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}}
_TEMPLATE = "tpl_4c1d0a9be277"


class ProfileRef(Request):
    """Identifies the profile of one template for one user or one Agent."""

    any_of: ClassVar[FieldGroups] = (("user_id", "agent_id"),)
    one_of = any_of

    user_id: Annotated[UserId, field_info("This or agent_id", example="ana")] = ""
    agent_id: Annotated[str, field_info("This or user_id")] = ""
    profile_template_id: Annotated[
        str, field_info("The template", required=True, example=_TEMPLATE)
    ] = ""

    def conflict(self, *, strict: bool) -> str:
        both = self.user_id and self.agent_id
        return "received user_id and agent_id; a profile belongs to one of them" if both else ""


class ProfileBinding(ProfileRef):
    """One profile to create."""


class BindProfileTemplate(Request):
    bind_list: Annotated[
        list[ProfileBinding],
        field_info("All or nothing", required=True, code_if_empty=FIELD_EMPTY, max_length=20),
    ] = []


class EditProfile(ProfileRef):
    any_of = (*ProfileRef.any_of, ("metadata", "remove_fields"))

    metadata: Annotated[
        ProfileTree,
        field_info(
            "Fields to write, in at most three levels; others stay unchanged", example=_TREE
        ),
    ] = {}
    remove_fields: Annotated[
        list[str], field_info("Paths to remove, after metadata is written", example=["Basics.Job"])
    ] = []


class DeleteProfile(ProfileRef):
    """The values and the binding are deleted; the template is not."""


class AddProfileTemplate(Request):
    name: Annotated[str, field_info("Not blank; not unique", required=True, example="Guest")] = ""
    metadata: Annotated[
        ProfileTree, field_info("Fields in at most three levels", required=True, example=_TREE)
    ] = {}

    def missing_field(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateAdded(Model):
    profile_template_id: Annotated[str, field_info("tpl_ and 12 hex digits", "observed")]


class ListProfileTemplate(Request):
    page: Annotated[int, field_info("From 1", ge=1)] = 1
    size: Annotated[int, field_info("Templates on a page", maximum=100, ge=1)] = 10


class TemplateSummary(Model):
    profile_template_id: Annotated[str, field_info("tpl_ and 12 hex digits", example=_TEMPLATE)]
    name: Annotated[str, field_info("As given", example="Guest")]
    project_id: Annotated[str, field_info("The project")]
    instance_count: Annotated[int, field_info("Number of bound profiles")]
    create_time: Annotated[str, field_info("ISO 8601")]
    update_time: Annotated[str, field_info("ISO 8601")]


class TemplatePage(Model):
    """Newest first."""

    profile_templates: Annotated[list[TemplateSummary], field_info("Without their trees")]
    total: Annotated[int, field_info("Number of all templates")]
    current: Annotated[int, field_info("The number of this page")]
    size: Annotated[int, field_info("As requested, at most 100")]
    pages: Annotated[int, field_info("Number of pages")]


class GetProfileTemplate(Request):
    profile_template_id: Annotated[
        str, field_info("The template", required=True, example=_TEMPLATE)
    ] = ""


class ProfileTemplate(TemplateSummary):
    metadata: Annotated[ProfileTree, field_info("Its tree", example=_TREE)]


class TemplateDetail(Model):
    profile_template: Annotated[ProfileTemplate, field_info("Summary and tree")]


class UpdateProfileTemplate(Request):
    """Every profile of the template is updated."""

    profile_template_id: Annotated[
        str, field_info("The template", required=True, example=_TEMPLATE)
    ] = ""
    name: Annotated[str, field_info("Not blank", required=True, example="Guest")] = ""
    metadata: Annotated[
        ProfileTree, field_info("Replaces the whole tree", required=True, example=_TREE)
    ] = {}

    def missing_field(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateUpdated(Model, kw_only=True):
    success: Annotated[bool, field_info("Always true")] = True
    profile_template_id: Annotated[str, field_info("As requested")]
    affected_instances: Annotated[int, field_info("Number of updated profiles")]


class DeleteProfileTemplate(Request):
    """Its profiles are deleted too."""

    profile_template_id: Annotated[
        str, field_info("The template", required=True, example=_TEMPLATE)
    ] = ""


class TemplateDeleted(Model, kw_only=True):
    success: Annotated[bool, field_info("Always true")] = True
    profile_template_id: Annotated[str, field_info("As requested")]
    deleted_instances: Annotated[int, field_info("Number of deleted profiles")]
