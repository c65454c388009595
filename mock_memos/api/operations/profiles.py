"""Profiles and profile templates."""

import msgspec

from mock_memos.api.models.base import Success
from mock_memos.api.models.profiles import (
    AddProfileTemplate,
    BindProfileTemplate,
    DeleteProfile,
    DeleteProfileTemplate,
    EditProfile,
    GetProfileTemplate,
    ListProfileTemplate,
    ProfileRef,
    ProfileTemplate,
    TemplateAdded,
    TemplateDeleted,
    TemplateDetail,
    TemplatePage,
    TemplateSummary,
    TemplateUpdated,
    UpdateProfileTemplate,
)  # fmt: skip
from mock_memos.api.operations.response_items import PROJECT_ID
from mock_memos.api.operations.scopes import subject_of
from mock_memos.core.clock import to_iso
from mock_memos.core.profile_tree import flatten, merge_template, remove_field, unflatten
from mock_memos.core.records import Profile
from mock_memos.core.records import Template as TemplateRecord
from mock_memos.core.service_errors import NOT_FOUND, ApiError
from mock_memos.simulation.world import World


def bind_profile_template(world: World, request: BindProfileTemplate) -> Success:
    """Creates profiles, all or none. Existing profiles stay unchanged."""
    bindings = [
        (subject_of(world, ref.user_id, ref.agent_id), _template(world, ref.profile_template_id))
        for ref in request.bind_list
    ]
    for scope, template in bindings:
        world.bind_profile(scope, template)
    return Success()


def edit_profile(world: World, request: EditProfile) -> Success:
    """Writes fields of one profile, then removes others. The template does not change."""
    profile = _profile(world, request)
    fields = profile.fields | flatten(request.metadata)
    for path in request.remove_fields:
        fields = remove_field(fields, path)
    world.profiles.write(profile, fields, world.clock.now)
    return Success()


def delete_profile(world: World, request: DeleteProfile) -> Success:
    """Deletes a profile with its values."""
    world.profiles.delete(_profile(world, request))
    return Success()


def add_profile_template(world: World, request: AddProfileTemplate) -> TemplateAdded:
    """Creates a template. Names need not be unique."""
    now, fields = world.clock.now, flatten(request.metadata)
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
    """Returns a page of templates, newest first; equal times by id, descending."""
    templates = sorted(
        world.profiles.templates(),
        key=lambda template: (template.create_time, template.id),
        reverse=True,
    )
    start = (request.page - 1) * request.size
    return TemplatePage(
        profile_templates=[
            _summary(world, template) for template in templates[start : start + request.size]
        ],
        total=len(templates),
        current=request.page,
        size=request.size,
        pages=-(-len(templates) // request.size),
    )


def get_profile_template(world: World, request: GetProfileTemplate) -> TemplateDetail:
    """Returns one template with its tree."""
    template = _template(world, request.profile_template_id)
    summary = msgspec.structs.asdict(_summary(world, template))
    return TemplateDetail(
        profile_template=ProfileTemplate(**summary, metadata=unflatten(template.fields))
    )


def update_profile_template(world: World, request: UpdateProfileTemplate) -> TemplateUpdated:
    """Replaces name and tree of a template and updates every profile of it."""
    template = _template(world, request.profile_template_id)
    now = world.clock.now
    after = flatten(request.metadata)
    world.profiles.put_template(
        msgspec.structs.replace(template, name=request.name, fields=after, update_time=now)
    )
    profiles = world.profiles.from_template(template.id)
    for profile in profiles:
        fields = merge_template(profile.fields, template.fields, after)
        world.profiles.write(profile, fields, world.clock.now)
    return TemplateUpdated(profile_template_id=template.id, affected_instances=len(profiles))


def delete_profile_template(world: World, request: DeleteProfileTemplate) -> TemplateDeleted:
    """Deletes a template and every profile of it."""
    template = _template(world, request.profile_template_id)
    profiles = world.profiles.from_template(template.id)
    for profile in profiles:
        world.profiles.delete(profile)
    world.profiles.delete_template(template.id)
    return TemplateDeleted(profile_template_id=template.id, deleted_instances=len(profiles))


def _template(world: World, template_id: str) -> TemplateRecord:
    template = world.profiles.template(template_id)
    if template is None:
        raise ApiError(NOT_FOUND, f"unknown profile template {template_id!r} in this project")
    return template


def _profile(world: World, request: ProfileRef) -> Profile:
    _template(world, request.profile_template_id)
    scope = subject_of(world, request.user_id, request.agent_id)
    profile = world.profiles.get(scope, request.profile_template_id)
    if profile is None:
        raise ApiError(
            NOT_FOUND,
            f"{scope.kind} {scope.id!r} has no profile of template {request.profile_template_id!r}",
        )
    return profile


def _summary(world: World, template: TemplateRecord) -> TemplateSummary:
    return TemplateSummary(
        profile_template_id=template.id,
        name=template.name,
        project_id=PROJECT_ID,
        instance_count=len(world.profiles.from_template(template.id)),
        create_time=to_iso(template.create_time),
        update_time=to_iso(template.update_time),
    )
