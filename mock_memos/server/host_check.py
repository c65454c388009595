"""Host check."""

from ipaddress import ip_address

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class HostCheck:
    """Which names a server that listens on one address may be called by."""

    def __init__(self, bound: str) -> None:
        self._known = {*LOOPBACK, bound.lower(), f"[{bound.lower()}]"}
        self._open = not is_loopback(bound)

    def allows(self, header: str) -> bool:
        """Whether a `Host` header names this server."""
        host = header.lower()
        if not host.endswith("]"):
            host = host.rpartition(":")[0] or host
        return host in self._known or self._reachable(host.strip("[]"))

    def _reachable(self, host: str) -> bool:
        # A name without a dot, and a number, cannot be pointed here by somebody else's DNS.
        return is_loopback(host) or (self._open and ("." not in host or _number(host)))


def is_loopback(host: str) -> bool:
    """Whether an address, or the name `localhost`, stands for this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _number(host) and ip_address(host).is_loopback


def _number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
