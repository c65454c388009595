"""Handles one request: applies faults, decodes it, checks quotas, and calls its operation."""

import msgspec

from mock_memos.api.decoding import multipart
from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.api.models.memories import GetMemoryById
from mock_memos.api.routes import Route
from mock_memos.core import service_errors
from mock_memos.core.addresses import FAULT_HEADER
from mock_memos.core.calls import Call, Reply
from mock_memos.core.errors import UsageError
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.service_errors import ApiError
from mock_memos.faults.effects import Effect
from mock_memos.faults.parsing import parse_fault_header
from mock_memos.simulation.world import World

_encode = msgspec.json.Encoder().encode


def handle_request(world: World, route: Route, path_parameter: str, call: Call) -> Reply:
    """Returns the reply of an operation, or of the fault that replaces it. Raises `ApiError`."""
    context = world.context
    context.facts = (
        RequestFacts.of(route.path, {"memory_id": path_parameter})
        if path_parameter
        else RequestFacts(route.path, call.body)
    )
    effect = _select_fault(world, call)
    if effect is not None and (reply := effect.replace_operation()) is not None:
        return reply
    context.pending_effect = effect
    strict = world.settings.strict
    request: Request
    if route.method == "GET":
        request = GetMemoryById(memory_id=path_parameter)
    elif multipart.is_form(call.headers.get("content-type", "")):
        request = _decode_form(route, call, strict=strict)
        context.facts = RequestFacts.of(route.path, msgspec.to_builtins(request))
    else:
        request = decode_request(call.body, route.request, strict=strict)
    if world.settings.enforce_quotas == "off":
        return _call_operation(world, route, request)
    cost = world.quotas.check(context.facts, world.clock.now, world.settings)
    reply = _call_operation(world, route, request)
    world.quotas.spend(cost)
    return reply


def apply_fault(world: World, reply: Reply) -> Reply:
    """Applies the pending effect of a fault, and the speed of the clock, to a reply."""
    effect = world.context.pending_effect
    if effect is not None:
        reply = effect.change_reply(reply, world.ids.random_fraction)
    if reply.chunks and world.clock.mode == "real":
        reply = msgspec.structs.replace(reply, clock_speed=world.clock.speed)
    return reply


def _select_fault(world: World, call: Call) -> Effect | None:
    """Returns the fault in the header of a call, else that of the first rule of the world."""
    header = call.headers.get(FAULT_HEADER)
    selected: tuple[str, Effect] | None = None
    if header is not None:
        try:
            selected = parse_fault_header(header)
        except UsageError as error:
            expected = "expected a fault and its options, such as 'error; code=40309'"
            raise ApiError(
                service_errors.INVALID_PARAMETERS, f"{FAULT_HEADER}: {expected}; {error}"
            ) from None
    elif world.faults:
        selected = world.faults.select_effect(world.context.facts, world.clock.now)
    if selected is None:
        return None
    world.context.fault, effect = selected
    return effect


def _decode_form(route: Route, call: Call, *, strict: bool) -> Request:
    """Decodes a multipart request, which only one operation accepts."""
    if route.request is not AddKnowledgebaseFile:
        raise ApiError(service_errors.INVALID_PARAMETERS, f"{route.path} takes JSON, not multipart")
    return multipart.decode_upload(
        call.headers["content-type"], call.query, call.body, strict=strict
    )


def _call_operation(world: World, route: Route, request: Request) -> Reply:
    data = route.function(world, request)
    if isinstance(data, Reply):
        return data
    return Reply(200, b'{"code":0,"data":' + _encode(data) + b',"message":"ok"}')
