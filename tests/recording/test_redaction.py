"""Secrets and names that a recording must not contain."""

import json

import pytest

from mock_memos.recording.har import to_entry
from mock_memos.recording.redaction import Redaction
from tests.recording.test_har import SECRET, URL, exchange


def test_key_is_hidden_everywhere() -> None:
    redact = Redaction()
    redact.learn(f"Token {SECRET}")
    note, echo = f'{{"note":"{SECRET}"}}'.encode(), f'{{"echo":"{SECRET}"}}'.encode()
    url = f"{URL}/{SECRET}?x={SECRET}"
    hidden = redact(exchange(url=url, request_body=note, response_body=echo))
    assert SECRET.encode() not in to_entry(hidden)
    assert hidden.request_body == b'{"note":"hidden"}'


def test_short_key_is_not_searched_for() -> None:
    redact = Redaction()
    redact.learn("Token tea")
    assert redact(exchange(request_body=b"tea")).request_body == b"tea"


@pytest.mark.parametrize("name", ["api_key", "token", "Authorization", "signature", "password"])
def test_secret_query_parameter_is_hidden(name: str) -> None:
    hidden = Redaction()(exchange(url=f"{URL}?{name}=abc&page=2"))
    assert hidden.url == f"{URL}?{name}=hidden&page=2"


def test_other_query_parameters_are_unchanged() -> None:
    plain = exchange(url=f"{URL}?page=2&knowledgebase_id=b%31")
    assert Redaction()(plain) == plain


def test_login_in_an_address_is_removed() -> None:
    body = b'{"url":"https://me:pass@files.test/a.pdf","plain":"https://files.test/@me"}'
    hidden = Redaction()(exchange(request_body=body)).request_body
    assert hidden == b'{"url":"https://files.test/a.pdf","plain":"https://files.test/@me"}'


def test_anonymize_names_people_by_first_appearance() -> None:
    redact = Redaction(anonymize=True)
    first = redact(
        exchange(
            request_body=b'{"user_id":["anna@x.test","bob"],"agent_id":"bot",'
            b'"messages":[{"role_id":"cara","content":"bob is here"}],"user_ids":["",3]}'
        )
    )
    assert json.loads(first.request_body) == {
        "user_id": ["user-1", "user-2"],
        "agent_id": "agent-1",
        "messages": [{"role_id": "user-3", "content": "bob is here"}],
        "user_ids": ["", 3],
    }
    second = redact(exchange(response_body=b'{"user_id":"bob","x":["anna@x.test"]}'))
    assert json.loads(second.response_body) == {"user_id": "user-2", "x": ["user-1"]}


def test_anonymize_replaces_escaped_names() -> None:
    body, reply = '{"user_id":"安娜"}'.encode(), json.dumps({"id": "安娜"}).encode()
    redacted = Redaction(anonymize=True)(exchange(request_body=body, response_body=reply))
    assert json.loads(redacted.response_body) == {"id": "user-1"}


def test_anonymize_twice_changes_nothing_more() -> None:
    once = Redaction(anonymize=True)(exchange())
    assert Redaction(anonymize=True)(once) == once
