"""Patterns of `--only`: names, with * as a wildcard."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import did_you_mean


def is_selected(patterns: Sequence[str], *names: str) -> bool:
    """Returns whether a pattern matches one of the names, or there are no patterns."""
    return not patterns or any(_matches(pattern, names) for pattern in patterns)


def validate_patterns(patterns: Sequence[str], names: Iterable[str], what: str) -> None:
    """Raises `UsageError` for a pattern that matches none of these names."""
    known = sorted(set(names))
    for pattern in patterns:
        if not _matches(pattern, known):
            examples = ", ".join(map(repr, known[:: len(known) // 3 + 1]))
            hint = did_you_mean(pattern, known) or f"; expected a name, such as {examples}"
            raise UsageError(f"--only {pattern!r} matches no {what}{hint}")


def _matches(pattern: str, names: Iterable[str]) -> bool:
    return any(name == pattern or fnmatchcase(name, pattern) for name in names)
