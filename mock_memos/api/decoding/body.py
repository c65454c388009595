"""Decodes request bodies: from bytes to a request struct, or to the error of the real service.

A well-formed request is decoded and validated in one pass. Only if that fails, the body is decoded
leniently: nulls are dropped, decimal texts become numbers, and the remaining problems are reported
in the service's order (types, required fields, lengths and ranges).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeVar

import msgspec

from mock_memos.api.decoding import validation_errors
from mock_memos.api.decoding.validation_errors import DecodeProblem
from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import ModelInfo, fields_info, inspect_model, nested_requests
from mock_memos.core.conversion import ValuePath
from mock_memos.core.service_errors import INVALID_PARAMETERS, ApiError
from mock_memos.core.type_inspection import FieldType, field_types

R = TypeVar("R", bound=Request)

MAX_DEPTH: Final = 100
"""Maximum nesting of an untyped value, such as a filter."""
_MAX_COERCIONS: Final = 50
"""Maximum number of values that are coerced in one request."""

_DECODE_ERRORS = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_LIMIT = re.compile(r"Expected `\S+` (?:of length )?(?:<=|>=) (?P<bound>-?[\d.]+)")


Strictness = bool | Literal["assumed"]
"""True rejects everything that is otherwise tolerated; "assumed" only what is assumed to be."""


def decode_request(body: bytes, model: type[R], *, strict: Strictness = False) -> R:
    """Decodes a request body. Raises `ApiError` with the first failing check of the service.

    `strict` also rejects unknown fields, numbers above a maximum or written as texts, and fields
    that have no effect. `"assumed"` accepts what official clients send.
    """
    info = inspect_model(model)
    limit_error: ApiError | None = None
    try:
        request: R = info.decoder.decode(body or b"{}")
    except msgspec.ValidationError:
        request, limit_error = _decode_leniently(body, model, texts=not strict)
    except _DECODE_ERRORS as error:
        raise validation_errors.invalid_json_error(body, error) from None
    else:
        for name in info.untyped:
            if value := getattr(request, name):
                setattr(request, name, _drop_nulls(value))
    if strict is True and (
        unknown := next(_unknown_fields(_decode_raw(body), field_types(model)), None)
    ):
        raise unknown
    if violation := _first_violation(request, _missing_field, strict):
        path, name, owner = violation
        raise validation_errors.missing_field_error(_decode_raw(body), (*path, name), owner)
    if limit_error is not None:
        raise limit_error
    for name, maximum in info.maximums:
        if (value := getattr(request, name)) is not None and value > maximum:
            if strict:
                raise _invalid(f"{name} is {value}; the documented maximum is {maximum}")
            setattr(request, name, maximum)
    if info.checks_conflict and (violation := _first_violation(request, _conflict, strict)):
        path, why, _ = violation
        raise _invalid(f"{validation_errors.format_path(path)}: {why}" if path else why)
    return request


# --- rules beyond types, over a request and everything nested in it ---

Rule = Callable[[Request, ModelInfo, Strictness], str]
"""Returns the violation of a request, or an empty text."""
Violation = tuple[ValuePath, str, type[Request]]
"""Where a rule is violated, its text, and the struct there."""


def _first_violation(request: Request, rule: Rule, strict: Strictness) -> Violation | None:
    info = inspect_model(type(request))
    if text := rule(request, info, strict):
        return (), text, type(request)
    for name in info.nested:
        value = getattr(request, name)
        parts: list[tuple[ValuePath, Request]] = []
        if isinstance(value, Request):
            parts = [((name,), value)]
        elif isinstance(value, list):
            parts = [((name, index), part) for index, part in enumerate(value)]
        for path, part in parts:
            if violation := _first_violation(part, rule, strict):
                return (*path, *violation[0]), *violation[1:]
    return None


def _missing_field(request: Request, info: ModelInfo, strict: Strictness) -> str:
    required = info.required + (info.required_if_strict if strict is True else ())
    for name in required:
        if not getattr(request, name):
            return name
    return request.missing_field() if info.checks_missing else ""


def _conflict(request: Request, _info: ModelInfo, strict: Strictness) -> str:
    return request.conflict(strict=bool(strict))


def _unknown_fields(
    raw: Any, types: Iterable[FieldType], path: ValuePath = ()
) -> Iterator[ApiError]:
    """Yields an error for each field that is unknown, or known only as an older name."""
    if isinstance(raw, list):
        for index, item in enumerate(raw):
            yield from _unknown_fields(item, types, (*path, index))
    models = nested_requests(types)
    if not isinstance(raw, dict) or not models:
        return
    tag = raw.get("type")
    model = next((model for model in models if model.__struct_config__.tag == tag), models[0])
    fields = fields_info(model)
    for name, value in raw.items():
        if value is None:
            continue
        if name not in fields and name != model.__struct_config__.tag_field:
            yield validation_errors.unknown_field_error((*path, name), fields)
        elif name in fields and (alias_of := fields[name].alias_of):
            yield _invalid(f"{name} is not documented; the name of this field is {alias_of}")
    info = inspect_model(model)
    for name in info.nested:
        yield from _unknown_fields(raw.get(name), info.types[name], (*path, name))


# --- lenient decoding ---


def _decode_leniently(body: bytes, model: type[R], *, texts: bool) -> tuple[R, ApiError | None]:
    """Returns the request, and its first length or range error, which ranks below required fields.

    With `texts`, a text such as "9" is accepted as a number.
    """
    raw = _decode_raw(body)
    if isinstance(raw, dict):
        fields = fields_info(model)
        raw = {name: value for name, value in raw.items() if name in fields}
    raw = _drop_nulls(raw)
    limit_error: ApiError | None = None
    for _ in range(_MAX_COERCIONS):
        try:
            return msgspec.convert(raw, model), limit_error
        except msgspec.ValidationError as error:
            problem = validation_errors.parse_decoder_error(error)
        value = validation_errors.get_value(raw, problem.path)
        new_value = _to_number(value, problem, texts=texts)
        if new_value is None:
            if (new_value := _clamp(value, problem)) is None:
                raise validation_errors.wrong_type_error(problem, value, model)
            limit_error = limit_error or validation_errors.out_of_range_error(problem, value)
        validation_errors.get_value(raw, problem.path[:-1])[problem.path[-1]] = new_value
    raise limit_error or _invalid("too many values of a wrong type")


def _decode_raw(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"{}")
    except _DECODE_ERRORS as error:
        raise validation_errors.invalid_json_error(body, error) from None


def _drop_nulls(value: Any, levels: int = MAX_DEPTH) -> Any:
    """Returns a value without fields that are null; elements of lists stay unchanged."""
    if not levels:
        raise _invalid(f"the body is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, dict):
        return {
            name: _drop_nulls(item, levels - 1) for name, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [_drop_nulls(item, levels - 1) for item in value]
    return value


def _to_number(value: Any, problem: DecodeProblem, *, texts: bool) -> int | float | None:
    """Converts a decimal text or an integral float if a number is expected, else returns None."""
    is_integer = "int" in problem.expected_types
    if is_integer and isinstance(value, float) and value.is_integer():
        return int(value)
    if not is_integer and "float" not in problem.expected_types:
        return None
    if texts and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return None


def _clamp(value: Any, problem: DecodeProblem) -> Any:
    """Returns the value cut to the limit of the decoder's message, or None if it has no limit."""
    if (limit := _LIMIT.match(problem.text)) is None:
        return None
    bound = float(limit["bound"])
    return value[: int(bound)] if isinstance(value, str | list) else type(value)(bound)


def _invalid(why: str) -> ApiError:
    return ApiError(INVALID_PARAMETERS, why)
