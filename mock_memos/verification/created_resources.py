"""What a run creates at the service, noted before each call to be deleted or listed."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from mock_memos.verification.service import ServiceResponse

MESSAGE_OPERATIONS: Final = ("add/message", "add/feedback", "chat")
CREATE_OPERATIONS: Final = {
    "create/knowledgebase": ("knowledgebase_name", "id"),
    "add/profile_template": ("name", "profile_template_id"),
}
"""Operations whose result has an id of the service: the request field with the name, and the
response field with the id."""

BIND_OPERATION: Final = "bind/profile_template"
SUBJECTS: Final = {"user_id": "user", "agent_id": "Agent"}
"""Fields of owners of memories and profiles."""

FINAL_STATUSES: Final = ("completed", "failed")
"""Statuses of an ended task."""

UNKNOWN_ID: Final = "<id>"
"""Replaces an id that was never read, because the call that created it was interrupted."""


class CreatedResource(msgspec.Struct, frozen=True):
    """Something that this run created, and the call that deletes it."""

    description: str
    operation: str
    body: dict[str, Any]

    @property
    def delete_command(self) -> str:
        """The call as a shell command, without the key."""
        body = json.dumps(self.body, ensure_ascii=False).replace("'", "'\\''")
        return (
            f'curl "$MEMOS_BASE_URL/{self.operation}" '
            f"-H \"Authorization: Token $MEMOS_API_KEY\" -d '{body}'"
        )


class CreatedResources:
    """Everything that this run created and did not delete, and its running tasks."""

    def __init__(self) -> None:
        self._resources: dict[str, CreatedResource] = {}
        self.running_tasks: dict[str, tuple[str, ...]] = {}
        """Tasks that have not ended, each with the descriptions of what it writes to."""
        self.untracked_users: dict[str, None] = {}
        """Users to whom an unknown task may write: one of a chat or of an interrupted call."""

    @property
    def all(self) -> list[CreatedResource]:
        """What was created, newest first."""
        return list(self._resources.values())[::-1]

    @property
    def still_written(self) -> set[str]:
        """What running tasks write to: deleting it now does not suffice."""
        return {description for written in self.running_tasks.values() for description in written}

    def add(self, resource: CreatedResource) -> None:
        """Adds something that was created."""
        self._resources[resource.description] = resource

    def remove(self, resource: CreatedResource) -> None:
        """Removes something that was deleted."""
        self._resources.pop(resource.description, None)

    @contextmanager
    def track(self, operation: str, body: Any) -> Iterator[Callable[[ServiceResponse], None]]:
        """Tracks one call. What it may create counts as created before it is sent."""
        operation = operation.partition("?")[0]
        fields = body if isinstance(body, dict) else {}
        created = [
            resource
            for resource in _may_create(operation, fields)
            if resource.description not in self._resources
        ]
        for resource in created:
            self.add(resource)
        has_result = False

        def note(response: ServiceResponse) -> None:
            nonlocal has_result
            has_result = isinstance(response.code, int)
            if response.code == 0:
                self._note_success(operation, fields, response)
            elif has_result:
                for resource in created:
                    self.remove(resource)

        try:
            yield note
        finally:
            if not has_result and operation in MESSAGE_OPERATIONS:
                self._note_untracked(operation, fields)

    def _note_success(
        self, operation: str, fields: dict[str, Any], response: ServiceResponse
    ) -> None:
        if operation in CREATE_OPERATIONS:
            name_field, id_field = CREATE_OPERATIONS[operation]
            if isinstance(resource_id := response.at(id_field), str):
                self._resources.pop(f"{_type_of(operation)} {fields.get(name_field)!r}", None)
                self.add(resource_with_id(operation, resource_id))
        elif operation in MESSAGE_OPERATIONS:
            self._note_task(operation, fields, response)
        elif operation == "get/status":
            if response.task_status() in FINAL_STATUSES:
                self.running_tasks.pop(fields.get("task_id", ""), None)
        elif operation.startswith("delete/"):
            self._note_deletion(operation, fields)

    def _note_task(self, operation: str, fields: dict[str, Any], response: ServiceResponse) -> None:
        task = response.at("task_id")
        if isinstance(task, str) and response.at("status") != "completed":
            resources = _may_create(operation, fields)
            self.running_tasks[task] = tuple(resource.description for resource in resources)
        elif operation == "chat":
            self._note_untracked(operation, fields)

    def _note_untracked(self, operation: str, fields: dict[str, Any]) -> None:
        for resource in _may_create(operation, fields):
            if "user_id" in resource.body:
                self.untracked_users[resource.body["user_id"]] = None

    def _note_deletion(self, operation: str, fields: dict[str, Any]) -> None:
        for resource in self.all:
            deleted = resource.operation == operation and resource.body.items() <= fields.items()
            written = (
                resource.description in self.still_written
                or resource.body.get("user_id") in self.untracked_users
            )
            if deleted and not written:
                self.remove(resource)


def format_remaining(remaining: Iterable[CreatedResource]) -> Iterator[str]:
    """Yields what a run could not delete, in lines, each with the call that deletes it."""
    for number, resource in enumerate(remaining):
        if not number:
            yield "Not everything could be deleted. These calls delete the rest:"
        yield f"  {resource.description}"
        yield f"    {resource.delete_command}"


def remaining_as_json(remaining: Iterable[CreatedResource]) -> list[dict[str, str]]:
    """Returns the same for a JSON file."""
    return [
        {"description": resource.description, "delete_command": resource.delete_command}
        for resource in remaining
    ]


def resource_with_id(operation: str, resource_id: str) -> CreatedResource:
    """Returns what one of `CREATE_OPERATIONS` created, by its id."""
    if operation == "create/knowledgebase":
        body = {"knowledgebase_id": resource_id, "delete_all": True}
        return CreatedResource(f"knowledge base {resource_id}", "delete/knowledgebase", body)
    body = {"profile_template_id": resource_id}
    return CreatedResource(f"template {resource_id}", "delete/profile_template", body)


def _may_create(operation: str, fields: dict[str, Any]) -> Iterator[CreatedResource]:
    """Yields what a call may create, as far as the request says it."""
    if operation in CREATE_OPERATIONS:
        name_field, _ = CREATE_OPERATIONS[operation]
        if isinstance(name := fields.get(name_field), str):
            unknown = resource_with_id(operation, UNKNOWN_ID)
            description = f"{_type_of(operation)} {name!r}"
            yield CreatedResource(description, unknown.operation, unknown.body)
    elif operation == BIND_OPERATION:
        yield from _profiles(fields.get("bind_list"))
    elif operation in MESSAGE_OPERATIONS and fields.get("add_message_on_answer") is not False:
        for field, subject in SUBJECTS.items():
            ids = fields.get(field) or []
            for subject_id in [ids] if isinstance(ids, str) else ids:
                if isinstance(subject_id, str):
                    body = {field: subject_id}
                    yield CreatedResource(f"{subject} {subject_id}", "delete/memory", body)


def _profiles(bindings: Any) -> Iterator[CreatedResource]:
    for binding in bindings if isinstance(bindings, list) else []:
        if isinstance(binding, dict) and all(isinstance(value, str) for value in binding.values()):
            owners = [value for field, value in binding.items() if field in SUBJECTS]
            template = binding.get("profile_template_id")
            description = f"profile of {' and '.join(owners)} in {template}"
            yield CreatedResource(description, "delete/profile", binding)


def _type_of(operation: str) -> str:
    return "knowledge base" if operation == "create/knowledgebase" else "template"
