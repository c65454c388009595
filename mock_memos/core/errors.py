"""Errors."""


class UsageError(ValueError):
    """A mistake in how mock-memos itself is used: a setting, a scenario, a clock move."""
