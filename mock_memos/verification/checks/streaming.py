"""chat, as a stream of server-sent events."""

import json
from typing import NamedTuple

from mock_memos.verification.check import check, setup
from mock_memos.verification.checks.chat import chat
from mock_memos.verification.checks.fixtures import Made
from mock_memos.verification.expectations import (
    Difference,
    Unasked,
    Value,
    content_type,
    refused,
    show,
)
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

CHAT = "chat"


class Stream(NamedTuple):
    """A streamed answer."""

    answer: Answer

    @property
    def lines(self) -> list[str]:
        return self.answer.body.decode(errors="replace").splitlines()

    @property
    def payloads(self) -> list[str]:
        """What stands after `data:`, in order."""
        found = [line[5:].strip() for line in self.lines if line.startswith("data:")]
        if not found:
            begun = show("\n".join(self.lines[:3]))
            raise Difference("chat", "lines that begin with 'data:'", begun)
        return found

    @property
    def events(self) -> list[Value]:
        """The payloads as JSON, but for one that only ends the stream."""
        return [
            _read(payload, f"chat event {place}")
            for place, payload in enumerate(self.payloads)
            if payload != "[DONE]"
        ]


@setup
def stream(site: Site) -> Made:
    answer = chat(site, site.name("sam"), query="Say hello.", stream=True)
    yield
    if answer.trouble:
        raise Unasked(f"chat: {answer.trouble}")
    return Stream(answer)


@check("documented", CHAT)
def a_stream_is_an_event_stream(site: Site, stream: Stream) -> None:
    """A streamed chat has the content type text/event-stream."""
    content_type(stream.answer).text(r"text/event-stream\b.*", "text/event-stream")


@check("documented", CHAT)
def an_event_has_type_and_data(site: Site, stream: Stream) -> None:
    """The data of each event is a JSON object with type and data."""
    for event in stream.events:
        event["type"].filled()
        event["data"].text()


@check("documented", CHAT)
def an_event_is_reasoning_text_or_end(site: Site, stream: Stream) -> None:
    """The type of an event is reasoning, text or end."""
    for event in stream.events:
        event["type"].among("reasoning", "text", "end")


@check("documented", CHAT)
def a_stream_holds_text(site: Site, stream: Stream) -> None:
    """The events of type text together are the answer."""
    said = "".join(event["data"].text() for event in stream.events if event["type"].raw == "text")
    Value(said, "chat: all events of type text").filled()


@check("documented", CHAT)
def a_stream_ends_with_end(site: Site, stream: Stream) -> None:
    """The last event is of type end, and no other is."""
    *before, last = stream.events
    last["type"].equals("end")
    for event in before:
        event["type"].must(event["type"].raw != "end", "end in the last event alone")


@check("assumed", CHAT, backs=("switch sse_done_marker",))
def nothing_comes_after_end(site: Site, stream: Stream) -> None:
    """No line data: [DONE] comes after the last event."""
    last = Value(stream.payloads[-1], "chat: last event")
    last.must(last.raw != "[DONE]", "no [DONE]")


@check("assumed", CHAT)
def events_are_called_message(site: Site, stream: Stream) -> None:
    """Each event has a line event: message."""
    names = [line for line in stream.lines if line.startswith("event:")]
    count = Value(names, "chat: lines that begin with 'event:'")
    count.must(len(names) == len(stream.events), f"{len(stream.events)} lines")
    for name in count.items():
        name.text(r"event: ?message", "event: message")


@check("assumed", CHAT, errors=(40002,))
def a_stream_is_refused_in_json(site: Site) -> None:
    """What is wrong with the request of a stream is told as a usual error, in JSON."""
    refused(site.post(CHAT, user_id=site.name("nil"), stream=True), 40002)


def _read(payload: str, where: str) -> Value:
    try:
        return Value(json.loads(payload), where)
    except (ValueError, RecursionError):
        raise Difference(where, "JSON", show(payload)) from None
