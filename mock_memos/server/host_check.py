"""Checks `Host` headers against the address of the server (DNS rebinding)."""

from ipaddress import ip_address

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class HostCheck:
    """Knows the names of a server that listens on one address."""

    def __init__(self, bound_host: str) -> None:
        self._names = {*LOOPBACK, bound_host.lower(), f"[{bound_host.lower()}]"}
        self._is_remote = not is_loopback(bound_host)

    def allows(self, header: str) -> bool:
        """Returns whether a `Host` header names this server."""
        host = header.lower()
        if not host.endswith("]"):
            host = host.rpartition(":")[0] or host
        return host in self._names or self._is_unforgeable(host.strip("[]"))

    def _is_unforgeable(self, host: str) -> bool:
        """Returns whether no DNS server controls the name: it has no dot, or is an IP address."""
        return is_loopback(host) or (self._is_remote and ("." not in host or _is_ip(host)))


def is_loopback(host: str) -> bool:
    """Returns whether an address, or the name `localhost`, is this machine only."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_ip(host) and ip_address(host).is_loopback


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
