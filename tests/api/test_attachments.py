"""Addresses, data: URLs and Base64: what is accepted, and what is said of the rest."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.api.decoding import attachments
from mock_memos.api.decoding.attachments import (
    check_file,
    check_image,
    decode_content,
    exceeds_limits,
    is_url,
)
from mock_memos.core.service_errors import ApiError

WHERE = "messages[0].content[1].file.file_data"


def refusal(text: str, how: object = decode_content) -> tuple[int, str]:
    assert callable(how)
    with pytest.raises(ApiError) as problem:
        how(text, WHERE)
    assert problem.value.hint.startswith(WHERE)
    return problem.value.code, problem.value.hint


@pytest.mark.parametrize(
    "text", ["https://a.example/b.png?c=d", "http://localhost:1/x", "HTTPS://A.EXAMPLE", "http://é"]
)
def test_addresses_are_kept_as_they_are(text: str) -> None:
    assert is_url(text)
    check_image(text, WHERE)
    check_file(text, WHERE)


@pytest.mark.parametrize(
    "text", ["", "https:", "https://", "http:///x", "ftp://a.example/b", "//a.example", "QUJD"]
)
def test_what_is_no_address_is_no_image_either(text: str) -> None:
    assert not is_url(text)
    code, hint = refusal(text, check_image)
    assert (code, hint) == (40000, f"{WHERE} is neither an http(s) URL nor a data: URL")


@given(st.binary(max_size=60))
def test_bytes_survive_base64_bare_and_in_a_data_url(content: bytes) -> None:
    text = base64.b64encode(content).decode()
    assert (
        decode_content(text, WHERE)
        == decode_content(f"data:image/png;base64,{text}", WHERE)
        == content
    )
    assert decode_content(base64.encodebytes(content).decode(), WHERE) == content


@pytest.mark.parametrize(
    "prefix",
    [
        "data:text/plain;base64,",
        "DATA:IMAGE/SVG+XML;BASE64,",
        "data:text/plain;charset=utf-8;base64,",
        "data:application/vnd.ms-excel;name=my%20table.xls;base64,",
    ],
)
def test_a_data_url_names_its_type_and_may_say_more(prefix: str) -> None:
    check_image(f"{prefix}QUJD", WHERE)
    assert decode_content(f"{prefix}QUJD", WHERE) == b"ABC"


@pytest.mark.parametrize(
    "text",
    ["data:", "data:QUJD", "data:;base64,QUJD", "data:image;base64,QUJD", "data:text/plain,hello",
     "data:image/png;base64QUJD", "data:image/png;base64;QUJD"],
)  # fmt: skip
def test_a_broken_prefix_is_a_bad_format(text: str) -> None:
    assert refusal(text) == refusal(text, check_image)
    assert refusal(text)[0] == 40009
    assert "begins with 'data:<type>/<subtype>;base64,'" in refusal(text)[1]


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [("QU*D", "*", 2), ("QUJ-", "-", 3), ("_UJD", "_", 0), ("QUJD\u3000", "\u3000", 4),
     ("data:image/png;base64,Q%3D", "%", 23)],
)  # fmt: skip
def test_a_strange_character_is_named(text: str, character: str, position: int) -> None:
    code, hint = refusal(text)
    assert code == 40008
    assert hint.endswith(f"{character!r} at position {position} is not a Base64 character")


@pytest.mark.parametrize(
    "text",
    ["Q", "QQ", "QQ=", "QUJDR", "=QUJ", "Q=UJ", "QQ==QQ==", "QUJD=", "QUJD====", "Q===", "="],
)
def test_bad_padding_is_a_bad_format(text: str) -> None:
    code, hint = refusal(text, check_file)
    assert code == 40009
    assert "groups of four" in hint


def test_twenty_files_are_enough() -> None:
    assert not exceeds_limits(["QUJD"] * 20)
    assert exceeds_limits(["QUJD"] * 21)
    assert exceeds_limits(["https://a.example"] * 21)


@pytest.mark.parametrize("spare", [-1, 0, 1, 2])
@pytest.mark.parametrize("form", ["{}", "data:image/png;base64,{}", "{}\r\n \t"])
def test_a_file_may_be_as_large_as_the_limit(
    monkeypatch: pytest.MonkeyPatch, spare: int, form: str
) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE_BYTES", 100)
    text = form.format(base64.encodebytes(b"x" * (100 - spare)).decode())
    assert exceeds_limits([text]) == (spare < 0)


def test_an_address_has_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE_BYTES", 1)
    assert not exceeds_limits(["https://a.example/large.pdf"])
