"""Profile templates and the profiles that were made from them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import msgspec

from mock_memos.core.identifiers import Ids
from mock_memos.core.profile_tree import Fields, Leaf, Path
from mock_memos.core.records import Memory, Profile, ProfileField, Scope, Template
from mock_memos.simulation.forkable import ForkableDict
from mock_memos.simulation.memory_index import MemoryIndex


class Profiles:
    """Templates by id, and profiles by owner and template.

    Every field with a value stands behind a memory of its own, which search finds.
    """

    def __init__(self, shelves: MemoryIndex, ids: Ids) -> None:
        self._index = shelves
        self._ids = ids
        self._templates: ForkableDict[str, Template] = ForkableDict()
        self._profiles: ForkableDict[str, Profile] = ForkableDict()
        self._bound: ForkableDict[tuple[Scope, str], str] = ForkableDict()
        self._owned: ForkableDict[Scope, tuple[str, ...]] = ForkableDict()

    def put_template(self, template: Template) -> None:
        self._templates[template.id] = template

    def template(self, template_id: str) -> Template | None:
        return self._templates.get(template_id)

    def templates(self) -> Iterator[Template]:
        return self._templates.values()

    def delete_template(self, template_id: str) -> None:
        self._templates.pop(template_id)

    def put(self, profile: Profile) -> None:
        """Add a profile, or replace the one with the same id."""
        where = (profile.scope, profile.template_id)
        if where not in self._bound:
            self._bound[where] = profile.id
            self._owned[profile.scope] = (*(self._owned.get(profile.scope) or ()), profile.id)
        self._profiles[profile.id] = profile

    def get(self, scope: Scope, template_id: str) -> Profile | None:
        """The profile of an owner that was made from a template."""
        profile_id = self._bound.get((scope, template_id))
        return None if profile_id is None else self._profiles.get(profile_id)

    def has_profile(self, scopes: Iterable[Scope]) -> bool:
        """Whether one of these owners has a profile."""
        return len(self._profiles) > 0 and any(self._owned.get(scope) for scope in scopes)

    def all(self) -> Iterator[Profile]:
        """Every profile, oldest first."""
        return self._profiles.values()

    def of(self, scope: Scope) -> Iterator[Profile]:
        """The profiles of an owner, oldest first."""
        for profile_id in self._owned.get(scope) or ():
            profile = self._profiles.get(profile_id)
            if profile is not None:
                yield profile

    def from_template(self, template_id: str) -> list[Profile]:
        """Every profile that was made from a template, oldest first."""
        return [one for one in self._profiles.values() if one.template_id == template_id]

    def bind(self, scope: Scope, template: Template, now: int) -> Profile:
        """Make a profile of a template, unless this user or Agent has one."""
        profile = self.get(scope, template.id)
        if profile is None:
            profile = Profile(
                id=self._ids.next("profile"),
                template_id=template.id,
                scope=scope,
                fields={},
                memory_ids={},
                created=now,
                updated=now,
            )
            self.write(profile, template.fields, now)
        return profile

    def write(self, profile: Profile, fields: Fields, now: int) -> list[tuple[str, bool]]:
        """Give a profile other fields. Gives the ids of changed values, and which are new."""
        ids: dict[Path, str] = {}
        changed: list[tuple[str, bool]] = []
        for path, leaf in fields.items():
            old_id = profile.memory_ids.get(path)
            if not leaf.value:
                continue
            ids[path] = old_id or self._ids.profile_field(profile.template_id)
            if old_id is None or profile.fields.get(path) != leaf:
                self._index.put(self._field_memory(profile, path, leaf, ids[path], now))
                changed.append((ids[path], old_id is None))
        for path, memory_id in profile.memory_ids.items():
            if path not in ids:
                self._index.delete(memory_id)
        self.put(msgspec.structs.replace(profile, fields=fields, memory_ids=ids, updated=now))
        return changed

    def apply_attributes(
        self, scope: Scope, said: Sequence[tuple[str, str]], now: int
    ) -> Iterator[tuple[str, bool]]:
        """Put what messages say of a person into the fields that messages may change."""
        from mock_memos.content.rules.statements import (
            find_attribute,  # the rules are slow to import
        )

        for profile in list(self.of(scope)) if said else ():
            fields = dict(profile.fields)
            for path, leaf in profile.fields.items():
                names = (".".join(path), find_attribute(path[-1]))
                for attribute, value in said:
                    if leaf.algorithm_updatable and attribute in names:
                        fields[path] = Leaf(value)
            if fields != profile.fields:
                yield from self.write(profile, fields, now)

    def on_memory_updated(self, memory: Memory, now: int) -> None:
        """The memory behind a value was changed by hand: so is the field."""
        if isinstance(memory.detail, ProfileField):
            profile = self.get(memory.scope, memory.detail.template_id)
            if profile is not None:
                leaf = Leaf(memory.value, memory.detail.algorithm_updatable)
                fields = profile.fields | {memory.detail.path: leaf}
                self.put(msgspec.structs.replace(profile, fields=fields, updated=now))

    def on_memory_deleted(self, memory: Memory, now: int) -> None:
        """The memory behind a value was deleted: the field is empty."""
        if isinstance(memory.detail, ProfileField):
            profile = self.get(memory.scope, memory.detail.template_id)
            if profile is not None:
                path = memory.detail.path
                leaf = Leaf("", memory.detail.algorithm_updatable)
                ids = {one: held for one, held in profile.memory_ids.items() if one != path}
                self.put(
                    msgspec.structs.replace(
                        profile, fields=profile.fields | {path: leaf}, memory_ids=ids, updated=now
                    )
                )

    def as_memory(self, profile: Profile) -> Memory:
        """A profile as one memory, which is how filters see it."""
        whole = self._field_memory(profile, (), Leaf(), profile.id, profile.created)
        return msgspec.structs.replace(whole, update_time=profile.updated)

    def delete(self, profile: Profile) -> None:
        """Take a profile away, with the memories behind its values."""
        for memory_id in profile.memory_ids.values():
            self._index.delete(memory_id)
        self._profiles.pop(profile.id)
        self._bound.pop((profile.scope, profile.template_id))
        left = tuple(one for one in self._owned.get(profile.scope) or () if one != profile.id)
        self._owned[profile.scope] = left

    def fork(self, shelves: MemoryIndex, ids: Ids) -> Self:
        twin = type(self)(shelves, ids)
        twin._templates, twin._profiles = self._templates.fork(), self._profiles.fork()
        twin._bound, twin._owned = self._bound.fork(), self._owned.fork()
        return twin

    def _field_memory(
        self, profile: Profile, path: Path, leaf: Leaf, memory_id: str, now: int
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
