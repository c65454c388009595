"""URLs, data: URLs and Base64: accepted forms, and errors for others."""

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


def error_of(text: str, how: object = decode_content) -> tuple[int, str]:
    assert callable(how)
    with pytest.raises(ApiError) as problem:
        how(text, WHERE)
    assert problem.value.hint.startswith(WHERE)
    return problem.value.code, problem.value.hint


@pytest.mark.parametrize(
    "text", ["https://a.example/b.png?c=d", "http://localhost:1/x", "HTTPS://A.EXAMPLE", "http://é"]
)
def test_url_is_accepted_unchanged(text: str) -> None:
    assert is_url(text)
    check_image(text, WHERE)
    check_file(text, WHERE)


@pytest.mark.parametrize(
    "text", ["", "https:", "https://", "http:///x", "ftp://a.example/b", "//a.example", "QUJD"]
)
def test_text_without_url_is_not_an_image(text: str) -> None:
    assert not is_url(text)
    code, hint = error_of(text, check_image)
    assert (code, hint) == (40000, f"{WHERE} is neither an http(s) URL nor a data: URL")


@given(st.binary(max_size=60))
def test_base64_decodes_with_and_without_data_url(content: bytes) -> None:
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
def test_data_url_may_have_parameters(prefix: str) -> None:
    check_image(f"{prefix}QUJD", WHERE)
    assert decode_content(f"{prefix}QUJD", WHERE) == b"ABC"


@pytest.mark.parametrize(
    "text",
    ["data:", "data:QUJD", "data:;base64,QUJD", "data:image;base64,QUJD", "data:text/plain,hello",
     "data:image/png;base64QUJD", "data:image/png;base64;QUJD"],
)  # fmt: skip
def test_broken_data_prefix_returns_40009(text: str) -> None:
    assert error_of(text) == error_of(text, check_image)
    assert error_of(text)[0] == 40009
    assert "begins with 'data:<type>/<subtype>;base64,'" in error_of(text)[1]


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [("QU*D", "*", 2), ("QUJ-", "-", 3), ("_UJD", "_", 0), ("QUJD\u3000", "\u3000", 4),
     ("data:image/png;base64,Q%3D", "%", 23)],
)  # fmt: skip
def test_invalid_character_returns_40008_with_position(
    text: str, character: str, position: int
) -> None:
    code, hint = error_of(text)
    assert code == 40008
    assert hint.endswith(f"{character!r} at position {position} is not a Base64 character")


@pytest.mark.parametrize(
    "text",
    ["Q", "QQ", "QQ=", "QUJDR", "=QUJ", "Q=UJ", "QQ==QQ==", "QUJD=", "QUJD====", "Q===", "="],
)
def test_invalid_padding_returns_40009(text: str) -> None:
    code, hint = error_of(text, check_file)
    assert code == 40009
    assert "groups of four" in hint


def test_more_than_20_files_exceed_the_limit() -> None:
    assert not exceeds_limits(["QUJD"] * 20)
    assert exceeds_limits(["QUJD"] * 21)
    assert exceeds_limits(["https://a.example"] * 21)


@pytest.mark.parametrize("spare", [-1, 0, 1, 2])
@pytest.mark.parametrize("form", ["{}", "data:image/png;base64,{}", "{}\r\n \t"])
def test_file_may_have_exactly_the_maximum_size(
    monkeypatch: pytest.MonkeyPatch, spare: int, form: str
) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE_BYTES", 100)
    text = form.format(base64.encodebytes(b"x" * (100 - spare)).decode())
    assert exceeds_limits([text]) == (spare < 0)


def test_url_has_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE_BYTES", 1)
    assert not exceeds_limits(["https://a.example/large.pdf"])
