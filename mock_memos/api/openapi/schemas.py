"""JSON Schemas of request and response structs.

They add what the types cannot express: evidence, required and non-empty fields, older names of
fields, and that an absent value is never null.
"""

import inspect
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from mock_memos.api.models.base import UNSET, FieldInfo, Model, Request
from mock_memos.api.models.inspection import fields_info
from mock_memos.core.type_inspection import structs_in

Schema = dict[str, Any]

_ABSENT: Final[tuple[Any, ...]] = ("", None, [], {})
"""Defaults that mean an absent field."""

_NOT_EMPTY: Final = {"minLength": 1, "minItems": 1, "minProperties": 1}
_MINIMUM_KEYS: Final = {"string": "minLength", "array": "minItems", "object": "minProperties"}


def schemas_of(
    types: Iterable[Any], *, strict: bool = False
) -> tuple[list[Schema], dict[str, Schema]]:
    """Returns a schema for each type, and the components that these refer to."""
    types = list(types)
    schemas, components = _to_plain(
        msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    )
    for model in dict.fromkeys(struct for type_ in types for struct in structs_in(type_)):
        schema = components[model.__name__]
        schema.pop("title")
        if doc := schema.pop("description", ""):
            schema = {"description": inspect.cleandoc(doc), **schema}
            components[model.__name__] = schema
        if issubclass(model, Request):
            _complete_request(schema, model, strict=strict)
        elif issubclass(model, Model):
            _complete_response(schema, model)
    _add_enum_types([schemas, components])
    return schemas, components


def example_of(schema: Schema, components: dict[str, Schema]) -> Any:
    """Returns a valid value with the required fields and those that have an example."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    if schema.get("type") == "array":
        return [example_of(schema["items"], components)]
    if schema.get("type") == "object":
        return {
            name: example_of(field, components)
            for name, field in schema["properties"].items()
            if name in schema["required"] or "examples" in field
        }
    return schema["enum"][0]


def without_annotations(field: Schema) -> Schema:
    """Returns the schema of a field without its default, description and evidence."""
    removed_keys = ("default", "description", "x-evidence")
    return {key: value for key, value in field.items() if key not in removed_keys}


def without_null(schema: Schema) -> Schema:
    """Returns a schema without its null type, because null means absent in every request."""
    options: list[Schema] = [
        option for option in schema.get("anyOf", ()) if option != {"type": "null"}
    ]
    if len(options) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | options[0]


def _to_plain(schemas: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(schemas))


def _complete_request(schema: Schema, model: type[Request], *, strict: bool) -> None:
    """Completes the schema of a request or of a part of one."""
    fields = schema["properties"]
    for name, info in fields_info(model).items():
        field = fields[name] = without_null(fields[name])
        if field.get("default") in _ABSENT:
            field.pop("default", None)
        if "" in field.get("enum", ()):
            field["enum"].remove("")
        if info.required is True or (strict and info.required):
            schema["required"].append(name)
            field.pop("default", None)
            _require_content(field)
        _describe(field, info, strict=strict)
    if (tag := model.__struct_config__.tag_field) is not None:
        fields[tag] |= {"description": "The type of the part", "x-evidence": "documented"}
    groups: list[Schema] = [
        {"oneOf" if group in model.one_of else "anyOf": [_require_field(name) for name in group]}
        for group in dict.fromkeys((*model.any_of, *model.one_of))
    ]
    schema |= groups[0] if len(groups) == 1 else {"allOf": groups} if groups else {}


def _require_field(name: str) -> Schema:
    """Returns a schema that requires a field that is not empty."""
    return {"required": [name], "properties": {name: _NOT_EMPTY}}


def _describe(field: Schema, info: FieldInfo, *, strict: bool) -> None:
    if info.maximum is not None:
        if strict:
            field["maximum"] = info.maximum
        else:
            field["description"] += f"; a larger number is replaced by {info.maximum}"
    if info.alias_of:
        field["deprecated"] = True
    field["x-evidence"] = info.evidence


def _complete_response(schema: Schema, model: type[Model]) -> None:
    """Completes the schema of a response: fields are required unless they may be unset."""
    schema["required"] = [
        field.encode_name for field in msgspec.structs.fields(model) if field.default is not UNSET
    ]
    for name, info in fields_info(model).items():
        field = schema["properties"][name]
        field.pop("default", None)
        field["x-evidence"] = info.evidence


def _require_content(schema: Schema) -> None:
    """Requires a value that is not empty."""
    for option in schema.get("anyOf", [schema]):
        if (key := _MINIMUM_KEYS.get(option.get("type", ""))) is not None:
            option[key] = 1


def _add_enum_types(schema: Any) -> None:
    """Adds `type: string` to enumerations of texts, which generators of clients need."""
    if isinstance(schema, list):
        for inner in schema:
            _add_enum_types(inner)
    elif isinstance(schema, dict):
        texts = schema.get("enum")
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            schema.setdefault("type", "string")
        for inner in schema.values():
            _add_enum_types(inner)
