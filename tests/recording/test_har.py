"""HAR files: what they contain, and what is never in one."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import RecordedExchange
from mock_memos.recording.har import HEAD, TAIL, read_har, to_entry
from mock_memos.recording.recording_file import RecordingFile, read_recording
from mock_memos.recording.redaction import Redaction

SECRET = "mpg-1234567890abcdef"
URL = "http://127.0.0.1:8766/api/openmem/v1/add/message"
EXCHANGE = RecordedExchange(
    started_ms=1765357200123, method="POST", url=URL, request_body=b'{"user_id":"ana"}', status=200
)


def exchange(**changes: object) -> RecordedExchange:
    return msgspec.structs.replace(EXCHANGE, **changes)


def har(*exchanges: RecordedExchange) -> bytes:
    return HEAD + b",".join(map(to_entry, exchanges)) + TAIL


@settings(deadline=None)
@given(st.binary(max_size=50), st.binary(max_size=50), st.booleans())
def test_har_entry_reads_back_equal(request: bytes, response: bytes, is_complete: bool) -> None:
    recorded = exchange(
        request_body=request, response_body=response, is_complete=is_complete, duration_ms=7
    )
    assert read_har(har(recorded), "x.har", Redaction()) == [recorded]


def test_har_entry_has_all_fields_that_har_requires() -> None:
    (entry,) = json.loads(har(exchange(url=f"{URL}?a=b", request_body=b"\xff")))["log"]["entries"]
    assert entry["startedDateTime"] == "2025-12-10T09:00:00.123Z"
    assert set(entry) >= {"time", "request", "response", "cache", "timings"}
    assert set(entry["request"]) >= {
        "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
        "bodySize",
    }  # fmt: skip
    assert set(entry["response"]) >= {
        "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL",
        "headersSize", "bodySize",
    }  # fmt: skip
    assert "postData" not in json.loads(to_entry(exchange(request_body=b"")))["request"]
    assert entry["request"]["queryString"] == [{"name": "a", "value": "b"}]
    assert entry["request"]["postData"] == {"mimeType": "", "text": "/w==", "_encoding": "base64"}


def test_har_of_another_program_is_read_without_its_key() -> None:
    echo = exchange(response_body=SECRET.encode(), request_body=b"application/json")
    document = json.loads(har(echo, exchange(started_ms=1)))
    document["log"]["pages"] = []
    document["log"]["entries"][0]["request"]["headers"] = [
        {"name": "Authorization", "value": f"Token {SECRET}"},
        {"name": "Accept", "value": "application/json"},
    ]
    del document["log"]["entries"][0]["_incomplete"]
    first, second = read_har(json.dumps(document).encode(), "x.har", Redaction())
    assert (first.started_ms, second.response_body) == (1, b"hidden")
    assert second.response_type == "application/json"
    assert second.request_body == b"application/json"


@pytest.mark.parametrize(
    "text",
    [
        b"{}", b"no json", b"[]", har(EXCHANGE)[:-20], har(exchange(method=3)),
        har(EXCHANGE).replace(b"2025-12", b"soon"), HEAD + b"3" + TAIL, HEAD + b"{}" + TAIL,
        har(exchange(request_body=b"\xff")).replace(b"/w==", b"!"),
    ],
)  # fmt: skip
def test_invalid_har_is_refused_with_its_name(text: bytes) -> None:
    with pytest.raises(UsageError, match=r"x\.har is not a HAR file"):
        read_har(text, "x.har", Redaction())


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/api/openmem/v1/add/message?x=1", "add/message"),
        ("/platform/api/openmem/v1/get/memory/a%2Fb", "get/memory/a/b"),
        ("/_mock/clock", "/_mock/clock"),
    ],
)
def test_exchange_path_is_the_operation(path: str, operation: str) -> None:
    assert exchange(url=f"http://127.0.0.1:8766{path}").path == operation


def test_recording_file_is_complete_after_every_exchange(tmp_path: Path) -> None:
    path = tmp_path / "session.har"
    with RecordingFile.create(path) as recording:
        assert read_recording(path, Redaction()) == []
        recording.add(exchange(started_ms=2))
        assert read_recording(path, Redaction()) == [exchange(started_ms=2)]
        recording.add(exchange(started_ms=1))
        in_order = [exchange(started_ms=1), exchange(started_ms=2)]
        assert recording.exchanges == read_recording(path, Redaction()) == in_order


def test_recording_file_never_overwrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "session.har"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists"), RecordingFile.create(path):
        pass
    assert path.read_bytes() == b"mine"


def test_recording_file_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no" / "session.har"
    with pytest.raises(UsageError, match="Cannot write"), RecordingFile.create(path):
        pass
    with pytest.raises(UsageError, match="Cannot read"):
        read_recording(path, Redaction())
