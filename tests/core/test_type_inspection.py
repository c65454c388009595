"""Inspection of struct types."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mock_memos.core.type_inspection import (
    field_types,
    literals_of,
    struct_fields,
    structs_in,
    walk,
)

Score = Annotated[float, Meta(ge=0, le=1)]


class Leaf(msgspec.Struct, forbid_unknown_fields=True):
    value: str
    score: Score | None = None


class Tree(msgspec.Struct, rename={"leaf_list": "leaves"}, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, extra={"check": lambda name: _refuse_x(name)})] = "a"
    leaf_list: list[Leaf | str] = []
    children: "dict[str, Tree]" = {}
    mode: Literal["on", "off"] | UnsetType = UNSET
    free: Any = None


def _refuse_x(name: str) -> str | None:
    return "must not be x" if name == "x" else None


def test_fields_have_the_names_of_json_and_their_limits() -> None:
    fields = struct_fields(Tree)
    assert list(fields) == ["name", "leaves", "children", "mode", "free"]
    assert fields["name"].types[0].limits == {"min_length": 1}
    assert not fields["name"].required
    assert struct_fields(Leaf)["value"].required
    assert [type_.json_type for type_ in struct_fields(Leaf)["score"].types] == ["number", "null"]
    assert struct_fields(Leaf)["score"].types[0].limits == {"ge": 0, "le": 1}


def test_limits_of_a_union_apply_to_its_members() -> None:
    (number, null) = field_types(Annotated[float | None, Meta(le=3)])
    assert number.limits == null.limits == {"le": 3}


def test_walk_enters_items_and_on_request_structs_once() -> None:
    leaves = struct_fields(Tree)["leaves"].types
    assert [type_.json_type for type_ in walk(leaves)] == ["array", "object", "string"]
    assert structs_in(Tree) == [Tree, Leaf]
    assert literals_of(struct_fields(Tree)["mode"].types) == ["on", "off"]
