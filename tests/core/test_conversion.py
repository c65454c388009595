"""Conversion of values to structs, with all mistakes at once."""

import pytest

from mock_memos.core.conversion import convert
from mock_memos.core.errors import UsageError
from tests.core.test_type_inspection import Tree


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
