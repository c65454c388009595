"""Profile templates, and the profiles of users and Agents."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import msgspec

from mock_memos.core.identifiers import Ids
from mock_memos.core.profile_tree import FieldPath, Fields, Leaf
from mock_memos.core.records import Memory, Profile, ProfileField, Scope, Template
from mock_memos.simulation.forkable import ForkableDict
from mock_memos.simulation.memory_index import MemoryIndex


class Profiles:
    """Templates by id, and profiles by owner and template.

    Each field with a value has a memory, which search finds.
    """

    def __init__(self, index: MemoryIndex, ids: Ids) -> None:
        self._index = index
        self._ids = ids
        self._templates: ForkableDict[str, Template] = ForkableDict()
        self._profiles: ForkableDict[str, Profile] = ForkableDict()
        self._ids_by_binding: ForkableDict[tuple[Scope, str], str] = ForkableDict()
        self._ids_by_scope: ForkableDict[Scope, tuple[str, ...]] = ForkableDict()

    def put_template(self, template: Template) -> None:
        """Adds a template, or replaces the one with the same id."""
        self._templates[template.id] = template

    def template(self, template_id: str) -> Template | None:
        """Returns the template with this id, or None."""
        return self._templates.get(template_id)

    def templates(self) -> Iterator[Template]:
        """Yields every template, oldest first."""
        return self._templates.values()

    def delete_template(self, template_id: str) -> None:
        """Deletes a template; its profiles stay."""
        self._templates.pop(template_id)

    def put(self, profile: Profile) -> None:
        """Adds a profile, or replaces the one with the same id."""
        key = (profile.scope, profile.template_id)
        if key not in self._ids_by_binding:
            self._ids_by_binding[key] = profile.id
            self._ids_by_scope[profile.scope] = (
                *(self._ids_by_scope.get(profile.scope) or ()),
                profile.id,
            )
        self._profiles[profile.id] = profile

    def get(self, scope: Scope, template_id: str) -> Profile | None:
        """Returns the profile of an owner with this template, or None."""
        profile_id = self._ids_by_binding.get((scope, template_id))
        return None if profile_id is None else self._profiles.get(profile_id)

    def has_profile(self, scopes: Iterable[Scope]) -> bool:
        """Returns whether one of these owners has a profile."""
        return len(self._profiles) > 0 and any(self._ids_by_scope.get(scope) for scope in scopes)

    def all(self) -> Iterator[Profile]:
        """Yields every profile, oldest first."""
        return self._profiles.values()

    def of(self, scope: Scope) -> Iterator[Profile]:
        """Yields the profiles of an owner, oldest first."""
        for profile_id in self._ids_by_scope.get(scope) or ():
            profile = self._profiles.get(profile_id)
            if profile is not None:
                yield profile

    def from_template(self, template_id: str) -> list[Profile]:
        """Returns the profiles of a template, oldest first."""
        profiles = self._profiles.values()
        return [profile for profile in profiles if profile.template_id == template_id]

    def bind(self, scope: Scope, template: Template, now: int) -> Profile:
        """Creates a profile from a template, or returns the one that this owner has."""
        profile = self.get(scope, template.id)
        if profile is None:
            profile = Profile(
                id=self._ids.next("profile"),
                template_id=template.id,
                scope=scope,
                fields={},
                memory_ids={},
                created_ms=now,
                updated_ms=now,
            )
            self.write(profile, template.fields, now)
        return profile

    def write(self, profile: Profile, fields: Fields, now: int) -> list[tuple[str, bool]]:
        """Replaces the fields of a profile. Returns the ids of its changed values, with is_new."""
        ids: dict[FieldPath, str] = {}
        changed_ids: list[tuple[str, bool]] = []
        for path, leaf in fields.items():
            old_id = profile.memory_ids.get(path)
            if not leaf.value:
                continue
            ids[path] = old_id or self._ids.profile_field(profile.template_id)
            if old_id is None or profile.fields.get(path) != leaf:
                self._index.put(self._field_memory(profile, path, leaf, ids[path], now))
                changed_ids.append((ids[path], old_id is None))
        for path, memory_id in profile.memory_ids.items():
            if path not in ids:
                self._index.delete(memory_id)
        self.put(msgspec.structs.replace(profile, fields=fields, memory_ids=ids, updated_ms=now))
        return changed_ids

    def apply_attributes(
        self, scope: Scope, attributes: Sequence[tuple[str, str]], now: int
    ) -> Iterator[tuple[str, bool]]:
        """Writes attributes of a person into the fields that messages may change.

        Yields the ids of changed values, and which are new.
        """
        from mock_memos.content.rules.statements import (
            attribute_for_field,  # the rules are slow to import
        )

        for profile in list(self.of(scope)) if attributes else ():
            fields = dict(profile.fields)
            for path, leaf in profile.fields.items():
                names = (".".join(path), attribute_for_field(path[-1]))
                for attribute, value in attributes:
                    if leaf.algorithm_updatable and attribute in names:
                        fields[path] = Leaf(value)
            if fields != profile.fields:
                yield from self.write(profile, fields, now)

    def on_memory_updated(self, memory: Memory, now: int) -> None:
        """Sets the field of a changed memory to its value."""
        self._set_field(memory, memory.value, now)

    def on_memory_deleted(self, memory: Memory, now: int) -> None:
        """Empties the field of a deleted memory."""
        profile = self._set_field(memory, "", now)
        if profile is not None:
            ids = {path: id_ for path, id_ in profile.memory_ids.items() if id_ != memory.id}
            self.put(msgspec.structs.replace(profile, memory_ids=ids))

    def _set_field(self, memory: Memory, value: str, now: int) -> Profile | None:
        """Sets the field of a memory. Returns its profile; None for a memory of another view."""
        field = memory.detail
        if not isinstance(field, ProfileField):
            return None
        profile = self.get(memory.scope, field.template_id)
        if profile is not None:
            fields = profile.fields | {field.path: Leaf(value, field.algorithm_updatable)}
            profile = msgspec.structs.replace(profile, fields=fields, updated_ms=now)
            self.put(profile)
        return profile

    def as_memory(self, profile: Profile) -> Memory:
        """Returns a profile as one memory, for filters."""
        memory = self._field_memory(profile, (), Leaf(), profile.id, profile.created_ms)
        return msgspec.structs.replace(memory, update_time=profile.updated_ms)

    def delete(self, profile: Profile) -> None:
        """Deletes a profile with the memories of its values."""
        for memory_id in profile.memory_ids.values():
            self._index.delete(memory_id)
        self._profiles.pop(profile.id)
        self._ids_by_binding.pop((profile.scope, profile.template_id))
        ids = self._ids_by_scope.get(profile.scope) or ()
        self._ids_by_scope[profile.scope] = tuple(id_ for id_ in ids if id_ != profile.id)

    def fork(self, index: MemoryIndex, ids: Ids) -> Self:
        """Returns equal profiles for the parts of a forked world."""
        copy = type(self)(index, ids)
        copy._templates, copy._profiles = self._templates.fork(), self._profiles.fork()
        copy._ids_by_binding, copy._ids_by_scope = (
            self._ids_by_binding.fork(),
            self._ids_by_scope.fork(),
        )
        return copy

    def _field_memory(
        self, profile: Profile, path: FieldPath, leaf: Leaf, memory_id: str, now: int
    ) -> Memory:
        old = self._index.get(memory_id)
        scope = profile.scope
        return Memory(
            id=memory_id,
            scope=scope,
            view="profile",
            key=".".join(path),
            value=leaf.value,
            memory_type="ProfileMemory",
            tags=(),
            conversation_id="",
            create_time=old.create_time if old else now,
            update_time=now,
            user_id=scope.id if scope.kind == "user" else "",
            agent_ids=(scope.id,) if scope.kind == "agent" else (),
            related=(scope.id,),
            detail=ProfileField(
                template_id=profile.template_id,
                path=path,
                algorithm_updatable=leaf.algorithm_updatable,
            ),
        )
