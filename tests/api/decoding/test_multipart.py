import base64
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from mock_memos.api.decoding import attachments, multipart
from mock_memos.api.decoding.multipart import FormPart
from mock_memos.api.models.knowledgebases import AddKnowledgebaseFile
from mock_memos.core import service_errors
from mock_memos.core.service_errors import ApiError

FORM = "multipart/form-data; boundary=b"


def part(content: bytes, disposition: str = 'name="file"; filename="rules.md"') -> bytes:
    head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
    return head + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"


def encode_files(files: list[Any]) -> tuple[str, bytes]:
    """Returns files as the SDK's HTTP client encodes them."""
    request = requests.Request("POST", "http://memos.test", files=files).prepare()
    assert isinstance(request.body, bytes)
    return request.headers["Content-Type"], request.body


def upload_error(query: str, body: bytes, content_type: str = FORM, **how: bool) -> ApiError:
    with pytest.raises(ApiError) as caught:
        multipart.decode_upload(content_type, query, body, **how)
    return caught.value


def contents(request: AddKnowledgebaseFile) -> list[bytes]:
    return [attachments.decode_content(file.content, "content") for file in request.file]


def test_sdk_form_is_split_into_parts() -> None:
    kind, body = encode_files([
        ("file", ("rules.md", b"# Rules\r\n--", "text/markdown")),
        ("file", ("数据.bin", bytes(range(256)), "application/octet-stream")),
    ])  # fmt: skip
    assert multipart.parse_form(kind, body) == (
        FormPart("file", "rules.md", "text/markdown", b"# Rules\r\n--"),
        FormPart("file", "数据.bin", "application/octet-stream", bytes(range(256))),
    )


def test_part_without_file_name_is_a_field() -> None:
    assert multipart.parse_form(FORM, form(part(b"x", 'name="note"'))) == (
        FormPart("note", "", "", b"x"),
    )


def test_path_in_file_name_is_kept_as_text() -> None:
    body = form(part(b"x", 'name="file"; filename="../../etc/passwd.md"'))
    assert multipart.parse_form(FORM, body)[0].filename == "../../etc/passwd.md"


def test_invalid_utf8_file_name_stays_readable() -> None:
    body = form(part(b"x").replace(b"rules", b"r\xffles"))
    assert multipart.parse_form(FORM, body)[0].filename == "r\N{REPLACEMENT CHARACTER}les.md"


@pytest.mark.parametrize(
    ("content_type", "body", "hint"),
    [
        ("application/json", form(), "expected multipart/form-data"),
        ("multipart/form-data", form(), "boundary="),
        ("multipart/form-data; boundary=", form(), "boundary="),
        (f"multipart/form-data; boundary={'b' * 500}", form(), "Boundary length"),
        (FORM, b"", "before its closing boundary"),
        (FORM, part(b"x"), "before its closing boundary"),
        (FORM, b"{}", "cannot be read"),
        (FORM, form(part(b"x", "filename=a.md")), "Field name not found"),
        (FORM, form(part(b"x", f'name="{"n" * 10_000}"')), "header size"),
        (FORM, form(b"--b\r\n" + b"A: b\r\n" * 100 + b"\r\nx\r\n"), "header count"),
        (FORM, form(*[part(b"", 'name="n"')] * 1001), "more than 1000 parts"),
    ],
)
def test_invalid_form_returns_40000_with_hint(content_type: str, body: bytes, hint: str) -> None:
    problem = upload_error("knowledgebase_id=base1", body, content_type)
    assert problem.code == service_errors.INVALID_PARAMETERS
    assert hint in problem.hint


def test_upload_takes_ids_from_query_and_files_from_parts() -> None:
    body = form(part(b"one"), part(b"x", 'name="other"'), part(b"", 'name="file"; filename="b.md"'))
    request = multipart.decode_upload(FORM, "knowledgebase_id=base%201&type=skill", body)
    assert request.knowledgebase_id == "base 1"
    assert [(file.name, file.type) for file in request.file] == [
        ("rules.md", "skill"),
        ("b.md", "skill"),
    ]
    assert contents(request) == [b"one", b""]


def test_upload_type_defaults_to_document() -> None:
    request = multipart.decode_upload(FORM, "knowledgebase_id=base1&type=", form(part(b"x")))
    assert request.file[0].type == "document"


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ("", form(part(b"x")), service_errors.FIELD_REQUIRED),
        ("knowledgebase_id=", form(part(b"x")), service_errors.FIELD_REQUIRED),
        ("knowledgebase_id=base1", form(), service_errors.FIELD_REQUIRED),
        ("knowledgebase_id=base1", form(part(b"x", 'name="files"')), service_errors.FIELD_REQUIRED),
        ("knowledgebase_id=base1&type=image", form(part(b"x")), service_errors.UNSUPPORTED_TYPE),
    ],
)
def test_form_fields_are_validated_like_json(query: str, body: bytes, code: int) -> None:
    assert upload_error(query, body).code == code


def test_strict_mode_rejects_unknown_query_field() -> None:
    query, body = "knowledgebase_id=base1&typ=skill", form(part(b"x"))
    assert multipart.decode_upload(FORM, query, body).file[0].type == "document"
    assert "typ" in upload_error(query, body, strict=True).hint


@pytest.mark.parametrize(
    ("content_type", "is_form"),
    [
        (FORM, True),
        ("Multipart/Form-Data ; boundary=b", True),
        ("application/json", False),
        ("", False),
    ],
)
def test_is_form_checks_content_type(content_type: str, is_form: bool) -> None:
    assert multipart.is_form(content_type) is is_form


@given(st.binary(max_size=300))
def test_file_content_is_unchanged(content: bytes) -> None:
    kind, body = encode_files([("file", ("a.md", content, "text/markdown"))])
    request = multipart.decode_upload(kind, "knowledgebase_id=base1", body)
    assert contents(request) == [content]
    assert base64.b64encode(content).decode() in request.file[0].content


@given(
    st.text(max_size=60) | st.just(FORM),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace").decode()),
    st.lists(
        st.sampled_from([
            b"--b", b"--", b"\r\n", b"\r", b": ", b"Content-Disposition: form-data; name=file",
            b"Content-Transfer-Encoding: base64", b'; filename="\\', b"\xff", b"x",
        ])
    ).map(b"".join),
)  # fmt: skip
def test_any_form_returns_request_or_api_error(content_type: str, query: str, body: bytes) -> None:
    try:
        multipart.decode_upload(content_type, query, body)
    except ApiError as problem:
        assert problem.hint
