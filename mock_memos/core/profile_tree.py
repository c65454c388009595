"""Profile trees: at most three levels of names above leaves of a value and a permission.

A leaf is `{"value": text, "algorithm_updatable": true or false}`. Inside the double a tree is a
flat mapping from path to leaf; only requests and answers have the nested form.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError

MAX_DEPTH: Final = 3
Path = tuple[str, ...]


class Leaf(msgspec.Struct, frozen=True):
    """A profile value, and whether messages may change it."""

    value: str = ""
    algorithm_updatable: bool = True


Fields = dict[Path, Leaf]


def flatten(tree: dict[str, Any], where: str = "metadata") -> Fields:
    """A nested tree as paths and leaves. Raises 40000 that names the place of a bad shape."""
    return dict(_leaves(tree, (), where))


def _leaves(tree: dict[str, Any], path: Path, where: str) -> Iterator[tuple[Path, Leaf]]:
    for name, below in tree.items():
        here = (*path, name)
        place = f"{where}.{'.'.join(here)}"
        if not isinstance(below, dict):
            raise _bad(f"{place}: a leaf is an object with a 'value', {below!r} came")
        if "value" in below and not isinstance(below["value"], dict):
            yield here, _leaf(below, place)
        elif len(here) >= MAX_DEPTH:
            raise _bad(f"{place}: a tree has at most {MAX_DEPTH} levels, and a leaf has a 'value'")
        elif not below:
            raise _bad(f"{place}: a leaf has a 'value'; an empty object came")
        else:
            yield from _leaves(below, here, where)


def _leaf(raw: dict[str, Any], place: str) -> Leaf:
    value, updatable = raw["value"], raw.get("algorithm_updatable", True)
    if not isinstance(value, str):
        raise _bad(f"{place}.value is a text, {value!r} came")
    if not isinstance(updatable, bool):
        raise _bad(f"{place}.algorithm_updatable is true or false, {updatable!r} came")
    return Leaf(value, updatable)


def unflatten(fields: Fields) -> dict[str, Any]:
    """Paths and leaves as a nested tree."""
    tree: dict[str, Any] = {}
    for path, leaf in fields.items():
        below = tree
        for name in path[:-1]:
            below = below.setdefault(name, {})
        below[path[-1]] = {"value": leaf.value, "algorithm_updatable": leaf.algorithm_updatable}
    return tree


def remove_field(fields: Fields, dotted: str) -> Fields:
    """The fields but those at or below a dotted path; an unknown path changes nothing."""
    return {
        path: leaf
        for path, leaf in fields.items()
        if not f"{'.'.join(path)}.".startswith(f"{dotted}.")
    }


def merge_template(held: Fields, before: Fields, after: Fields) -> Fields:
    """The fields of an instance after its template changed from `before` to `after` (documented).

    New fields arrive with the template's values, changed ones overwrite, removed ones go,
    unchanged ones keep what the instance holds. Fields of this instance alone stay.
    """
    kept = {path: leaf for path, leaf in held.items() if path in after or path not in before}
    changed = {path: leaf for path, leaf in after.items() if before.get(path) != leaf}
    missing = {path: leaf for path, leaf in after.items() if path not in kept}
    return kept | missing | changed


def _bad(hint: str) -> ApiError:
    return ApiError(service_errors.INVALID_PARAMETERS, hint)
