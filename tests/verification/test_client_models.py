"""The models that are read from the client's source equal the imported ones."""

import sys
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from mock_memos.verification.comparison.reply_shapes import Declared, format_path
from mock_memos.verification.drift import client_models as module
from mock_memos.verification.drift.client_models import client_models, read_models, read_uses
from tests.support.official_client import client_class


def test_client_models_does_not_import_the_package() -> None:
    before = set(sys.modules)
    client_models.cache_clear()
    assert client_models() is not None
    assert not [name for name in set(sys.modules) - before if name.startswith("memos")]


def test_client_models_equal_those_of_pydantic() -> None:
    known = client_models()
    assert known is not None
    models = client_class().add_message.__globals__
    assert len(known.classes) == 13
    for operation, name in known.classes.items():
        schema = models[name].model_json_schema()
        assert types_by_path(known.shapes[operation]) == dict(
            places("the reply", schema, schema, True)
        )


def types_by_path(expected: Any) -> dict[str, tuple[frozenset[str], bool]]:
    return {format_path(path): (known.types, known.required) for path, known in expected.items()}


def places(path: str, schema: Any, whole: Any, required: bool) -> Any:
    """Yields every path of a pydantic schema, with its types and whether it is required."""
    kinds = [resolved(item, whole) for item in schema.get("anyOf", [schema])]
    yield path, (frozenset(item["type"] for item in kinds), required)
    for item in kinds:
        for name, field in item.get("properties", {}).items():
            inner = name if path == "the reply" else f"{path}.{name}"
            yield from places(inner, field, whole, name in item.get("required", ()))
        if "items" in item:
            yield from places(f"{path}[]", item["items"], whole, True)


def resolved(schema: Any, whole: Any) -> Any:
    return whole["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_client_models_is_absent_without_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert client_models.__wrapped__() is None
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(module, "find_spec", lambda name: spec)
    assert client_models.__wrapped__() is None


def test_client_models_handles_an_unknown_release(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_read_models_reads_every_kind_of_field() -> None:
    models = read_models(SOURCE)
    arguments = dict(module._paths((), models, "Outer"))
    inner = ("data", "[]")
    assert str(arguments["data",]) == "array or null"
    assert str(arguments[(*inner, "name")]) == "null or string"
    assert arguments[(*inner, "type")] == Declared(
        types=frozenset({"string"}), words=frozenset("ab"), evidence="sdk"
    )
    assert str(arguments[(*inner, "more")]) == "anything?"
    assert str(arguments[(*inner, "rows")]) == "array?"
    assert str(arguments[(*inner, "rows", "[]")]) == "object"
    assert str(arguments[(*inner, "mark")]) == "integer or null or number?"
    assert str(arguments[(*inner, "late")]) == "string"


def test_read_uses_returns_the_model_of_each_operation() -> None:
    assert read_uses(USES) == {"get/one": "Outer"}
