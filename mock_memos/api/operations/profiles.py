"""Profiles, and the templates they are made from."""

import msgspec

from mock_memos.api.models.base import Success
from mock_memos.api.models.profiles import (
    AddProfileTemplate,
    BindProfileTemplate,
    DeleteProfile,
    DeleteProfileTemplate,
    EditProfile,
    GetProfileTemplate,
    Holder,
    ListProfileTemplate,
    Template,
    TemplateAdded,
    TemplateDeleted,
    TemplatePage,
    TemplateShown,
    TemplateSummary,
    TemplateUpdated,
    UpdateProfileTemplate,
)  # fmt: skip
from mock_memos.api.operations.response_items import PROJECT
from mock_memos.api.operations.scopes import subject_of
from mock_memos.core import service_errors
from mock_memos.core.clock import iso
from mock_memos.core.profile_tree import flat, nested, updated, without
from mock_memos.core.records import Profile
from mock_memos.core.records import Template as TemplateRecord
from mock_memos.core.service_errors import ApiError
from mock_memos.simulation.world import World


def bind_profile_template(world: World, request: BindProfileTemplate) -> Success:
    """Make profiles, all or none. Who has one already keeps it."""
    wanted = [
        (subject_of(world, one.user_id, one.agent_id), _template(world, one.profile_template_id))
        for one in request.bind_list
    ]
    for scope, template in wanted:
        world.bind(scope, template)
    return Success()


def edit_profile(world: World, request: EditProfile) -> Success:
    """Write fields of one profile, then remove others; the template stays as it is."""
    profile = _profile(world, request)
    fields = profile.fields | flat(request.metadata)
    for path in request.remove_fields:
        fields = without(fields, path)
    world.write_profile(profile, fields)
    return Success()


def delete_profile(world: World, request: DeleteProfile) -> Success:
    """Take a profile away, with its values."""
    world.profiles.delete(_profile(world, request))
    return Success()


def add_profile_template(world: World, request: AddProfileTemplate) -> TemplateAdded:
    """Make a template; equal names are allowed."""
    now, fields = world.clock.now, flat(request.metadata)
    template = TemplateRecord(
        id=world.ids.next("template"),
        name=request.name,
        fields=fields,
        create_time=now,
        update_time=now,
    )
    world.profiles.put_template(template)
    return TemplateAdded(profile_template_id=template.id)


def list_profile_template(world: World, request: ListProfileTemplate) -> TemplatePage:
    """The templates, newest first; equal times by id, descending."""
    templates = sorted(
        world.profiles.templates(), key=lambda one: (one.create_time, one.id), reverse=True
    )
    start = (request.page - 1) * request.size
    return TemplatePage(
        profile_templates=[_summary(world, one) for one in templates[start : start + request.size]],
        total=len(templates),
        current=request.page,
        size=request.size,
        pages=-(-len(templates) // request.size),
    )


def get_profile_template(world: World, request: GetProfileTemplate) -> TemplateShown:
    """One template with its tree."""
    template = _template(world, request.profile_template_id)
    summary = msgspec.structs.asdict(_summary(world, template))
    return TemplateShown(profile_template=Template(**summary, metadata=nested(template.fields)))


def update_profile_template(world: World, request: UpdateProfileTemplate) -> TemplateUpdated:
    """Give a template another name and tree; every profile of it follows."""
    template = _template(world, request.profile_template_id)
    now = world.clock.now
    after = flat(request.metadata)
    world.profiles.put_template(
        msgspec.structs.replace(template, name=request.name, fields=after, update_time=now)
    )
    profiles = world.profiles.from_template(template.id)
    for profile in profiles:
        world.write_profile(profile, updated(profile.fields, template.fields, after))
    return TemplateUpdated(profile_template_id=template.id, affected_instances=len(profiles))


def delete_profile_template(world: World, request: DeleteProfileTemplate) -> TemplateDeleted:
    """Take a template away, with every profile of it."""
    template = _template(world, request.profile_template_id)
    profiles = world.profiles.from_template(template.id)
    for profile in profiles:
        world.profiles.delete(profile)
    world.profiles.delete_template(template.id)
    return TemplateDeleted(profile_template_id=template.id, deleted_instances=len(profiles))


def _template(world: World, template_id: str) -> TemplateRecord:
    template = world.profiles.template(template_id)
    if template is None:
        raise ApiError(
            service_errors.NOT_FOUND, f"no profile template {template_id!r} is in this project"
        )
    return template


def _profile(world: World, request: Holder) -> Profile:
    _template(world, request.profile_template_id)
    scope = subject_of(world, request.user_id, request.agent_id)
    profile = world.profiles.get(scope, request.profile_template_id)
    if profile is None:
        raise ApiError(
            service_errors.NOT_FOUND,
            f"{scope.kind} {scope.id!r} has no profile of template {request.profile_template_id!r}",
        )
    return profile


def _summary(world: World, template: TemplateRecord) -> TemplateSummary:
    return TemplateSummary(
        profile_template_id=template.id,
        name=template.name,
        project_id=PROJECT,
        instance_count=len(world.profiles.from_template(template.id)),
        create_time=iso(template.create_time),
        update_time=iso(template.update_time),
    )
