"""Profile trees: at most three levels of names, with leaves that have a value.

A leaf is `{"value": string, "algorithm_updatable": boolean}`. Inside the mock a tree is a flat
mapping from path to leaf; only requests and responses have the nested form.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError

MAX_DEPTH: Final = 3
FieldPath = tuple[str, ...]


class Leaf(msgspec.Struct, frozen=True):
    """A profile value, and whether messages may change it."""

    value: str = ""
    algorithm_updatable: bool = True


Fields = dict[FieldPath, Leaf]


def flatten(tree: dict[str, Any], root: str = "metadata") -> Fields:
    """Returns a nested tree as paths and leaves. Raises ApiError 40000 for an invalid tree."""
    return dict(_leaves(tree, (), root))


def _leaves(tree: dict[str, Any], path: FieldPath, root: str) -> Iterator[tuple[FieldPath, Leaf]]:
    for name, child in tree.items():
        child_path = (*path, name)
        field = f"{root}.{'.'.join(child_path)}"
        if not isinstance(child, dict):
            raise _invalid(f"{field}: expected an object with a 'value', got {child!r}")
        if "value" in child and not isinstance(child["value"], dict):
            yield child_path, _leaf(child, field)
        elif len(child_path) >= MAX_DEPTH:
            raise _invalid(f"{field}: a tree has at most {MAX_DEPTH} levels above the 'value'")
        elif not child:
            raise _invalid(f"{field}: expected an object with a 'value', got an empty object")
        else:
            yield from _leaves(child, child_path, root)


def _leaf(raw: dict[str, Any], field: str) -> Leaf:
    value, updatable = raw["value"], raw.get("algorithm_updatable", True)
    if not isinstance(value, str):
        raise _invalid(f"{field}.value: expected a string, got {value!r}")
    if not isinstance(updatable, bool):
        raise _invalid(f"{field}.algorithm_updatable: expected true or false, got {updatable!r}")
    return Leaf(value, updatable)


def unflatten(fields: Fields) -> dict[str, Any]:
    """Returns paths and leaves as a nested tree."""
    tree: dict[str, Any] = {}
    for path, leaf in fields.items():
        parent = tree
        for name in path[:-1]:
            parent = parent.setdefault(name, {})
        parent[path[-1]] = {"value": leaf.value, "algorithm_updatable": leaf.algorithm_updatable}
    return tree


def remove_field(fields: Fields, dotted_path: str) -> Fields:
    """Returns the fields without those at or below a dotted path."""
    return {
        path: leaf
        for path, leaf in fields.items()
        if not f"{'.'.join(path)}.".startswith(f"{dotted_path}.")
    }


def merge_template(current: Fields, before: Fields, after: Fields) -> Fields:
    """Returns the fields of a profile after its template changed (documented).

    New and changed fields of the template overwrite, removed fields are removed. Other fields,
    also those that only this profile has, keep their values.
    """
    remaining = {
        path: leaf for path, leaf in current.items() if path in after or path not in before
    }
    new_or_changed = {path: leaf for path, leaf in after.items() if before.get(path) != leaf}
    missing = {path: leaf for path, leaf in after.items() if path not in remaining}
    return remaining | missing | new_or_changed


def _invalid(hint: str) -> ApiError:
    return ApiError(service_errors.INVALID_PARAMETERS, hint)
