"""JSON Schemas of the structs, with what their types alone cannot say.

That is: where a field is known from, which fields are required and must not be empty, what an older
name stands for, and that an absent value is never null.
"""

import inspect
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from mock_memos.api.models.base import UNSET, About, Model, Request
from mock_memos.api.models.inspection import abouts
from mock_memos.core.type_inspection import structs_in

Schema = dict[str, Any]

_NOTHING: Final[tuple[Any, ...]] = ("", None, [], {})
"""Defaults that stand for an absent field."""

_FILLED: Final = {"minLength": 1, "minItems": 1, "minProperties": 1}
_LEAST: Final = {"string": "minLength", "array": "minItems", "object": "minProperties"}


def schemas_of(
    kinds: Iterable[Any], *, strict: bool = False
) -> tuple[list[Schema], dict[str, Schema]]:
    """A schema for each type, and the components that these refer to."""
    types = list(kinds)
    schemas, parts = _plain(
        msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    )
    for model in dict.fromkeys(found for kind in types for found in structs_in(kind)):
        part = parts[model.__name__]
        part.pop("title")
        if doc := part.pop("description", ""):
            parts[model.__name__] = part = {"description": inspect.cleandoc(doc), **part}
        if issubclass(model, Request):
            _ask(part, model, strict=strict)
        elif issubclass(model, Model):
            _answer(part, model)
    _name_types([schemas, parts])
    return schemas, parts


def example(schema: Schema, parts: dict[str, Schema]) -> Any:
    """A value that fits: required fields, and those that have an example."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(parts[schema["$ref"].rpartition("/")[2]], parts)
    if schema.get("type") == "array":
        return [example(schema["items"], parts)]
    if schema.get("type") == "object":
        return {
            name: example(field, parts)
            for name, field in schema["properties"].items()
            if name in schema["required"] or "examples" in field
        }
    return schema["enum"][0]


def bare(field: Schema) -> Schema:
    """The schema of a field without what is said beside it, where it is no property."""
    beside = ("default", "description", "x-evidence")
    return {key: value for key, value in field.items() if key not in beside}


def without_null(schema: Schema) -> Schema:
    """A field that may be null, without saying so: null stands for absent in every request."""
    kinds: list[Schema] = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | kinds[0]


def _plain(schemas: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(schemas))


def _ask(part: Schema, model: type[Request], *, strict: bool) -> None:
    """Complete the schema of a request or of a part of one."""
    fields = part["properties"]
    for name, said in abouts(model).items():
        field = fields[name] = without_null(fields[name])
        if field.get("default") in _NOTHING:
            field.pop("default", None)
        if "" in field.get("enum", ()):
            field["enum"].remove("")
        if said.required is True or (strict and said.required):
            part["required"].append(name)
            field.pop("default", None)
            _fill(field)
        _tell(field, said, strict=strict)
    if (tag := model.__struct_config__.tag_field) is not None:
        fields[tag] |= {"description": "Which kind of part it is", "x-evidence": "documented"}
    groups: list[Schema] = [
        {"oneOf" if group in model.only_one else "anyOf": [_present(name) for name in group]}
        for group in dict.fromkeys((*model.needs, *model.only_one))
    ]
    part |= groups[0] if len(groups) == 1 else {"allOf": groups} if groups else {}


def _present(name: str) -> Schema:
    """That a field is there, and not empty."""
    return {"required": [name], "properties": {name: _FILLED}}


def _tell(field: Schema, said: About, *, strict: bool) -> None:
    if said.clamp is not None:
        if strict:
            field["maximum"] = said.clamp
        else:
            field["description"] += f"; a larger number is read as {said.clamp}"
    if said.alias_of:
        field["deprecated"] = True
    field["x-evidence"] = said.evidence


def _answer(part: Schema, model: type[Model]) -> None:
    """Complete the schema of a response: every field is there, but those that may be unset."""
    part["required"] = [
        field.encode_name for field in msgspec.structs.fields(model) if field.default is not UNSET
    ]
    for name, said in abouts(model).items():
        field = part["properties"][name]
        field.pop("default", None)
        field["x-evidence"] = said.evidence


def _fill(schema: Schema) -> None:
    """Demand a value that is not empty."""
    for kind in schema.get("anyOf", [schema]):
        if (least := _LEAST.get(kind.get("type", ""))) is not None:
            kind[least] = 1


def _name_types(schema: Any) -> None:
    """Say that an enumeration of texts holds texts: generators of clients ask for it."""
    if isinstance(schema, list):
        for inner in schema:
            _name_types(inner)
    elif isinstance(schema, dict):
        choices = schema.get("enum")
        if isinstance(choices, list) and all(isinstance(one, str) for one in choices):
            schema.setdefault("type", "string")
        for inner in schema.values():
            _name_types(inner)
