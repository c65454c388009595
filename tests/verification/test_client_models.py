"""The official client's models as read from its source, against the models themselves."""

import sys
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from mock_memos.verification.comparison.reply_shapes import Declared, format_path
from mock_memos.verification.drift import client_models as module
from mock_memos.verification.drift.client_models import client_models, read_models, read_uses
from tests.support.official import client_class


def test_reading_them_imports_nothing_of_the_package() -> None:
    before = set(sys.modules)
    client_models.cache_clear()
    assert client_models() is not None
    assert not [name for name in set(sys.modules) - before if name.startswith("memos")]


def test_they_are_what_pydantic_says_of_them() -> None:
    known = client_models()
    assert known is not None
    models = client_class().add_message.__globals__
    assert len(known.classes) == 13
    for operation, name in known.classes.items():
        schema = models[name].model_json_schema()
        assert told(known.shapes[operation]) == dict(places("the reply", schema, schema, True))


def told(said: Any) -> dict[str, tuple[frozenset[str], bool]]:
    return {format_path(path): (known.types, known.required) for path, known in said.items()}


def places(path: str, schema: Any, whole: Any, required: bool) -> Any:
    """Every place of a schema of pydantic's, with its types and whether it must be there."""
    kinds = [resolved(one, whole) for one in schema.get("anyOf", [schema])]
    yield path, (frozenset(one["type"] for one in kinds), required)
    for one in kinds:
        for name, field in one.get("properties", {}).items():
            inner = name if path == "the reply" else f"{path}.{name}"
            yield from places(inner, field, whole, name in one.get("required", ()))
        if "items" in one:
            yield from places(f"{path}[]", one["items"], whole, True)


def resolved(schema: Any, whole: Any) -> Any:
    return whole["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_where_there_is_none_or_another_package_of_that_name_there_are_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert client_models.__wrapped__() is None
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(module, "find_spec", lambda name: spec)
    assert client_models.__wrapped__() is None


def test_a_release_that_is_not_known_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", missing)
    known = client_models.__wrapped__()
    assert known is not None
    assert known.release == "of an unknown release"


SOURCE = """
class Inner(BaseModel):
    name: Optional[str]
    kind: Literal["a", "b"] = Field(..., alias="type")
    more: Any = None
    rows: List[dict[str, int]] = Field(default_factory=list)
    mark: Union[int, float, None] = Field(None)
    late: str = Field(default=...)

class Outer(BaseModel):
    data: list[Inner] | None
"""
USES = """
class Client:
    def one(self):
        url = f"{self.base_url}/get/one"
        return Outer(**response_data)
    def two(self):
        url = f"{self.base_url}/get/two/{name}"
        return response_data
"""


def test_every_way_of_writing_a_field_is_understood() -> None:
    models = read_models(SOURCE)
    said = dict(module._paths((), models, "Outer"))
    inner = ("data", "[]")
    assert str(said["data",]) == "array or null"
    assert str(said[(*inner, "name")]) == "null or string"
    assert said[(*inner, "type")] == Declared(
        types=frozenset({"string"}), words=frozenset("ab"), evidence="sdk"
    )
    assert str(said[(*inner, "more")]) == "anything?"
    assert str(said[(*inner, "rows")]) == "array?"
    assert str(said[(*inner, "rows", "[]")]) == "object"
    assert str(said[(*inner, "mark")]) == "integer or null or number?"
    assert str(said[(*inner, "late")]) == "string"


def test_a_method_tells_which_model_reads_which_operation() -> None:
    assert read_uses(USES) == {"get/one": "Outer"}
