"""Shortens texts for messages."""


def shorten(text: str, max_length: int, *, mark: str = "...") -> str:
    """Returns the text, or its beginning and `mark`, in at most `max_length` characters."""
    return text if len(text) <= max_length else f"{text[: max_length - len(mark)]}{mark}"
