"""The scopes of a request: users, Agents, public memory, knowledge bases."""

from typing import Final

from mock_memos.core.records import Scope
from mock_memos.core.service_errors import (
    FIELD_REQUIRED,
    INVALID_PARAMETERS,
    KNOWLEDGEBASE_UNLINKED,
    ApiError,
)
from mock_memos.simulation.world import World

PUBLIC: Final = Scope("public")
"""The memories that all users and Agents of a project share."""


def id_list(ids: str | list[str]) -> tuple[str, ...]:
    """Returns the distinct, non-empty ids of a field that takes one id or a list."""
    if isinstance(ids, str):
        return (ids,) if ids else ()
    return tuple(dict.fromkeys(id_ for id_ in ids if id_))


def subjects_of(
    world: World, user_id: str | list[str], agent_id: str | list[str]
) -> tuple[Scope, ...]:
    """Returns the owners of the memories that a request writes.

    With a user, an Agent only marks the user's memories; alone, it owns them (assumed: a project
    setting in the documentation; the official SDK allows it). Raises 40002 without an owner.
    """
    users = tuple(Scope("user", id_) for id_ in id_list(user_id))
    agents = tuple(Scope("agent", id_) for id_ in id_list(agent_id))
    mode = world.settings.agent_memory
    if mode == "off" and not users:
        raise _agents_off()
    if users and mode != "on":
        return users
    owners = users + agents
    if not owners:
        raise ApiError(FIELD_REQUIRED, "user_id or agent_id is required, but both are empty")
    return owners


def subject_of(world: World, user_id: str, agent_id: str) -> Scope:
    """Returns the owner of the memories that a request reads.

    With both ids it is the user; strict mode rejects that.
    """
    if user_id and agent_id and world.settings.strict:
        raise ApiError(INVALID_PARAMETERS, "received user_id and agent_id; expected one of them")
    if user_id:
        return Scope("user", user_id)
    if world.settings.agent_memory == "off":
        raise _agents_off()
    return Scope("agent", agent_id)


def linked_bases(world: World, ids: list[str] | str) -> tuple[Scope, ...]:
    """Returns the scopes of knowledge bases. Raises 50123 for one that is not linked."""
    if ids in ("all", ["all"]):
        return tuple(Scope("knowledgebase", base.id) for base in world.knowledgebases.all_linked())
    scopes = []
    for base_id in dict.fromkeys(ids):
        base = world.knowledgebases.get(base_id)
        if base is None or not base.linked:
            raise ApiError(
                KNOWLEDGEBASE_UNLINKED,
                f"knowledge base {base_id!r} is not linked to the project of this API key",
            )
        scopes.append(Scope("knowledgebase", base_id))
    return tuple(scopes)


def _agents_off() -> ApiError:
    return ApiError(
        FIELD_REQUIRED,
        "user_id is required: independent Agent memory is off (setting agent_memory)",
    )
