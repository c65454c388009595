"""What `--only` means: patterns for names, with * for anything."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import did_you_mean


def is_meant(patterns: Sequence[str], *names: str) -> bool:
    """Whether any pattern means something that has these names. Without one, everything is."""
    return not patterns or any(_means(one, names) for one in patterns)


def look_at_patterns(patterns: Sequence[str], names: Iterable[str], what: str) -> None:
    """Raises `UsageError` for a pattern that means none of these names."""
    known = sorted(set(names))
    for pattern in patterns:
        if not _means(pattern, known):
            raise UsageError(f"--only {pattern!r} means no {what}{did_you_mean(pattern, known)}")


def _means(pattern: str, names: Iterable[str]) -> bool:
    return any(name == pattern or fnmatchcase(name, pattern) for name in names)
