"""Exchanges as lines of a raw file, and what is never in one."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_memos.core.errors import UsageError
from mock_memos.recording.exchange import Exchange, line_of, read_lines
from mock_memos.recording.recording_file import Tape, read_tape
from mock_memos.recording.redaction import Redaction

SECRET = "mpg-1234567890abcdef"
ASKED = Exchange(
    time=1765357200123, method="POST", path="add/message", request=b'{"user_id":"ana"}', status=200
)


def but(**changes: object) -> Exchange:
    import msgspec

    return msgspec.structs.replace(ASKED, **changes)


@settings(deadline=None)
@given(st.binary(max_size=50), st.binary(max_size=50), st.booleans())
def test_any_exchange_reads_back_as_it_was(request: bytes, reply: bytes, whole: bool) -> None:
    exchange = but(request=request, reply=reply, whole=whole, query="a=b", duration=7)
    assert read_lines(line_of(exchange)) == [exchange]


def test_a_line_is_plain_json_that_people_can_read() -> None:
    line = json.loads(line_of(but(reply='{"say":"你好"}'.encode())))
    assert line["time"] == "2025-12-10T09:00:00.123Z"
    assert line["reply"] == '{"say":"你好"}'
    assert json.loads(line_of(but(reply=b"\xff")))["reply_base64"] == "/w=="


def test_a_last_line_that_was_cut_off_is_left_out() -> None:
    assert read_lines(line_of(ASKED) + line_of(ASKED)[:-20]) == [ASKED]


@pytest.mark.parametrize("line", [b"{}\n", b"no json\n", b'{"time":"soon","method":"GET"}\n'])
def test_a_line_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(UsageError, match=r"tape:2 is no exchange of a recording"):
        read_lines(line_of(ASKED) + line, "tape")


def test_a_key_is_hidden_wherever_it_stands() -> None:
    redact = Redaction()
    redact.learn(f"Token {SECRET}")
    hidden = redact(
        but(
            path=f"get/memory/{SECRET}",
            query=f"x={SECRET}",
            request=f'{{"note":"{SECRET}"}}'.encode(),
            reply=f'{{"echo":"{SECRET}"}}'.encode(),
        )
    )
    assert SECRET.encode() not in line_of(hidden)
    assert hidden.request == b'{"note":"hidden"}'


@pytest.mark.parametrize("name", ["api_key", "token", "Authorization", "signature", "password"])
def test_what_a_query_calls_a_secret_is_hidden(name: str) -> None:
    redact = Redaction()
    assert redact(but(query=f"{name}=abc&page=2")).query == f"{name}=hidden&page=2"
    assert redact(but(query="page=2&knowledgebase_id=b%31")).query == "page=2&knowledgebase_id=b%31"


def test_a_login_in_an_address_is_hidden() -> None:
    said = b'{"url":"https://me:pass@files.test/a.pdf","plain":"https://files.test/@me"}'
    hidden = Redaction()(but(request=said)).request
    assert hidden == b'{"url":"https://files.test/a.pdf","plain":"https://files.test/@me"}'


def test_people_get_names_by_the_order_in_which_they_come() -> None:
    redact = Redaction(anonymise=True)
    first = redact(
        but(
            request=b'{"user_id":["anna@x.test","bob"],"agent_id":"bot",'
            b'"messages":[{"role_id":"bob","content":"bob is here"}]}'
        )
    )
    assert json.loads(first.request) == {
        "user_id": ["user-1", "user-2"],
        "agent_id": "agent-1",
        "messages": [{"role_id": "user-2", "content": "bob is here"}],
    }
    again = redact(
        but(request=b'{"user_id":"bob"}', reply=b'{"user_id":"bob","x":["anna@x.test"]}')
    )
    assert json.loads(again.reply) == {"user_id": "user-2", "x": ["user-1"]}


def test_a_name_that_a_reply_escapes_is_replaced_too() -> None:
    redact = Redaction(anonymise=True)
    asked = but(request='{"user_id":"安娜"}'.encode(), reply=json.dumps({"id": "安娜"}).encode())
    assert json.loads(redact(asked).reply) == {"id": "user-1"}


def test_hiding_twice_hides_nothing_more() -> None:
    asked = but(request=b'{"user_id":"ana"}')
    once = Redaction(anonymise=True)(asked)
    assert Redaction(anonymise=True)(once) == once


def test_a_tape_is_in_the_file_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl"
    with Tape.into(path) as tape:
        tape.note(but(time=2))
        assert read_tape(path) == [but(time=2)]
        tape.note(but(time=1))
        assert tape.exchanges == read_tape(path) == [but(time=1), but(time=2)]


def test_a_tape_never_writes_over_another(tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl"
    path.write_bytes(line_of(ASKED))
    with pytest.raises(UsageError, match="is there already; --from"), Tape.into(path):
        pass
    assert path.read_bytes() == line_of(ASKED)


def test_a_tape_that_cannot_be_had_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"), Tape.into(tmp_path / "no" / "raw"):
        pass
    with pytest.raises(UsageError, match="cannot be read"):
        read_tape(tmp_path / "none")


def test_base64_is_what_it_says() -> None:
    line = json.loads(line_of(but(request=b"\x00\xff")))
    assert base64.b64decode(line["request_base64"]) == b"\x00\xff"
