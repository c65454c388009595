"""From the bytes of a request to its struct, or to the error that the real service gives.

Well-formed requests are decoded and validated in one pass. Only when that fails does the lenient
reading begin: nulls are taken away, decimal texts become numbers, and whatever still does not fit
is sorted by the service's order of checks (types, required fields, lengths and ranges).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeVar

import msgspec

from mock_memos.api.decoding import validation_errors
from mock_memos.api.decoding.validation_errors import Problem
from mock_memos.api.models.base import Request
from mock_memos.api.models.inspection import Path, Plan, abouts, plan_of, requests_in
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError
from mock_memos.core.type_inspection import FieldType, field_types

R = TypeVar("R", bound=Request)

DEPTH: Final = 100
"""How deep a value of free shape, such as a filter, may be nested."""
_REPAIRS: Final = 50
"""How many values are read leniently in one request: more than any that fits has."""

_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_LIMIT = re.compile(r"Expected `\S+` (?:of length )?(?:<=|>=) (?P<bound>-?[\d.]+)")


Strict = bool | Literal["assumed"]
"""Whether to refuse what is otherwise put up with: all of it, or what is only assumed."""


def read(body: bytes, model: type[R], *, strict: Strict = False) -> R:
    """A request body as `model`. Raises `ApiError` with the first failing check of the service.

    `strict` also refuses what is otherwise put up with: unknown fields, numbers over a maximum or
    written as texts, fields that the service would ignore beside others. `"assumed"` lets pass
    what official clients do.
    """
    plan = plan_of(model)
    late: ApiError | None = None
    try:
        request: R = plan.decoder.decode(body or b"{}")
    except msgspec.ValidationError:
        request, late = _leniently(body, model, texts=not strict)
    except _UNREADABLE as problem:
        raise validation_errors.no_json(body, problem) from None
    else:
        for name in plan.free:
            if value := getattr(request, name):
                setattr(request, name, _without_nulls(value))
    if strict is True and (stray := next(_unknown(_raw(body), field_types(model)), None)):
        raise stray
    if found := _first(request, _lacks, strict):
        path, name, owner = found
        raise validation_errors.missing(_raw(body), (*path, name), owner)
    if late is not None:
        raise late
    for name, most in plan.clamps:
        if (value := getattr(request, name)) is not None and value > most:
            if strict:
                raise _invalid(f"{name} is {value}; the documented maximum is {most}")
            setattr(request, name, most)
    if plan.clashes and (found := _first(request, _clashes, strict)):
        path, why, _ = found
        raise _invalid(f"{validation_errors.shown(path)}: {why}" if path else why)
    return request


# --- rules beyond types, over a request and everything nested in it ---

Rule = Callable[[Request, Plan, Strict], str]


def _first(request: Request, rule: Rule, strict: Strict) -> tuple[Path, str, type[Request]] | None:
    """Where a rule is broken first, what it says, and of which struct."""
    plan = plan_of(type(request))
    if said := rule(request, plan, strict):
        return (), said, type(request)
    for name in plan.nested:
        value = getattr(request, name)
        if isinstance(value, Request):
            if found := _first(value, rule, strict):
                return (name, *found[0]), *found[1:]
        elif isinstance(value, list):
            for index, part in enumerate(value):
                if found := _first(part, rule, strict):
                    return (name, index, *found[0]), *found[1:]
    return None


def _lacks(request: Request, plan: Plan, strict: Strict) -> str:
    for name in plan.required:
        if not getattr(request, name):
            return name
    if strict is True:
        for name in plan.required_strictly:
            if not getattr(request, name):
                return name
    return request.lacks() if plan.lacks else ""


def _clashes(request: Request, _plan: Plan, strict: Strict) -> str:
    return request.clashes(strict=bool(strict))


def _unknown(raw: Any, types: Iterable[FieldType], path: Path = ()) -> Iterator[ApiError]:
    """What strict mode says to fields that no struct knows, or only as an older name."""
    if isinstance(raw, list):
        for index, item in enumerate(raw):
            yield from _unknown(item, types, (*path, index))
    models = requests_in(types)
    if not isinstance(raw, dict) or not models:
        return
    tag = raw.get("type")
    model = next((one for one in models if one.__struct_config__.tag == tag), models[0])
    said = abouts(model)
    for name, value in raw.items():
        if value is None:
            continue
        if name not in said and name != model.__struct_config__.tag_field:
            yield validation_errors.unknown((*path, name), said)
        elif name in said and (alias_of := said[name].alias_of):
            yield _invalid(f"{name} is not documented; the name of this field is {alias_of}")
    plan = plan_of(model)
    for name in plan.nested:
        yield from _unknown(raw.get(name), plan.types[name], (*path, name))


# --- lenient reading ---


def _leniently(body: bytes, model: type[R], *, texts: bool) -> tuple[R, ApiError | None]:
    """The struct, and the first length or range problem, which comes after required fields.

    With `texts`, a number may be written as one.
    """
    raw = _raw(body)
    if isinstance(raw, dict):
        known = abouts(model)
        raw = {name: value for name, value in raw.items() if name in known}
    raw = _without_nulls(raw)
    late: ApiError | None = None
    for _ in range(_REPAIRS):
        try:
            return msgspec.convert(raw, model), late
        except msgspec.ValidationError as error:
            problem = validation_errors.located(error)
        value = validation_errors.at(raw, problem.path)
        fitting = _as_number(value, problem, texts=texts)
        if fitting is None:
            if (fitting := _cut_to_fit(value, problem)) is None:
                raise validation_errors.wrong_type(problem, value, model)
            late = late or validation_errors.out_of_range(problem, value)
        validation_errors.at(raw, problem.path[:-1])[problem.path[-1]] = fitting
    raise late or _invalid("too many values of a wrong type")


def _raw(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"{}")
    except _UNREADABLE as problem:
        raise validation_errors.no_json(body, problem) from None


def _without_nulls(value: Any, room: int = DEPTH) -> Any:
    """A value without the fields that are null; elements of lists stay as they are."""
    if not room:
        raise _invalid(f"the body is nested more than {DEPTH} levels deep")
    if isinstance(value, dict):
        return {
            name: _without_nulls(item, room - 1) for name, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [_without_nulls(item, room - 1) for item in value]
    return value


def _as_number(value: Any, problem: Problem, *, texts: bool) -> int | float | None:
    """A number, where one was expected and a decimal text or an integral float came."""
    whole = "int" in problem.expected
    if whole and isinstance(value, float) and value.is_integer():
        return int(value)
    if not whole and "float" not in problem.expected:
        return None
    if texts and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return None


def _cut_to_fit(value: Any, problem: Problem) -> Any:
    """The value made to fit the limit that the message names; None when it names none."""
    if (limit := _LIMIT.match(problem.text)) is None:
        return None
    bound = float(limit["bound"])
    return value[: int(bound)] if isinstance(value, str | list) else type(value)(bound)


def _invalid(why: str) -> ApiError:
    return ApiError(service_errors.INVALID_PARAMETERS, why)
