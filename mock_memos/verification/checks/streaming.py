"""chat, as a stream of server-sent events."""

import json
from typing import NamedTuple

from mock_memos.verification.check import check, fixture
from mock_memos.verification.checks.chat import chat
from mock_memos.verification.checks.fixtures import FixtureSteps
from mock_memos.verification.expectations import (
    ExpectationFailed,
    Inconclusive,
    Value,
    content_type,
    refused,
    short_repr,
)
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

CHAT = "chat"


class StreamedChat(NamedTuple):
    """A streamed answer."""

    answer: ServiceResponse

    @property
    def lines(self) -> list[str]:
        return self.answer.body.decode(errors="replace").splitlines()

    @property
    def payloads(self) -> list[str]:
        """The texts after `data:`, in order."""
        payloads = [line[5:].strip() for line in self.lines if line.startswith("data:")]
        if not payloads:
            begun = short_repr("\n".join(self.lines[:3]))
            raise ExpectationFailed("chat", "lines that begin with 'data:'", begun)
        return payloads

    @property
    def events(self) -> list[Value]:
        """The payloads as JSON, without the end marker."""
        return [
            _read(payload, f"chat event {number}")
            for number, payload in enumerate(self.payloads)
            if payload != "[DONE]"
        ]


@fixture
def stream(session: Session) -> FixtureSteps:
    answer = chat(session, session.id_for("sam"), query="Say hello.", stream=True)
    yield
    if answer.connection_error:
        raise Inconclusive(f"chat: {answer.connection_error}")
    return StreamedChat(answer)


@check("documented", CHAT)
def a_stream_is_an_event_stream(session: Session, stream: StreamedChat) -> None:
    """A streamed chat has the content type text/event-stream."""
    content_type(stream.answer).text(r"text/event-stream\b.*", "text/event-stream")


@check("documented", CHAT)
def an_event_has_type_and_data(session: Session, stream: StreamedChat) -> None:
    """The data of each event is a JSON object with type and data."""
    for event in stream.events:
        event["type"].non_empty_text()
        event["data"].text()


@check("documented", CHAT)
def an_event_is_reasoning_text_or_end(session: Session, stream: StreamedChat) -> None:
    """The type of an event is reasoning, text or end."""
    for event in stream.events:
        event["type"].one_of("reasoning", "text", "end")


@check("documented", CHAT)
def a_stream_holds_text(session: Session, stream: StreamedChat) -> None:
    """The events of type text together are the answer."""
    text = "".join(event["data"].text() for event in stream.events if event["type"].raw == "text")
    Value(text, "chat: all events of type text").non_empty_text()


@check("documented", CHAT)
def a_stream_ends_with_end(session: Session, stream: StreamedChat) -> None:
    """The last event is of type end, and no other is."""
    *before, last = stream.events
    last["type"].equals("end")
    for event in before:
        event["type"].expect(event["type"].raw != "end", "end in the last event alone")


@check("assumed", CHAT, backs=("setting sse_done_marker",))
def nothing_comes_after_end(session: Session, stream: StreamedChat) -> None:
    """No line data: [DONE] comes after the last event."""
    last = Value(stream.payloads[-1], "chat: last event")
    last.expect(last.raw != "[DONE]", "no [DONE]")


@check("assumed", CHAT)
def events_are_called_message(session: Session, stream: StreamedChat) -> None:
    """Each event has a line event: message."""
    names = [line for line in stream.lines if line.startswith("event:")]
    count = Value(names, "chat: lines that begin with 'event:'")
    count.expect(len(names) == len(stream.events), f"{len(stream.events)} lines")
    for name in count.items():
        name.text(r"event: ?message", "event: message")


@check("assumed", CHAT, errors=(40002,))
def a_stream_is_refused_in_json(session: Session) -> None:
    """A wrong request of a stream returns a usual error in JSON."""
    refused(session.post(CHAT, user_id=session.unused_id, stream=True), 40002)


def _read(payload: str, where: str) -> Value:
    try:
        return Value(json.loads(payload), where)
    except (ValueError, RecursionError):
        raise ExpectationFailed(where, "JSON", short_repr(payload)) from None
