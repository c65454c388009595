"""Profiles and profile templates."""

from typing import ClassVar

from mock_memos.api.models.base import Annotated, Groups, Model, Request, Tree, UserId, about
from mock_memos.core.service_errors import FIELD_EMPTY

_TREE = {"Basics": {"City": {"value": "Lyon", "algorithm_updatable": False}}}
_TEMPLATE = "tpl_4c1d0a9be277"


class Holder(Request):
    """Identifies the profile of one template for one user or one Agent."""

    needs: ClassVar[Groups] = (("user_id", "agent_id"),)
    only_one = needs

    user_id: Annotated[UserId, about("This or agent_id", example="ana")] = ""
    agent_id: Annotated[str, about("This or user_id")] = ""
    profile_template_id: Annotated[str, about("The template", required=True, example=_TEMPLATE)] = (
        ""
    )

    def clashes(self, *, strict: bool) -> str:
        both = self.user_id and self.agent_id
        return "received user_id and agent_id; a profile belongs to one of them" if both else ""


class Binding(Holder):
    """One profile to create."""


class BindProfileTemplate(Request):
    bind_list: Annotated[
        list[Binding], about("All or nothing", required=True, empty=FIELD_EMPTY, max_length=20)
    ] = []


class EditProfile(Holder):
    needs = (*Holder.needs, ("metadata", "remove_fields"))

    metadata: Annotated[
        Tree,
        about("Fields to write, in at most three levels; others stay unchanged", example=_TREE),
    ] = {}
    remove_fields: Annotated[
        list[str], about("Paths to remove, after metadata is written", example=["Basics.Job"])
    ] = []


class DeleteProfile(Holder):
    """The values and the binding are deleted; the template is not."""


class AddProfileTemplate(Request):
    name: Annotated[str, about("Not blank; not unique", required=True, example="Guest")] = ""
    metadata: Annotated[
        Tree, about("Fields in at most three levels", required=True, example=_TREE)
    ] = {}

    def lacks(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateAdded(Model):
    profile_template_id: Annotated[str, about("tpl_ and 12 hex digits", "observed")]


class ListProfileTemplate(Request):
    page: Annotated[int, about("From 1", ge=1)] = 1
    size: Annotated[int, about("Templates on a page", clamp=100, ge=1)] = 10


class TemplateSummary(Model):
    profile_template_id: Annotated[str, about("tpl_ and 12 hex digits", example=_TEMPLATE)]
    name: Annotated[str, about("As given", example="Guest")]
    project_id: Annotated[str, about("The project")]
    instance_count: Annotated[int, about("Number of bound profiles")]
    create_time: Annotated[str, about("ISO 8601")]
    update_time: Annotated[str, about("ISO 8601")]


class TemplatePage(Model):
    """Newest first."""

    profile_templates: Annotated[list[TemplateSummary], about("Without their trees")]
    total: Annotated[int, about("Number of all templates")]
    current: Annotated[int, about("The number of this page")]
    size: Annotated[int, about("As requested, at most 100")]
    pages: Annotated[int, about("Number of pages")]


class GetProfileTemplate(Request):
    profile_template_id: Annotated[str, about("The template", required=True, example=_TEMPLATE)] = (
        ""
    )


class Template(TemplateSummary):
    metadata: Annotated[Tree, about("Its tree", example=_TREE)]


class TemplateShown(Model):
    profile_template: Annotated[Template, about("Summary and tree")]


class UpdateProfileTemplate(Request):
    """Every profile of the template is updated."""

    profile_template_id: Annotated[str, about("The template", required=True, example=_TEMPLATE)] = (
        ""
    )
    name: Annotated[str, about("Not blank", required=True, example="Guest")] = ""
    metadata: Annotated[Tree, about("Replaces the whole tree", required=True, example=_TREE)] = {}

    def lacks(self) -> str:
        return "" if self.name.strip() else "name"


class TemplateUpdated(Model, kw_only=True):
    success: Annotated[bool, about("Always true")] = True
    profile_template_id: Annotated[str, about("As requested")]
    affected_instances: Annotated[int, about("Number of updated profiles")]


class DeleteProfileTemplate(Request):
    """Its profiles are deleted too."""

    profile_template_id: Annotated[str, about("The template", required=True, example=_TEMPLATE)] = (
        ""
    )


class TemplateDeleted(Model, kw_only=True):
    success: Annotated[bool, about("Always true")] = True
    profile_template_id: Annotated[str, about("As requested")]
    deleted_instances: Annotated[int, about("Number of deleted profiles")]
