"""Transports that answer httpx and requests calls in the same process."""
