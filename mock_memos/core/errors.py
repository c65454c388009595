"""Errors in the use of mock-memos itself."""


class UsageError(ValueError):
    """Invalid use of mock-memos: an invalid setting, scenario or clock move."""
