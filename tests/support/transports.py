"""Calls of an engine with real clients. The received reply must equal the engine's reply."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx

from mock_memos import MockMemos, MockMemosServer
from mock_memos.core.calls import Call, Reply
from mock_memos.engine.engine import Engine

SendCall = Callable[[Engine, Call], Reply]
MAX_PATH_LENGTH = 65_000


class ForwardingEngine(Engine):
    """An engine that forwards calls to another engine and keeps the last reply."""

    def __init__(self) -> None:
        super().__init__()
        self.on: Engine = self
        self.replied = Reply(0, b"")

    def handle(self, call: Call) -> Reply:
        self.replied = self.on.handle(call)
        return self.replied


@contextmanager
def in_process() -> Iterator[SendCall]:
    """Calls with httpx in process. Nothing is patched between calls."""
    memos = MockMemos()
    switch = memos.engine = ForwardingEngine()
    with httpx.Client() as client:
        way = _send_function(switch, client, memos.base_url)

        def within(engine: Engine, call: Call) -> Reply:
            with memos:
                return way(engine, call)

        yield within


@contextmanager
def live() -> Iterator[SendCall]:
    """Calls with httpx to a live server, without the network guard."""
    server = MockMemosServer()
    switch = server.engine = ForwardingEngine()
    server.start()
    with httpx.Client() as client:
        yield _send_function(switch, client, server.base_url)
    server.stop()


def _send_function(switch: ForwardingEngine, client: httpx.Client, base_url: str) -> SendCall:
    root = httpx.URL(base_url).copy_with(path="/")

    def way(engine: Engine, call: Call) -> Reply:
        if any(value != value.strip() for value in call.headers.values()):
            return engine.handle(call)  # blanks around a value do not survive a socket
        if len(call.path) > MAX_PATH_LENGTH:
            return engine.handle(call)  # httpx sends no such path; other clients do
        switch.on = engine
        target = f"{quote(call.path)}?{call.query}" if call.query else quote(call.path)
        url = root.copy_with(raw_path=target.encode())
        headers = [(name.encode(), value.encode("latin-1")) for name, value in call.headers.items()]
        actual = client.request(call.method, url, content=call.body, headers=headers)
        expected = switch.replied
        assert (actual.status_code, actual.content) == (expected.status, expected.body)
        text = actual.headers.multi_items()
        framing = ("content-length", "transfer-encoding")
        text = [(name, value) for name, value in text if name not in framing]
        assert text == [("content-type", expected.content_type), *expected.headers]
        return expected

    return way
