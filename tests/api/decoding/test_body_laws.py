"""Properties of decoding any body."""

import json
from contextlib import suppress

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_memos.api.decoding.body import decode_request
from mock_memos.api.models.base import Request
from mock_memos.core.service_errors import ApiError
from tests.support.bodies import SMALLEST, body

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=120)
    | st.sampled_from(["", "9", "0.5", "all", "user", "text", "skill", "Expected `int` >= 1"])
)  # fmt: skip
words = st.text(max_size=5) | st.sampled_from(["type", "text", "role", "content", "user_id"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4)
)


@st.composite
def wild_bodies(draw: st.DrawFn) -> tuple[type[Request], bytes]:
    """Draws a valid body in which some fields are replaced by arbitrary values."""
    model = draw(st.sampled_from(list(SMALLEST)))
    names = st.sampled_from(model.__struct_fields__) | words
    wild = draw(st.dictionaries(names, values, max_size=4))
    return model, json.dumps(SMALLEST[model] | wild).encode()


@given(wild_bodies(), st.booleans())
@settings(deadline=None)
def test_any_object_returns_request_or_api_error(
    wild: tuple[type[Request], bytes], strict: bool
) -> None:
    model, content = wild
    try:
        request = decode_request(content, model, strict=strict)
    except ApiError:
        return
    # what was accepted is well-formed: it reads back as itself, in one pass
    assert msgspec.json.decode(msgspec.json.encode(request), type=model) == request


@given(st.sampled_from(list(SMALLEST)), st.binary(max_size=40), st.data())
@settings(deadline=None)
def test_any_bytes_return_request_or_api_error(
    model: type[Request], noise: bytes, data: st.DataObject
) -> None:
    good = body(model)
    at = data.draw(st.integers(0, len(good)))
    for content in (noise, good[:at], good[:at] + noise + good[at:], good + noise):
        for strict in (False, True):
            with suppress(ApiError):
                decode_request(content, model, strict=strict)


@given(wild_bodies())
@settings(deadline=None)
def test_added_nulls_do_not_change_the_result(wild: tuple[type[Request], bytes]) -> None:
    model, content = wild
    sent = json.loads(content)
    padded = json.dumps(dict.fromkeys(model.__struct_fields__) | sent).encode()
    assert _outcome(padded, model) == _outcome(content, model)


def _outcome(content: bytes, model: type[Request]) -> object:
    try:
        return msgspec.json.encode(decode_request(content, model))
    except ApiError as error:
        return error.code
