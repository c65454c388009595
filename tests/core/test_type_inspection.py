"""Inspection of struct types, and validation by them."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
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


@pytest.mark.parametrize(
    ("value", "mistakes"),
    [
        ({"name": ""}, "name: must not be empty"),
        ({"name": "x", "leaves": 1}, "name: must not be x; leaves: expected a list"),
        ({"nam": "y"}, "unknown key 'nam', did you mean 'name'? Allowed: name, leaves, "),
        ({"leaves": ["a", {}]}, "leaves.1: the key value is missing"),
        ({"leaves": [{"value": 7}]}, "expected a string, got the number 7; put it in quotes"),
        ({"leaves": [{"value": "a", "score": 2}]}, "leaves.0.score: must be at most 1, not 2"),
        ({"leaves": [None]}, "leaves.0: expected an object or a string, got null"),
        ({"children": {"b": {"mode": "of"}}}, "children.b.mode: 'of' is unknown, did you mean"),
        ({"mode": 1, "name": []}, "name: expected a string, got a list; mode: expected one of on"),
    ],
)
def test_convert_lists_all_mistakes_with_their_paths(value: object, mistakes: str) -> None:
    with pytest.raises(UsageError) as refused:
        convert(value, Tree)
    assert mistakes in str(refused.value)


def test_convert_returns_the_struct() -> None:
    assert convert({"leaves": ["a"], "free": [1]}, Tree) == Tree(leaf_list=["a"], free=[1])
