"""Opens the listening socket of a server."""

import os
import socket

from mock_memos.core.errors import UsageError


def bind(host: str, port: int) -> socket.socket:
    """Returns a listening socket; port 0 picks a free one. Raises `UsageError` if it cannot."""
    if not 0 <= port <= 65535:
        raise UsageError(f"cannot listen on {host}:{port}: ports end at 65535")
    try:
        family, type_, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        listener = socket.socket(family, type_, protocol)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error}") from None
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit it; without, small replies wait 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """Returns `http://host:port`, as clients on this machine reach the socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
