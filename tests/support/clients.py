"""Clients of several libraries that send the calls of programs."""

import asyncio
from contextlib import ExitStack

import httpx
import requests

from mock_memos import MockMemosServer
from tests.support.program_player import Send


class Clients:
    """The clients for all examples, because creating a client takes longer than using it."""

    def __init__(self, stack: ExitStack) -> None:
        self.server = stack.enter_context(MockMemosServer())
        self._httpx = stack.enter_context(httpx.Client())
        self._requests = stack.enter_context(requests.Session())
        self._runner = stack.enter_context(asyncio.Runner())
        self._async_httpx = httpx.AsyncClient()
        stack.callback(lambda: self._runner.run(self._async_httpx.aclose()))

    def send(self, name: str, base_url: str, api_key: str = "mock-key") -> Send:
        """Returns a function that sends calls; status 0 means a broken connection."""
        headers = {"Authorization": f"Token {api_key}"}

        def send(method: str, path: str, body: bytes) -> tuple[int, bytes]:
            url = f"{base_url}/{path}"
            reply: httpx.Response | requests.Response
            try:
                if name == "requests":
                    reply = self._requests.request(
                        method, url, data=body, headers=headers, timeout=5
                    )
                elif name == "async httpx":
                    reply = self._runner.run(
                        self._async_httpx.request(method, url, content=body, headers=headers)
                    )
                else:
                    reply = self._httpx.request(method, url, content=body, headers=headers)
            except (httpx.TransportError, requests.RequestException):
                return 0, b""
            return reply.status_code, reply.content

        return send
