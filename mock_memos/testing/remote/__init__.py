"""The face of a double that serves elsewhere, in another process or on another machine.

What a test asks is read from the world's state and journal; what it does goes over the control API.
So many processes, such as the workers of one test run, can share one `mock-memos serve`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast
from urllib.parse import urlsplit

from mock_memos.core.addresses import SERVICE_HOSTS, complete_base_url
from mock_memos.core.errors import UsageError
from mock_memos.engine.engine import Engine
from mock_memos.testing.memos import Memos
from mock_memos.testing.remote.engine import RemoteEngine


class RemoteMemos(Memos):
    """A world on a server elsewhere, with the face of every double.

    `base_url` is what `serve` prints as MEMOS_BASE_URL. Raises `UsageError` where no server of ours
    answers.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        address = complete_base_url(base_url)
        self._server = RemoteEngine(address)
        super().__init__(cast(Engine, self._server), api_key, address)

    def for_key(self, key: str) -> "RemoteMemos":
        return RemoteMemos(self.base_url, key)

    def snapshot(self) -> dict[str, Any]:
        return self._server.world(self.api_key).snapshot()

    @contextmanager
    def sandbox(self) -> Iterator[Self]:
        kept = self.fork().api_key
        try:
            yield self
        except BaseException:
            self.failed_sandbox = self._server.world(self.api_key).whole()
            raise
        finally:
            blamed = tuple(self.journal.unmatched)
            self._server.copy(kept, self.api_key)
            self._server.blamed[self.api_key] = blamed
            self._server.delete_world(kept)


def is_mock_server(base_url: str) -> bool:
    """Whether a server of ours answers there. The real service is never asked."""
    if urlsplit(base_url).hostname in SERVICE_HOSTS:
        return False
    try:
        return bool(RemoteEngine(base_url).ask("", "GET", "health") == {"status": "ok"})
    except UsageError:
        return False
