"""Whose memories a call is about: users, Agents, everybody, knowledge bases."""

from typing import Final

from mock_memos.core import service_errors
from mock_memos.core.records import Scope
from mock_memos.core.service_errors import ApiError
from mock_memos.simulation.world import World

PUBLIC: Final = Scope("public")
"""The memories that everybody in the project shares."""


def named(ids: str | list[str]) -> tuple[str, ...]:
    """The ids of a field that takes one or several, each once, without empty ones."""
    if isinstance(ids, str):
        return (ids,) if ids else ()
    return tuple(dict.fromkeys(one for one in ids if one))


def subjects_of(
    world: World, user_id: str | list[str], agent_id: str | list[str]
) -> tuple[Scope, ...]:
    """Who owns what a call writes.

    An Agent beside a user is a mark on the user's memories; alone, it owns them (assumed: the
    documentation has a project switch for that; the official SDK allows it).
    """
    users = tuple(Scope("user", one) for one in named(user_id))
    agents = tuple(Scope("agent", one) for one in named(agent_id))
    mode = world.settings.agent_memory
    if mode == "off" and not users:
        raise _agents_off()
    if users and mode != "on":
        return users
    owners = users + agents
    if not owners:
        raise ApiError(
            service_errors.FIELD_REQUIRED, "user_id or agent_id is required, and both are empty"
        )
    return owners


def subject_of(world: World, user_id: str, agent_id: str) -> Scope:
    """Whose memories a call reads. With both ids it is the user; strict mode refuses that."""
    if user_id and agent_id and world.settings.strict:
        raise ApiError(
            service_errors.INVALID_PARAMETERS,
            "user_id and agent_id both came; one of them is expected",
        )
    if user_id:
        return Scope("user", user_id)
    if world.settings.agent_memory == "off":
        raise _agents_off()
    return Scope("agent", agent_id)


def linked_bases(world: World, ids: list[str] | str) -> tuple[Scope, ...]:
    """The scopes of knowledge bases that a call names. Raises 50123 for one that is not linked."""
    if ids in ("all", ["all"]):
        return tuple(Scope("knowledgebase", base.id) for base in world.bases.linked())
    scopes = []
    for base_id in dict.fromkeys(ids):
        base = world.bases.get(base_id)
        if base is None or not base.linked:
            raise ApiError(
                service_errors.KNOWLEDGEBASE_UNLINKED,
                f"knowledge base {base_id!r} is not linked to the project of this API key",
            )
        scopes.append(Scope("knowledgebase", base_id))
    return tuple(scopes)


def _agents_off() -> ApiError:
    return ApiError(
        service_errors.FIELD_REQUIRED,
        "user_id is required: independent Agent memory is off (setting agent_memory)",
    )
